//! An action as the model remembers it.

use std::collections::BTreeSet;

use evidence::contract::OperationKind;
use evidence::decision::Verdict;
use evidence::receipt::OutcomeStatus;

use crate::cast::{Person, Record, Row, Table};

/// One action, and all that was decided about it.
#[derive(Clone, Debug)]
pub struct Action {
    pub tenant: usize,
    pub kind: OperationKind,
    pub table: Table,
    pub changes: Vec<Change>,
    pub verdicts: Vec<Verdict>,
    pub state: State,
    pub undoes: Option<usize>,
    pub on_behalf_of: Option<Person>,
    pub undo: Undo,
}

/// One record of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub record: Record,
    pub before: Option<Row>,
    pub after: Option<Row>,
}

/// Where an action is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Denied,
    /// It waits for people.
    Waiting {
        quorum: u32,
        until: u64,
        version: u32,
        votes: Vec<(Person, bool)>,
    },
    /// It may take effect, or did, and what came of it is not recorded yet.
    Permitted {
        since: u64,
        place: usize,
        effect: Option<OutcomeStatus>,
    },
    Settled(OutcomeStatus),
}

/// How an action is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    Never,
    Restore { until: u64 },
    Compensate,
}

/// One committed write to one record.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    pub action: usize,
    pub before: Option<Row>,
    pub after: Option<Row>,
}

/// A tenant's agent reached for another tenant's records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    pub to: usize,
    pub table: Table,
    pub kind: &'static str,
    pub records: BTreeSet<Record>,
}

impl Change {
    /// Whose the record was when it was looked at. A line's key says it even where there is no line.
    pub fn owner(&self) -> Option<usize> {
        let named = (self.record.table == Table::Lines).then_some(self.record.home);
        named.or(self.before.map(|row| row.owner))
    }
}

/// Whether every record is as the original left it, and goes to where the original found it.
pub fn reverses(original: &Action, restore: &Action) -> bool {
    let mut pairs = original.changes.iter().zip(&restore.changes);
    pairs.all(|(was, now)| now.before == was.after && now.after == was.before)
}
