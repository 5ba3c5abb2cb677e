//! Stories of writes that were taken back, or were not; and of writes that the vendor's own code carried out.

use evidence::action::{Action, Citation, Source};
use evidence::reason::Code;
use evidence::receipt::{OutcomeStatus, Receipt, StandingState, StandingSubject};
use evidence::value::Value;
use serde_json::{Value as Json, json};

use super::documents::envelope_json;
use super::{AGENT, Log, contract, named, stories};

/// How long a before-image is kept, and a little longer.
const PAST_THE_WINDOW: u64 = 604_801;

/// A deleted contact that was put back: asked, approved and deleted in #4 to #8, inserted in #9 and #10.
pub fn delete() -> Log {
    let mut log = Log::acme();
    let deleted = approved(&mut log, |log| log.delete("contacts", &["c-1"]));
    log.write(log.undo(&deleted));
    log
}

/// Two contacts that had different states, brought to one in #4 to #7, and each back to its own in #8 and #9.
pub fn many() -> Log {
    let mut log = Log::acme();
    log.write(log.update("contacts", &["c-1"], &[("status", "away".into())]));
    let both = log.write(log.update("contacts", &["c-1", "c-2"], &[("status", "closed".into())]));
    log.write(log.undo(&both));
    log
}

/// A new ticket that was taken back. The contract lets nobody delete tickets, so a person was asked: inserted in #4 and
/// #5, asked in #6, approved in #7, deleted in #8 and #9.
pub fn insert() -> Log {
    let mut log = with_contract(|contract| {
        contract["tables"]["tickets"]["operations"]["insert"] = json!({
            "columns": ["id", "note", "state", "tenant_id"], "max_rows": 10, "consequence": "low",
            "rollback": { "restore": { "window_seconds": 604_800 } },
        });
    });
    let set = [("note", Value::Null), ("state", "open".into())];
    let inserted = log.write(log.insert("tickets", "t-9", &set));
    approved(&mut log, |log| log.undo(&inserted));
    log
}

/// A new contact that was taken back as the contract says, by a delete that two people approved: #4 to #10.
pub fn compensated() -> Log {
    let mut log = Log::acme();
    let inserted = new_contact(&mut log);
    approved(&mut log, |log| compensation(log, &inserted));
    log
}

/// Rollbacks that were all denied: the record had changed since, the write can't be undone, the window was over, and
/// what was undone is not undone again.
pub fn refused() -> Log {
    let mut log = Log::acme();
    let first = stories::change_phone(&mut log, "c-1", "1");
    let second = stories::change_phone(&mut log, "c-1", "2");
    log.decide(log.undo(&first));
    let gone = approved(&mut log, |log| log.delete("invoices", &["i-1"]));
    log.decide(log.undo(&gone));
    let undone = log.write(log.undo(&second));
    log.decide(log.undo(&undone));
    log.wait(PAST_THE_WINDOW);
    log.decide(log.undo(&first));
    log
}

/// Writes that the vendor's own code carried out and reported: one as decided in #4 and #5, one in #6 and #7 that did not
/// read back as decided and took no effect.
pub fn attested() -> Log {
    let mut log = Log::acme();
    log.write(attesting(log.update("contacts", &["c-1"], &[("phone", stories::PHONE.into())])));
    let other = log.decide(attesting(log.update("contacts", &["c-2"], &[("phone", stories::PHONE.into())])));
    let reported = log.decision(&other).action.records.iter().map(super::log::effect).collect();
    log.outcome(&other, OutcomeStatus::Failed, Some(Code::ReadbackMismatch));
    super::tamper::retold(log, |receipts| {
        if let Receipt::Outcome(outcome) = &mut receipts[7] {
            outcome.records = reported;
        }
    })
}

/// A key that handed over to another in #6 and was revoked in #7.
pub fn revoked() -> Log {
    let mut log = stories::one_write();
    let record = log.trust.keys[0].clone();
    log.rotate(11);
    log.key(evidence::receipt::KeyChange::Revoked, record);
    log
}

/// A contact that was not there before.
pub fn new_contact(log: &mut Log) -> Citation {
    let set = [
        ("email", "new@example.com".into()),
        ("phone", Value::Null),
        ("status", "new".into()),
        ("tier", Value::Integer(0)),
    ];
    log.write(log.insert("contacts", "c-9", &set))
}

/// The delete that the contract names to take a new contact back.
pub fn compensation(log: &Log, inserted: &Citation) -> Action {
    Action { undoes: Some(inserted.clone()), ..log.delete("contacts", &["c-9"]) }
}

/// The rollback of a phone number in #4, so late that its before-image is gone: #6.
pub fn too_late() -> Log {
    let mut log = Log::acme();
    let write = stories::change_phone(&mut log, "c-1", stories::PHONE);
    log.wait(PAST_THE_WINDOW);
    log.decide(log.undo(&write));
    log
}

fn attesting(action: Action) -> Action {
    Action { source: Source::Attested, ..action }
}

/// An action that had to be approved, was, and was carried out.
fn approved(log: &mut Log, action: impl FnOnce(&Log) -> Action) -> Citation {
    let asked = log.decide(action(log));
    let quorum = log.decision(&asked).decision.approval.as_ref().unwrap().quorum;
    for approver in ["kim@northwind.example", "lee@northwind.example"].iter().take(quorum as usize) {
        log.vote(&asked, approver, true);
    }
    let allowed = log.resume(&asked);
    log.commit(&allowed);
    allowed
}

/// `acme`'s log under another contract.
fn with_contract(change: impl FnOnce(&mut Json)) -> Log {
    let mut log = Log::with_key("acme", 1);
    log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Active);
    let mut other = json!(contract());
    change(&mut other);
    let other: evidence::contract::Contract = serde_json::from_value(other).unwrap();
    let mut envelope = envelope_json("acme", 1);
    envelope["contract"] = json!(other.digest().unwrap());
    log.activate_contract(other);
    log.activate_envelope(serde_json::from_value(envelope).unwrap());
    log
}
