//! What is permitted, and what comes of it.

use evidence::contract::OperationKind;
use evidence::decision::Verdict;
use evidence::receipt::OutcomeStatus;

use crate::action::{Action, Change, State, Undo, Written};
use crate::cast::{RESTORE_SECONDS, Record, Row, Table};
use crate::model::Model;

/// For how long a permit is good, in seconds: where the portal writes, and where the vendor does.
const PERMIT: [u64; 2] = [120, 600];
/// After how many seconds an effect that its caller left is due.
const DUE: u64 = 10;

impl Model {
    pub fn permit(&mut self, number: usize, verdict: Verdict) -> Verdict {
        let place = self.actions.iter().map(|action| action.verdicts.len()).sum();
        let action = &mut self.actions[number];
        action.verdicts.push(verdict);
        action.state = State::Denied;
        if verdict == Verdict::Allow {
            let allowed = (self.now, action.table, action.changes.len() as u64);
            self.tenants[action.tenant].allowed.push(allowed);
            action.state = State::Permitted { since: self.now, place, effect: None };
            action.undo = match (action.table, action.kind) {
                (Table::Notes, _) | (Table::Lines, OperationKind::Update) => {
                    Undo::Restore { until: self.now + u64::from(RESTORE_SECONDS) }
                }
                (Table::Lines, OperationKind::Insert) => Undo::Compensate,
                _ => Undo::Never,
            };
            // A restore is not restored in turn.
            if let Some(original) = action.undoes
                && matches!(self.actions[original].undo, Undo::Restore { .. })
            {
                self.actions[number].undo = Undo::Never;
            }
        }
        verdict
    }

    /// Records what came of a permitted action, and has it take effect if it has not yet.
    pub fn finish(&mut self, number: usize) {
        let action = &self.actions[number];
        let State::Permitted { since, .. } = action.state else { return };
        if action.table == Table::Parts && self.now < since + PERMIT[1] {
            return;
        }
        self.apply(number);
        self.record(number);
    }

    /// Records what came of an action.
    pub fn record(&mut self, number: usize) {
        if let State::Permitted { effect: Some(status), .. } = self.actions[number].state {
            self.actions[number].state = State::Settled(status);
        }
    }

    /// The effect of a permitted action, once: in time, and if every record is as it was.
    pub fn apply(&mut self, number: usize) {
        let action = &self.actions[number];
        let State::Permitted { since, place, effect: None } = action.state else { return };
        let is_late = self.now >= since + PERMIT[usize::from(action.table == Table::Parts)];
        let moved = |change: &Change| self.rows.get(&change.record) != change.before.as_ref();
        let status = if is_late || action.changes.iter().any(moved) {
            OutcomeStatus::NotApplied
        } else {
            self.commit(number);
            OutcomeStatus::Committed
        };
        self.actions[number].state = State::Permitted { since, place, effect: Some(status) };
    }

    fn commit(&mut self, number: usize) {
        let Action { tenant, changes, .. } = self.actions[number].clone();
        for Change { record, before, after } in changes {
            self.put(record, after);
            let written = Written { action: number, before, after };
            self.writes.entry((tenant, record)).or_default().push(written);
        }
    }

    /// Finishes what is pending: all of it after a restart, what is due in a sweep.
    pub fn recover(&mut self, all: bool) {
        let mut pending = Vec::new();
        for (number, action) in self.actions.iter().enumerate() {
            if let State::Permitted { since, place, .. } = action.state
                && (all || self.now >= since + DUE)
            {
                let log = self.log_order.iter().position(|tenant| *tenant == action.tenant);
                pending.push((log, place, number));
            }
        }
        pending.sort_unstable();
        for (.., number) in pending {
            self.finish(number);
        }
    }

    pub fn put(&mut self, record: Record, row: Option<Row>) {
        match row {
            Some(row) => self.rows.insert(record, row),
            None => self.rows.remove(&record),
        };
    }
}
