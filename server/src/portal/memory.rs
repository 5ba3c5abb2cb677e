//! What the pages remember of the last few tries: the records before and after, which no receipt shows in the clear.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::portal::{Proposal, Seen, Shown};
use evidence::commitment::Cell;
use evidence::name::{Name, Text};

use crate::boundary::Look;

/// How many tries are remembered.
const TRIES: usize = 200;

type Tries = VecDeque<(Name, Proposal, Vec<Seen>)>;

/// The last few tries.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Tries>>);

impl Memory {
    /// Remembers a try. The same form sent twice is one try, of which the first is remembered.
    pub fn keep(&self, action: Name, proposal: Proposal, before: Vec<Look>, after: Vec<Look>) {
        let mut tries = self.tries();
        if tries.iter().any(|(known, ..)| *known == action) {
            return;
        }
        if tries.len() == TRIES {
            tries.pop_front();
        }
        tries.push_back((action, proposal, seen(before, after)));
    }

    /// What is remembered of a try.
    pub fn recall(&self, action: &Name) -> Option<(Option<Proposal>, Vec<Seen>)> {
        let tries = self.tries();
        let (_, proposal, records) = tries.iter().find(|(known, ..)| known == action)?;
        Some((Some(proposal.clone()), records.clone()))
    }

    fn tries(&self) -> MutexGuard<'_, Tries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seen(before: Vec<Look>, after: Vec<Look>) -> Vec<Seen> {
    before.into_iter().zip(after).map(|(before, after)| pair(before, after)).collect()
}

fn pair(before: Look, after: Look) -> Seen {
    Seen {
        key: before.key,
        owner: before.owner.or(after.owner),
        before: shown(before.cells),
        after: shown(after.cells),
    }
}

fn shown(cells: Option<BTreeMap<Text, Cell>>) -> Option<BTreeMap<Text, Shown>> {
    let shown = |cell| match cell {
        Cell::Open { value, .. } => Shown::Open(value),
        Cell::Sealed(commitment) => Shown::Sealed(commitment),
    };
    Some(cells?.into_iter().map(|(column, cell)| (column, shown(cell))).collect())
}
