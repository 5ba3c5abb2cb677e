//! How much of a limit is spent: the one count that the ledger, the verifier and a replay share.

use std::collections::VecDeque;

use crate::action::Action;
use crate::envelope::Limit;
use crate::name::{Name, Text};
use crate::timestamp::Timestamp;

/// A write that was allowed, as limits count it.
#[derive(Clone, Debug)]
pub(crate) struct AllowedWrite {
    pub(crate) time: Timestamp,
    agent: Name,
    table: Text,
    operation: Text,
    connector: Name,
    rows: u64,
}

impl AllowedWrite {
    /// `action`, allowed at `time`.
    pub(crate) fn new(action: &Action, time: Timestamp) -> Self {
        Self {
            time,
            agent: action.agent.clone(),
            table: action.table.clone(),
            operation: action.operation.clone(),
            connector: action.connector.clone(),
            rows: action.rows(),
        }
    }
}

/// The sliding sum of one limit. It is kept up to date from when it is opened, so a decision costs the same however
/// long the log is.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    connector: Name,
    limit: Limit,
    entries: VecDeque<(Timestamp, u64)>,
    sum: u64,
}

impl Window {
    /// The window of a limit for writes through `connector`, in which nothing was counted yet.
    pub(crate) fn open(connector: &Name, limit: &Limit) -> Self {
        Self { connector: connector.clone(), limit: limit.clone(), entries: VecDeque::new(), sum: 0 }
    }

    /// The limit.
    pub(crate) const fn limit(&self) -> &Limit {
        &self.limit
    }

    /// Counts a write, if it is one that the limit is about. Writes come in the order of their times.
    pub(crate) fn count(&mut self, write: &AllowedWrite) {
        let counts = self.limit.counts(write.agent.as_str(), write.table.as_str(), write.operation.as_str());
        if counts && write.connector == self.connector {
            self.entries.push_back((write.time, write.rows));
            self.sum = self.sum.saturating_add(write.rows);
        }
    }

    /// The rows allowed in the window that ends at `now`: those recorded less than its length ago.
    pub(crate) fn sum_at(&mut self, now: Timestamp) -> u64 {
        let length = i64::from(self.limit.window_seconds) * 1_000_000;
        while let Some((time, rows)) = self.entries.front().copied() {
            if now.micros().saturating_sub(time.micros()) < length {
                break;
            }
            self.entries.pop_front();
            self.sum = self.sum.saturating_sub(rows);
        }
        self.sum
    }
}
