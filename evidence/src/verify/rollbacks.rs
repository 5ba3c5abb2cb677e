//! Step 11: rollbacks restore the hash they claim.

use super::{Case, Halt, Item, Work, expect, fail};
use crate::action::{Action, Citation, RecordKey, State};
use crate::decision::Verdict;
use crate::digest::Digest;
use crate::receipt::{DecisionReceipt, Receipt};

#[derive(Default)]
pub(super) struct Restoring {
    count: u64,
}

impl Work for Restoring {
    fn total(&self, case: &Case) -> u64 {
        case.receipts()
    }

    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let item = case.receipt(place)?;
        let Receipt::Decision(decision) = &item.receipt else { return Ok(()) };
        match &decision.action.undoes {
            Some(original) if case.in_range(place) && decision.decision.verdict == Verdict::Allow => {
                check(case, item, decision, original)?;
                self.count = self.count.saturating_add(1);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn finish(&mut self, _case: &mut Case) -> Result<String, Halt> {
        if self.count == 0 {
            return Err(Halt::NotPresent("no rollbacks in this range".into()));
        }
        Ok(format!("{} rollbacks, each to the state before its original", self.count))
    }
}

/// The rollback leads from the original's after-states back to its before-states. That it took place as decided is step 9.
fn check(case: &Case, item: &Item, decision: &DecisionReceipt, cited: &Citation) -> Result<(), Halt> {
    let at = item.place();
    let original = case.find(cited).ok_or_else(|| fail(&at, "the decision that it undoes", "none"))?;
    let Receipt::Decision(original) = &original.receipt else {
        return Err(fail(at, "the decision that it undoes", "another receipt"));
    };
    expect(&at, "a write to undo that was decided", &Verdict::Allow, &original.decision.verdict)?;
    expect(&at, "connector", &original.action.connector, &decision.action.connector)?;
    expect(&at, "table", &original.action.table, &decision.action.table)?;
    let reversed: Vec<Change> =
        changes(&original.action).into_iter().map(|(key, before, after)| (key, after, before)).collect();
    expect(&at, "the original's states, reversed:", &reversed, &changes(&decision.action))
}

/// A record with the hashes of its states before and after.
type Change<'a> = (&'a RecordKey, Option<Digest>, Option<Digest>);

/// What an action changes, in the order of its records.
fn changes(action: &Action) -> Vec<Change<'_>> {
    let hash = |state: &Option<State>| state.as_ref().map(|state| state.hash);
    action.records.iter().map(|record| (&record.key, hash(&record.before), hash(&record.after))).collect()
}
