//! Saved cases: writes whose verdict somebody has written down.

use std::collections::{BTreeMap, BTreeSet};

use evidence::action::{Action, Owner, Proposed};
use evidence::commitment::Cell;
use evidence::decision::Verdict;
use evidence::name::{Name, Text};
use evidence::reason::Reason;
use evidence::timestamp::Timestamp;
use evidence::value::Value;
use serde::{Deserialize, Serialize};

/// A write, as far as an envelope can tell one from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// The agent that proposes it.
    pub agent: Name,
    /// What it does.
    pub operation: Text,
    /// The table.
    pub table: Text,
    /// The open columns of its records before; the last one stands for all that are not described. None, where nothing is
    /// said of them.
    pub before: Vec<BTreeMap<Text, Value>>,
    /// The open columns that it sets.
    pub set: BTreeMap<Text, Value>,
    /// The sealed columns that it sets.
    pub sealed: BTreeSet<Text>,
    /// How many records it names.
    pub rows: u32,
}

/// A write with the verdict that it must get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// By what it is removed.
    pub id: Name,
    /// What it shows, in a few words.
    pub name: Text,
    /// The write.
    pub write: Write,
    /// The verdict.
    pub expected: Verdict,
    /// Who saved it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A case and what an envelope makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The case.
    pub case: Case,
    /// The verdict that it gets.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The rules that determined it.
    pub rules: Vec<Text>,
}

impl Tried {
    /// Whether it gets the verdict that it must.
    pub fn passes(&self) -> bool {
        self.verdict == self.case.expected
    }
}

impl Write {
    /// The write that this action proposed. `None` for what no envelope decides: a rollback, or a reach for another tenant.
    pub fn of(action: &Action) -> Option<Self> {
        let is_own = |owner: &Owner| matches!(owner, Owner::Tenant | Owner::Absent);
        if action.undoes.is_some() || !action.records.iter().all(|record| is_own(&record.owner)) {
            return None;
        }
        let (mut set, mut sealed) = (BTreeMap::new(), BTreeSet::new());
        for (column, proposed) in &action.set {
            match proposed {
                Proposed::Open(value) => drop(set.insert(column.clone(), value.clone())),
                Proposed::Sealed { .. } => drop(sealed.insert(column.clone())),
                Proposed::Foreign(_) => return None,
            }
        }
        let states = action.records.iter().filter_map(|record| record.before.as_ref());
        let open = |cells: &BTreeMap<Text, Cell>| {
            let open = cells.iter().filter_map(|(column, cell)| match cell {
                Cell::Open { value, .. } => Some((column.clone(), value.clone())),
                Cell::Sealed(_) => None,
            });
            open.collect()
        };
        Some(Self {
            agent: action.agent.clone(),
            operation: action.operation.clone(),
            table: action.table.clone(),
            before: states.map(|state| open(&state.cells)).collect(),
            set,
            sealed,
            rows: action.rows().try_into().unwrap_or(u32::MAX),
        })
    }
}
