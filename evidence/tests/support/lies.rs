//! Lies that a vendor could tell with its own keys: each gives a log that is signed and hashed throughout, and only
//! re-derivation finds it.

mod undo;

use evidence::action::Citation;
use evidence::decision::{Decision, Verdict};
use evidence::name::Text;
use evidence::reason::Code;
use evidence::receipt::{
    DecisionReceipt, Effect, OutcomeReceipt, OutcomeStatus, Permit, Receipt, StandingState, StandingSubject,
};

use super::documents::envelope_json;
use super::tamper::{entry, retold};
use super::{Log, named, stories};
use undo::{
    compensation_by_another_operation, original_that_nothing_undoes, rollback_by_another_operation,
    rollback_of_a_denial, rollback_of_a_later_state, rollback_of_a_rollback,
    rollback_of_an_original_told_otherwise, rollback_of_another_record, rollback_of_nothing,
    rollback_of_what_cannot_be_undone, rollback_that_says_nothing_of_its_original, rollback_to_another_state,
    rollback_too_late, rollback_without_a_person,
};

/// A lie: what it is, who tells it, and the step that finds it.
pub struct Lie {
    pub name: &'static str,
    pub log: fn() -> Log,
    pub step: u8,
    pub why: &'static str,
}

macro_rules! lies {
    ($($name:ident at $step:literal: $why:literal)+) => {
        /// Every lie.
        pub const LIES: &[Lie] = &[$(Lie { name: stringify!($name), log: $name, step: $step, why: $why }),+];
    };
}

lies! {
    forged_verdict at 8: "a denied write to another tenant's record is told as allowed"
    forged_denial at 8: "an allowed write is told as denied"
    another_reason at 8: "a denial for crossing tenants is told as one for a spent limit"
    another_rule at 8: "an allowed write names another rule"
    another_agent at 8: "a write is told as that of an agent that was never registered"
    another_owner at 8: "another tenant's record is told as the acting tenant's own"
    another_before at 8: "the cells of the state before were changed and its hash was not"
    foreign_action at 8: "the action is another tenant's than the log"
    lower_spending at 8: "a limit was spent, and the receipt says that it was not"
    higher_spending at 8: "nothing was spent, and the receipt says that the limit was"
    allowed_while_frozen at 8: "the tenant was frozen before the write was allowed"
    allowed_while_suspended at 8: "the agent was suspended before the write was allowed"
    allowed_by_requester at 8: "the approver is the person for whom the agent acts"
    allowed_too_late at 8: "the vote came after the question had expired"
    allowed_by_half_a_quorum at 8: "one of two votes was enough"
    no_permit at 8: "an allowed write without a permit"
    permit_for_a_denial at 8: "a denied write with a permit"
    permit_for_another_action at 8: "a permit bound to another action"
    permit_that_was_never_good at 8: "a permit that expired when it was given"
    older_envelope at 7: "a write decided under an envelope that had been replaced"
    envelope_never_activated at 7: "a write decided under an envelope that no receipt put in force"
    contract_never_activated at 7: "a write decided under a contract that no receipt put in force"
    replaces_another at 7: "an activation that names another predecessor than the one in force"
    outcome_for_a_denial at 9: "a denied write has an outcome"
    outcome_for_an_escalation at 9: "a write that waited has an outcome"
    two_outcomes at 9: "an allowed write has two outcomes"
    no_outcome at 9: "an allowed write has no outcome, and its permit has expired"
    another_effect at 9: "what was committed is not what was allowed"
    other_records at 9: "the outcome is about another record than the decision"
    no_records at 9: "a committed outcome that names no records"
    another_permit at 9: "the outcome used another permit"
    committed_with_a_fault at 9: "a committed outcome with a reason why it was not"
    failed_without_a_fault at 9: "a failed outcome without a reason"
    approval_used_twice at 10: "one approval allowed two writes"
    vote_that_was_never_recorded at 10: "the decision counts a vote that the log does not have"
    vote_of_another_group at 10: "a vote by a group that was not asked"
    vote_on_a_denial at 10: "a vote on something that was not asked"
    approval_for_another_action at 10: "the write that was approved is not the one that resumed"
    rollback_to_another_state at 8: "a rollback that restores another state than the one before"
    rollback_of_nothing at 8: "a rollback of a receipt that is no decision"
    rollback_of_a_denial at 8: "a rollback of a write that was never allowed"
    rollback_too_late at 8: "a rollback that was allowed when the before-image was to be kept no longer"
    rollback_by_another_operation at 8: "a delete is told as the rollback of an update"
    rollback_of_a_later_state at 8: "a rollback over a later write to the same record"
    rollback_of_another_record at 8: "a rollback that writes to another record than its original"
    rollback_of_what_cannot_be_undone at 8: "a rollback of a delete that the contract lets nobody undo"
    rollback_of_a_rollback at 8: "a rollback of what was itself a rollback"
    rollback_without_a_person at 8: "a rollback by an operation that no rule permits was allowed at once"
    rollback_of_an_original_told_otherwise at 8: "what a rollback undoes is told as it was not"
    rollback_that_says_nothing_of_its_original at 8: "a rollback without a word of what it undoes"
    original_that_nothing_undoes at 8: "an ordinary write that knows of an original"
    compensation_by_another_operation at 8: "a compensation by another operation than the contract names"
    permit_given_twice at 9: "two decisions gave the same permit"
    tenant_relabelled at 7: "every receipt was signed anew as another tenant's"
    time_turned_back at 5: "a receipt was signed with a time before its predecessor's"
    other_log at 5: "a receipt of another log was put in"
    signed_by_the_old_key at 4: "a receipt signed by a key that had been rotated away"
    signed_by_a_revoked_key at 4: "a receipt signed by a key that had been revoked"
    signed_by_a_stranger at 4: "a receipt signed by a key that the log never added"
}

/// Changes the decision at `seq`.
fn decision(log: Log, seq: usize, change: impl FnOnce(&mut DecisionReceipt)) -> Log {
    retold(log, |receipts| match &mut receipts[seq] {
        Receipt::Decision(decision) => change(decision),
        other => panic!("#{seq} is {}", other.kind()),
    })
}

/// Changes the outcome at `seq`.
fn outcome(log: Log, seq: usize, change: impl FnOnce(&mut OutcomeReceipt)) -> Log {
    retold(log, |receipts| match &mut receipts[seq] {
        Receipt::Outcome(outcome) => change(outcome),
        other => panic!("#{seq} is {}", other.kind()),
    })
}

fn permit(decision: &DecisionReceipt) -> Permit {
    Permit {
        action: decision.action.digest().unwrap(),
        expires_at: decision.entry.time.plus_seconds(30).unwrap(),
        id: named("p-forged"),
    }
}

fn allow(decision: &mut DecisionReceipt) {
    decision.decision.verdict = Verdict::Allow;
    decision.decision.reasons.clear();
    decision.decision.approval = None;
    decision.permit = Some(permit(decision));
}

fn cite(log: &Log, seq: usize) -> Citation {
    Citation { receipt: log.receipts[seq].1.digest(), seq: seq as u64 }
}

/// Two receipts change places, but not times.
fn swap(log: Log, first: usize, second: usize) -> Log {
    retold(log, |receipts| {
        receipts.swap(first, second);
        let times = (entry(&mut receipts[first]).time, entry(&mut receipts[second]).time);
        entry(&mut receipts[first]).time = times.1;
        entry(&mut receipts[second]).time = times.0;
    })
}

fn forged_verdict() -> Log {
    decision(stories::wrong_tenant(), 4, allow)
}

fn forged_denial() -> Log {
    decision(stories::pending(), 4, |receipt| {
        receipt.decision = Decision::deny(vec![evidence::reason::Reason::new(Code::EffectOutOfScope)]);
        receipt.permit = None;
    })
}

fn another_reason() -> Log {
    decision(stories::wrong_tenant(), 4, |receipt| receipt.decision.reasons[0].code = Code::BudgetExceeded)
}

fn another_rule() -> Log {
    decision(stories::pending(), 4, |receipt| receipt.decision.rules = vec![named("new-contacts")])
}

fn another_agent() -> Log {
    decision(stories::pending(), 4, |receipt| {
        receipt.action.agent = named("billing-agent");
        receipt.permit = Some(permit(receipt));
    })
}

fn another_owner() -> Log {
    let own = stories::pending().decision(&cite(&stories::pending(), 4)).action.records[0].clone();
    decision(stories::wrong_tenant(), 4, |receipt| receipt.action.records = vec![own])
}

fn another_before() -> Log {
    let log = stories::pending();
    let other = log.update("contacts", &["c-2"], &[]).records[0].before.clone().unwrap();
    decision(log, 4, |receipt| {
        receipt.action.records[0].before.as_mut().unwrap().cells = other.cells;
        receipt.permit = Some(permit(receipt));
    })
}

fn foreign_action() -> Log {
    decision(stories::pending(), 4, |receipt| {
        receipt.action.tenant = named("globex");
        receipt.permit = Some(permit(receipt));
    })
}

fn lower_spending() -> Log {
    decision(stories::spent(), 12, |receipt| {
        receipt.standing.spent.values_mut().for_each(|spent| *spent = 0);
        receipt.decision = Decision {
            approval: None,
            reasons: Vec::new(),
            rollback: receipt.decision.rollback.clone(),
            rules: vec![named("contact-details")],
            verdict: Verdict::Allow,
        };
        receipt.permit = Some(permit(receipt));
    })
}

fn higher_spending() -> Log {
    decision(stories::pending(), 4, |receipt| {
        receipt.standing.spent.values_mut().for_each(|spent| *spent = 3);
    })
}

fn allowed_while_frozen() -> Log {
    let mut log = stories::pending();
    log.stand(StandingSubject::Tenant, StandingState::Stopped);
    swap(log, 4, 5)
}

fn allowed_while_suspended() -> Log {
    let mut log = stories::pending();
    log.stand(StandingSubject::Agent(named(super::AGENT)), StandingState::Stopped);
    swap(log, 4, 5)
}

fn allowed_by_requester() -> Log {
    let mut log = Log::acme();
    let asked = stories::ask_for_tier(&mut log);
    log.vote(&asked, "dana@northwind.example", true);
    log.resume(&asked);
    decision(log, 6, allow)
}

fn allowed_too_late() -> Log {
    let mut log = Log::acme();
    let asked = stories::ask_for_tier(&mut log);
    log.wait(3600);
    log.vote(&asked, "lee@northwind.example", true);
    log.resume(&asked);
    decision(log, 6, allow)
}

fn allowed_by_half_a_quorum() -> Log {
    let mut log = Log::acme();
    let asked = log.decide(log.delete("contacts", &["c-1"]));
    log.vote(&asked, "lee@northwind.example", true);
    log.vote(&asked, "lee@northwind.example", true);
    log.resume(&asked);
    decision(log, 7, allow)
}

fn no_permit() -> Log {
    decision(stories::pending(), 4, |receipt| receipt.permit = None)
}

fn permit_for_a_denial() -> Log {
    decision(stories::wrong_tenant(), 4, |receipt| receipt.permit = Some(permit(receipt)))
}

fn permit_for_another_action() -> Log {
    decision(stories::pending(), 4, |receipt| {
        receipt.permit.as_mut().unwrap().action = evidence::digest::Digest::of(b"another");
    })
}

fn permit_that_was_never_good() -> Log {
    decision(stories::pending(), 4, |receipt| {
        receipt.permit.as_mut().unwrap().expires_at = receipt.entry.time;
    })
}

fn older_envelope() -> Log {
    let mut log = stories::pending();
    log.activate_envelope(serde_json::from_value(envelope_json("acme", 2)).unwrap());
    swap(log, 4, 5)
}

fn envelope_never_activated() -> Log {
    retold(stories::pending(), |receipts| drop(receipts.remove(3)))
}

fn contract_never_activated() -> Log {
    retold(stories::pending(), |receipts| drop(receipts.remove(2)))
}

fn replaces_another() -> Log {
    retold(stories::tightened(), |receipts| match &mut receipts[6] {
        Receipt::Activation(activation) => activation.previous = None,
        other => panic!("{}", other.kind()),
    })
}

fn outcome_for_a_denial() -> Log {
    let mut log = stories::wrong_tenant();
    let denied = cite(&log, 4);
    log.outcome(&denied, OutcomeStatus::NotApplied, Some(Code::ProviderError));
    log
}

fn outcome_for_an_escalation() -> Log {
    let mut log = Log::acme();
    let asked = stories::ask_for_tier(&mut log);
    log.outcome(&asked, OutcomeStatus::Committed, None);
    log
}

fn two_outcomes() -> Log {
    let mut log = stories::one_write();
    let decision = cite(&log, 4);
    log.outcome(&decision, OutcomeStatus::Committed, None);
    log
}

fn no_outcome() -> Log {
    let mut log = stories::pending();
    log.wait(60);
    log.decide(log.update("contacts", &["c-7"], &[("phone", "1".into())]));
    log
}

fn another_effect() -> Log {
    outcome(stories::one_write(), 5, |receipt| {
        receipt.records[0].after = Some(evidence::digest::Digest::of(b"another state"));
    })
}

fn other_records() -> Log {
    outcome(stories::one_write(), 5, |receipt| {
        let key = [(named("id"), "c-2".into())].into();
        receipt.records[0] = Effect { key, ..receipt.records[0].clone() };
    })
}

fn no_records() -> Log {
    outcome(stories::one_write(), 5, |receipt| receipt.records.clear())
}

fn another_permit() -> Log {
    outcome(stories::one_write(), 5, |receipt| receipt.permit = named("p-99"))
}

fn permit_given_twice() -> Log {
    let mut log = stories::one_write();
    stories::change_phone(&mut log, "c-2", stories::PHONE);
    retold(log, |receipts| {
        if let Receipt::Decision(second) = &mut receipts[6] {
            second.permit.as_mut().unwrap().id = named("p-4");
        }
        if let Receipt::Outcome(second) = &mut receipts[7] {
            second.permit = named("p-4");
        }
    })
}

fn committed_with_a_fault() -> Log {
    outcome(stories::one_write(), 5, |receipt| receipt.code = Some(Code::ProviderError))
}

fn failed_without_a_fault() -> Log {
    outcome(stories::one_write(), 5, |receipt| {
        receipt.status = OutcomeStatus::Failed;
        receipt.records.clear();
    })
}

fn approval_used_twice() -> Log {
    let mut log = stories::approved();
    let asked = cite(&log, 4);
    let again = log.resume(&asked);
    log.outcome(&again, OutcomeStatus::NotApplied, Some(Code::PreconditionFailed));
    log
}

fn vote_that_was_never_recorded() -> Log {
    retold(stories::approved(), |receipts| drop(receipts.remove(5)))
}

fn vote_of_another_group() -> Log {
    retold(stories::approved(), |receipts| match &mut receipts[5] {
        Receipt::Approval(vote) => vote.group = named("managers"),
        other => panic!("{}", other.kind()),
    })
}

fn vote_on_a_denial() -> Log {
    let denied = stories::wrong_tenant();
    let cited = cite(&denied, 4);
    let mut log = stories::approved();
    let vote = log.receipts[5].0.clone();
    log = denied;
    if let Receipt::Approval(mut vote) = vote {
        vote.decision = cited;
        vote.entry = log.entry();
        log.append(Receipt::Approval(vote));
    }
    log
}

fn approval_for_another_action() -> Log {
    let reason: Text = named("something else");
    decision(stories::approved(), 6, |receipt| {
        receipt.action.reason = reason;
        receipt.permit = Some(Permit { id: named("p-6"), ..permit(receipt) });
    })
}

fn tenant_relabelled() -> Log {
    let mut log = retold(stories::wrong_tenant(), |receipts| {
        for receipt in receipts {
            entry(receipt).tenant = named("initech");
        }
    });
    log.tenant = named("initech");
    log
}

fn time_turned_back() -> Log {
    retold(stories::one_write(), |receipts| {
        let time = entry(&mut receipts[3]).time;
        entry(&mut receipts[5]).time = time;
    })
}

fn other_log() -> Log {
    retold(stories::one_write(), |receipts| entry(&mut receipts[5]).log = named("0123456789abcdef"))
}

fn signed_by_the_old_key() -> Log {
    let mut log = stories::rotated();
    let old = log.keys.remove(0);
    log.keys.push(old);
    log.notice("contacts", "c-1");
    log
}

fn signed_by_a_revoked_key() -> Log {
    let mut log = stories::one_write();
    let record = log.trust.keys[0].clone();
    log.key(evidence::receipt::KeyChange::Revoked, record);
    log.notice("contacts", "c-1");
    log
}

fn signed_by_a_stranger() -> Log {
    let mut log = stories::one_write();
    let stranger = Log::empty("acme", 66);
    log.trust.keys.extend(stranger.trust.keys);
    log.keys.push(super::key(66));
    log.notice("contacts", "c-1");
    log.keys.pop();
    log
}
