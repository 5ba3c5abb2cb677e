//! Undoing: what an action needs that takes an earlier write back, beyond what any write needs.
//!
//! A restore writes before-images back, so it is measured by the write that it undoes and not by what an agent might do
//! next: it leads from the very states that the write left to the very states that it found. A compensation is an
//! ordinary write that the contract named beforehand.

use super::{Stopped, stop};
use crate::action::{Action, Owner, Record, State};
use crate::contract::{OperationKind, Rollback};
use crate::decision::Verdict;
use crate::name::Text;
use crate::reason::{Code, Reason};
use crate::standing::{Restored, Standing, Undoing};
use crate::timestamp::Timestamp;

/// The write that `action` restores the states before. `None` if it is to be decided as any other: it undoes nothing,
/// or it compensates.
pub(super) fn restored<'a>(
    action: &Action,
    standing: &'a Standing,
    now: Timestamp,
) -> Result<Option<&'a Undoing>, Stopped> {
    let original = match (&action.undoes, &standing.undoes) {
        (None, None) => return Ok(None),
        (Some(cited), Some(original)) if *cited == original.decision => original,
        _ => return stop(Reason::new(Code::MissingRequirement).at("undoes")),
    };
    let fault = || Reason::new(Code::CapabilityRollbackPlanInvalid);
    if original.verdict != Verdict::Allow {
        return stop(fault().at("undoes").found(original.verdict).allowed(Verdict::Allow));
    }
    if action.connector != original.connector {
        return stop(fault().at("connector").found(&action.connector).allowed(&original.connector));
    }
    match &original.rollback {
        None | Some(Rollback::None) => stop(fault().at("undoes").found("a write that can't be undone")),
        Some(Rollback::Compensate { operation }) => {
            let proposed = format!("{}.{}", action.table, action.operation);
            if proposed == operation.as_str() {
                Ok(None)
            } else {
                stop(fault().at("operation").found(proposed).allowed(operation))
            }
        }
        Some(Rollback::Restore { .. }) => {
            may_be_restored(action, original, now)?;
            Ok(Some(original))
        }
    }
}

/// Whether every record goes from the state that the original left to the one that it found.
pub(super) fn reverses(action: &Action, original: &Undoing) -> Result<(), Stopped> {
    let fault = Reason::new(Code::CapabilityRollbackPlanInvalid);
    if action.records.len() != original.records.len() {
        return stop(fault.at("records").found(action.records.len()).allowed(original.records.len()));
    }
    let pairs = action.records.iter().zip(&original.records).enumerate();
    for (place, (record, restored)) in pairs {
        check_record(record, restored).map_err(|reason| vec![reason.at(format!("records.{place}"))])?;
    }
    Ok(())
}

fn may_be_restored(action: &Action, original: &Undoing, now: Timestamp) -> Result<(), Stopped> {
    let fault = || Reason::new(Code::CapabilityRollbackPlanInvalid);
    match original.until {
        Some(until) if now < until => {}
        Some(until) => {
            return stop(fault().at("undoes").found(now).allowed(format!("before {until}")));
        }
        None => return stop(fault().at("undoes")),
    }
    if action.table != original.table {
        return stop(fault().at("table").found(&action.table).allowed(&original.table));
    }
    match inverse(&original.operation) {
        Some(inverse) if action.operation.as_str() == inverse => Ok(()),
        inverse => stop(fault().at("operation").found(&action.operation).allowed(inverse.unwrap_or("none"))),
    }
}

fn inverse(operation: &Text) -> Option<&'static str> {
    OperationKind::parse(operation.as_str()).map(|kind| kind.inverse().as_str())
}

fn check_record(record: &Record, restored: &Restored) -> Result<(), Reason> {
    if record.key != restored.key {
        return Err(Reason::new(Code::CapabilityRollbackPlanInvalid).found("another record"));
    }
    // What was not observed is not known to have changed; the wall after this one says so.
    if record.owner != Owner::Unobserved && hash(record.before.as_ref()) != restored.after {
        return Err(
            Reason::new(Code::PreconditionFailed).found("a state that is not the one the original left")
        );
    }
    if hash(record.after.as_ref()) != restored.before {
        return Err(
            Reason::new(Code::MissingRequirement).found("a state that is not the one the original found")
        );
    }
    Ok(())
}

fn hash(state: Option<&State>) -> Option<crate::digest::Digest> {
    state.map(|state| state.hash)
}
