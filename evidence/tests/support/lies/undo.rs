//! Lies about what was taken back.

use evidence::action::{Action, Citation};
use evidence::decision::Verdict;
use evidence::receipt::{StandingState, StandingSubject};
use evidence::standing::Undoing;
use evidence::value::Value;

use super::{allow, cite, decision};
use crate::world::{Log, stories, undone};

/// The log in which the last decision, a denial or a question, is told as allowed.
fn allowed_last(log: Log) -> Log {
    let last = log.receipts.len() - 1;
    decision(log, last, |receipt| {
        assert_ne!(receipt.decision.verdict, Verdict::Allow, "this is no lie");
        allow(receipt);
    })
}

/// A write as the rollback of another.
fn undoing(original: &Citation, action: Action) -> Action {
    Action { undoes: Some(original.clone()), ..action }
}

/// A log with one write to `c-1`, and its citation.
fn one_write() -> (Log, Citation) {
    let log = stories::one_write();
    let write = cite(&log, 4);
    (log, write)
}

pub(super) fn rollback_to_another_state() -> Log {
    let (mut log, write) = one_write();
    log.decide(undoing(&write, log.update("contacts", &["c-1"], &[("phone", "+49 30 0".into())])));
    allowed_last(log)
}

pub(super) fn rollback_of_nothing() -> Log {
    let (mut log, write) = one_write();
    let outcome = cite(&log, 5);
    log.decide(undoing(&outcome, log.undo(&write)));
    allowed_last(log)
}

pub(super) fn rollback_of_a_denial() -> Log {
    let mut log = Log::acme();
    log.stand(StandingSubject::Tenant, StandingState::Stopped);
    let denied = log.decide(log.update("contacts", &["c-1"], &[("phone", stories::PHONE.into())]));
    log.stand(StandingSubject::Tenant, StandingState::Active);
    let row = [
        ("email", "c-1@example.com".into()),
        ("phone", stories::PHONE.into()),
        ("status", "active".into()),
        ("tier", Value::Integer(1)),
    ];
    log.rows.put("contacts", "c-1", "acme", &row);
    log.decide(undoing(&denied, log.update("contacts", &["c-1"], &[("phone", "+49 30 901820".into())])));
    allowed_last(log)
}

pub(super) fn rollback_too_late() -> Log {
    allowed_last(undone::too_late())
}

pub(super) fn rollback_by_another_operation() -> Log {
    let (mut log, write) = one_write();
    log.decide(undoing(&write, log.delete("contacts", &["c-1"])));
    allowed_last(log)
}

pub(super) fn rollback_of_a_later_state() -> Log {
    let (mut log, write) = one_write();
    stories::change_phone(&mut log, "c-1", "+49 30 1");
    log.decide(log.undo(&write));
    allowed_last(log)
}

pub(super) fn rollback_of_another_record() -> Log {
    let (mut log, write) = one_write();
    stories::change_phone(&mut log, "c-2", stories::PHONE);
    log.decide(undoing(&write, log.update("contacts", &["c-2"], &[("phone", "+49 30 901820".into())])));
    allowed_last(log)
}

pub(super) fn rollback_of_what_cannot_be_undone() -> Log {
    let mut log = stories::irreversible();
    let gone = cite(&log, 6);
    log.decide(log.undo(&gone));
    allowed_last(log)
}

pub(super) fn rollback_of_a_rollback() -> Log {
    let mut log = stories::rolled_back();
    let rollback = cite(&log, 6);
    log.decide(log.undo(&rollback));
    allowed_last(log)
}

pub(super) fn rollback_without_a_person() -> Log {
    let mut log = undone::insert();
    log.receipts.truncate(7);
    allowed_last(log)
}

pub(super) fn rollback_of_an_original_told_otherwise() -> Log {
    let mut log = Log::acme();
    let write = stories::change_phone(&mut log, "c-1", stories::PHONE);
    log.decide(undoing(&write, log.update("contacts", &["c-1"], &[("phone", "+49 30 0".into())])));
    decision(log, 6, |receipt| {
        let wanted = receipt.action.records[0].after.as_ref().map(|state| state.hash);
        original(&mut receipt.standing.undoes).records[0].before = wanted;
        allow(receipt);
        receipt.decision.rules = vec![super::named("contact-details")];
    })
}

pub(super) fn rollback_that_says_nothing_of_its_original() -> Log {
    decision(stories::rolled_back(), 6, |receipt| receipt.standing.undoes = None)
}

pub(super) fn original_that_nothing_undoes() -> Log {
    let known = stories::rolled_back().decision(&cite(&stories::rolled_back(), 6)).standing.undoes.clone();
    let mut log = stories::one_write();
    stories::change_phone(&mut log, "c-2", stories::PHONE);
    decision(log, 6, |receipt| receipt.standing.undoes = known)
}

pub(super) fn compensation_by_another_operation() -> Log {
    let mut log = Log::acme();
    let inserted = undone::new_contact(&mut log);
    log.decide(undoing(&inserted, log.update("contacts", &["c-9"], &[("status", "closed".into())])));
    allowed_last(log)
}

fn original(undoes: &mut Option<Undoing>) -> &mut Undoing {
    undoes.as_mut().unwrap()
}
