//! Where history and the candidate part: what counts as having run.

use evidence::decision::Verdict;
use evidence::reason::Code;
use evidence::replay::{Change, Tally};
use evidence::value::Value;
use serde_json::{Value as Json, json};

use super::world::{Log, stories};
use super::{candidate, changed, pasts, replayed, verdicts};

use Verdict::{Allow, Deny, Escalate};

/// Two contacts get another status.
fn two(log: &mut Log) {
    let action = log.update("contacts", &["c-1", "c-2"], &[("status", "x".into())]);
    log.decide(action);
}

fn asked(json: &mut Json, rule: usize) {
    json["rules"][rule]["effect"] = "ask".into();
    json["rules"][rule]["approval"] =
        json!({ "group": "support-leads", "quorum": 1, "expires_seconds": 3600 });
}

/// Nothing but tiers is asked about.
fn only_tiers(json: &mut Json) {
    json["rules"][2]["columns"] = json!(["tier"]);
}

/// Tiers may be set at once.
fn tiers_go(json: &mut Json) {
    only_tiers(json);
    json["rules"][2]["effect"] = "allow".into();
    json["rules"][2]["approval"] = Json::Null;
}

#[test]
fn each_change_is_told_with_its_reason_and_its_rule() {
    let log = stories::busy();
    let candidate = candidate(changed(2, |json| {
        tiers_go(json);
        asked(json, 5);
        json["rules"][0]["columns"] = json!(["status"]);
        json["rules"][0]["id"] = "only-status".into();
    }));
    let mut tally = Tally::default();
    for (past, would) in replayed(&candidate, &pasts(&log)) {
        tally.count(&candidate, &past, &would);
    }
    assert_eq!(tally.of(Change::NewlyAllowed), 1);
    // The tickets, and the rollback of a phone number, for which no rule speaks any more.
    assert_eq!(tally.of(Change::NewlyAsked), 2);
    assert_eq!(tally.verdicts[&(Allow, Escalate)], 2);
    assert_eq!(tally.recorded_codes[&(Change::NewlyAllowed, Code::ApprovalRequired)], 1);
    assert_eq!(tally.codes[&(Change::NewlyAsked, Code::ApprovalRequired)], 2);
    assert_eq!(tally.rules[&(Change::NewlyAllowed, super::world::named("contact-tier"))], 1);
    assert_eq!(tally.rules[&(Change::NewlyAsked, super::world::named("tickets"))], 1);
    let denied = tally.of(Change::NewlyDenied);
    assert_eq!(tally.codes[&(Change::NewlyDenied, Code::EffectOutOfScope)], denied);
    assert!(denied >= 2 && tally.differences() == denied + 3, "{tally:?}");
    assert_eq!(tally.other_contract, 0);
}

/// Allowed at once, and would be asked: it did run, so it counts, as if people had said yes.
#[test]
fn what_ran_at_once_counts_although_it_would_be_asked_about() {
    let log = stories::spent();
    let candidate = candidate(changed(2, |json| asked(json, 0)));
    let expected = [(Allow, Escalate), (Allow, Escalate), (Allow, Escalate), (Allow, Escalate), (Deny, Deny)];
    assert_eq!(verdicts(&candidate, &log), expected);
}

/// Denied, and would be allowed: it counts when it was asked.
#[test]
fn what_would_be_allowed_counts_although_it_was_denied() {
    let mut log = stories::spent();
    two(&mut log);
    let candidate = candidate(changed(2, |json| json["limits"][0]["max_rows"] = 10.into()));
    assert_eq!(verdicts(&candidate, &log)[4..], [(Deny, Allow), (Deny, Deny)]);
}

/// Denied, and would be asked: nobody said yes, so it never counts.
#[test]
fn what_nobody_was_asked_about_does_not_count() {
    let mut log = stories::one_write();
    let mut second = changed(2, only_tiers);
    second.rules[0].columns = Some(vec![super::world::named("status")]);
    log.activate_envelope(second);
    let action = log.update("contacts", &["c-1"], &[("phone", "1".into())]);
    log.decide(action);
    (0..4).for_each(|_| two(&mut log));
    let candidate = candidate(changed(3, |json| {
        only_tiers(json);
        json["rules"][0]["columns"] = json!(["status"]);
        let phones = json["rules"][0].clone();
        json["rules"].as_array_mut().unwrap().push(phones);
        json["rules"][7]["id"] = "phones".into();
        json["rules"][7]["columns"] = json!(["phone"]);
        asked(json, 7);
        json["limits"][0]["max_rows"] = 9.into();
    }));
    // The first phone number was set, so it counts with the eight that follow; the second never was.
    let expected =
        [(Allow, Escalate), (Deny, Escalate), (Allow, Allow), (Allow, Allow), (Allow, Allow), (Deny, Allow)];
    assert_eq!(verdicts(&candidate, &log), expected);
}

/// Asked both times: it counts when it ran, and only if it did.
#[test]
fn what_people_approved_counts_when_it_ran() {
    for approve in [true, false] {
        let mut log = Log::acme();
        let asked = stories::ask_for_tier(&mut log);
        log.wait(1_800);
        log.vote(&asked, "lee@northwind.example", approve);
        log.resume(&asked);
        log.wait(2_700);
        // More than an hour after the question, less than an hour after the answer.
        two(&mut log);
        let candidate = candidate(changed(2, |json| json["limits"][0]["max_rows"] = 2.into()));
        let last = if approve { Deny } else { Allow };
        assert_eq!(verdicts(&candidate, &log), [(Escalate, Escalate), (Allow, last)]);
    }
}

/// Asked, and would be allowed at once: it counts when it was asked, whatever people said later.
#[test]
fn what_would_not_be_asked_about_counts_when_it_was_proposed() {
    for approve in [true, false] {
        let mut log = Log::acme();
        let asked = stories::ask_for_tier(&mut log);
        two(&mut log);
        log.wait(3_000);
        log.vote(&asked, "lee@northwind.example", approve);
        log.resume(&asked);
        log.wait(700);
        two(&mut log);
        let candidate = candidate(changed(2, |json| {
            tiers_go(json);
            json["limits"][0]["max_rows"] = 2.into();
        }));
        let expected = [(Escalate, Allow), (Allow, Deny), (Allow, Allow)];
        assert_eq!(verdicts(&candidate, &log), expected, "approved: {approve}");
    }
}

/// Asked, and would be denied: it never counts, although it ran.
#[test]
fn what_would_be_denied_does_not_count_although_people_approved_it() {
    let mut log = stories::approved();
    two(&mut log);
    let candidate = candidate(changed(2, |json| {
        json["rules"].as_array_mut().unwrap().remove(2);
        json["limits"][0]["max_rows"] = 2.into();
    }));
    assert_eq!(verdicts(&candidate, &log), [(Escalate, Deny), (Allow, Allow)]);
}

/// The limit is asked again when people have said yes: what would no longer fit then does not run.
#[test]
fn an_approval_does_not_stretch_a_limit() {
    let mut log = Log::acme();
    let asked = stories::ask_for_tier(&mut log);
    two(&mut log);
    log.vote(&asked, "lee@northwind.example", true);
    log.resume(&asked);
    let one = log.update("contacts", &["c-1"], &[("status", "x".into())]);
    log.decide(one);
    let candidate = candidate(changed(2, |json| json["limits"][0]["max_rows"] = 3.into()));
    assert_eq!(verdicts(&candidate, &log), [(Escalate, Escalate), (Allow, Allow), (Allow, Deny)]);
    let tighter = super::candidate(changed(2, |json| json["limits"][0]["max_rows"] = 2.into()));
    let mut log = stories::approved();
    log.wait(3_601);
    let asked = stories::ask_for_tier(&mut log);
    two(&mut log);
    log.vote(&asked, "lee@northwind.example", true);
    log.resume(&asked);
    log.wait(3_590);
    two(&mut log);
    // The second approval found the limit spent by the two, so it did not run; they are over when the last is asked for.
    assert_eq!(verdicts(&tighter, &log)[2..], [(Allow, Allow), (Allow, Deny)]);
}

/// An envelope that was changed while people thought answers for itself only.
#[test]
fn where_the_candidate_comes_into_force_the_count_is_that_of_the_log() {
    let mut log = Log::acme();
    two(&mut log);
    two(&mut log);
    let tight = changed(2, |json| {
        only_tiers(json);
        json["rules"][0]["max_rows"] = 1.into();
        json["limits"][0]["max_rows"] = 5.into();
    });
    log.activate_envelope(tight.clone());
    for status in ["a", "b"] {
        let action = log.update("contacts", &["c-1"], &[("status", status.into())]);
        log.decide(action);
    }
    // The two writes of two would not have run, so that both of one would fit; but they did run, and it was in force.
    assert_eq!(
        verdicts(&candidate(tight), &log),
        [(Allow, Deny), (Allow, Deny), (Allow, Allow), (Deny, Deny)]
    );
}

/// A decision under another contract is put to the candidate's, as its receipt has it.
#[test]
fn decisions_under_another_contract_are_counted_as_such() {
    let mut log = Log::acme();
    two(&mut log);
    let mut second = super::world::contract();
    second.version = 2;
    log.activate_contract(second.clone());
    two(&mut log);
    let candidate = candidate(changed(2, |_| {}));
    // In between no envelope fitted the contract.
    assert_eq!(verdicts(&candidate, &log), [(Allow, Allow), (Deny, Allow)]);
    let mut tally = Tally::default();
    for (past, would) in replayed(&candidate, &pasts(&log)) {
        tally.count(&candidate, &past, &would);
    }
    assert_eq!(tally.other_contract, 1);
    assert_eq!(tally.recorded_codes[&(Change::NewlyAllowed, Code::PolicyHashMismatch)], 1);
}

/// Another connector's decisions are none of the candidate's business, its limits included.
#[test]
fn other_connectors_are_left_alone() {
    let mut log = Log::acme();
    let mut elsewhere = log.update("contacts", &["c-1"], &[("tier", Value::Integer(1))]);
    elsewhere.connector = super::world::named("erp");
    log.decide(elsewhere);
    two(&mut log);
    assert_eq!(verdicts(&candidate(changed(2, |_| {})), &log), [(Allow, Allow)]);
}
