//! Step 11: rollbacks restore the hash they claim.

use super::{Case, Halt, Item, Work, expect, fail};
use crate::action::{Action, Citation, RecordKey, State};
use crate::contract::{OperationKind, Rollback};
use crate::decision::Verdict;
use crate::digest::Digest;
use crate::receipt::{DecisionReceipt, Receipt};

#[derive(Default)]
pub(super) struct Restoring {
    restored: u64,
    compensated: u64,
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
                self.check(case, item, decision, original)
            }
            _ => Ok(()),
        }
    }

    fn finish(&mut self, _case: &mut Case) -> Result<String, Halt> {
        match (self.restored, self.compensated) {
            (0, 0) => Err(Halt::NotPresent("no rollbacks in this range".into())),
            (restored, 0) => Ok(format!("{restored} rollbacks, each to the state before its original")),
            (0, compensated) => {
                Ok(format!("{compensated} compensations, each by the operation that its original named"))
            }
            (restored, compensated) => Ok(format!(
                "{restored} rollbacks, each to the state before its original; \
                 {compensated} compensations, each by the operation that its original named"
            )),
        }
    }
}

impl Restoring {
    /// The action undoes its original in the way that the original's decision says. That it took place as decided is
    /// step 9.
    fn check(
        &mut self,
        case: &Case,
        item: &Item,
        decision: &DecisionReceipt,
        cited: &Citation,
    ) -> Result<(), Halt> {
        let at = item.place();
        let original = case.find(cited).ok_or_else(|| fail(&at, "the decision that it undoes", "none"))?;
        let Receipt::Decision(original) = &original.receipt else {
            return Err(fail(at, "the decision that it undoes", "another receipt"));
        };
        expect(&at, "a write to undo that was decided", &Verdict::Allow, &original.decision.verdict)?;
        expect(&at, "connector", &original.action.connector, &decision.action.connector)?;
        match &original.decision.rollback {
            Some(Rollback::Restore { .. }) => {
                check_restored(&at, &original.action, &decision.action)?;
                self.restored = self.restored.saturating_add(1);
            }
            Some(Rollback::Compensate { operation }) => {
                let done = format!("{}.{}", decision.action.table, decision.action.operation);
                expect(&at, "the compensating operation", &operation.as_str(), &done.as_str())?;
                self.compensated = self.compensated.saturating_add(1);
            }
            Some(Rollback::None) | None => return Err(fail(at, "a write that can be undone", "none")),
        }
        Ok(())
    }
}

/// The restore leads from the original's after-states back to its before-states.
fn check_restored(at: &str, original: &Action, restore: &Action) -> Result<(), Halt> {
    expect(at, "table", &original.table, &restore.table)?;
    let inverse = OperationKind::parse(original.operation.as_str()).map(|kind| kind.inverse().as_str());
    expect(at, "the inverse operation", &inverse, &Some(restore.operation.as_str()))?;
    let reversed: Vec<Change> =
        changes(original).into_iter().map(|(key, before, after)| (key, after, before)).collect();
    expect(at, "the original's states, reversed:", &reversed, &changes(restore))
}

/// A record with the hashes of its states before and after.
type Change<'a> = (&'a RecordKey, Option<Digest>, Option<Digest>);

/// What an action changes, in the order of its records.
fn changes(action: &Action) -> Vec<Change<'_>> {
    let hash = |state: &Option<State>| state.as_ref().map(|state| state.hash);
    action.records.iter().map(|record| (&record.key, hash(&record.before), hash(&record.after))).collect()
}
