//! A decision that was recorded, with what a verdict depends on and no more, so that many of them fit into memory.

use serde::{Deserialize, Serialize};

use crate::action::{Action, State};
use crate::commitment::Cell;
use crate::decision::Decision;
use crate::digest::Digest;
use crate::name::Text;
use crate::receipt::DecisionReceipt;
use crate::standing::Standing;
use crate::timestamp::Timestamp;

/// A decision of the past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// What was proposed. The reason, the salts and other commitments are blank, and so are a record's hashes unless the
    /// action undoes another: no verdict depends on them.
    pub action: Action,
    /// What was decided.
    pub decision: Decision,
    /// Its place in the log.
    pub seq: u64,
    /// What the ledger knew.
    pub standing: Standing,
    /// When.
    pub time: Timestamp,
}

impl Past {
    /// What a verdict depends on of a receipt.
    pub fn of(receipt: DecisionReceipt) -> Self {
        let DecisionReceipt { mut action, decision, entry, standing, .. } = receipt;
        action.reason = blank();
        let is_undoing = action.undoes.is_some();
        for record in &mut action.records {
            for state in record.before.iter_mut().chain(&mut record.after) {
                bare(state, is_undoing);
            }
            // What a write sets stands in the action itself, unless it restores.
            if let Some(after) = record.after.as_mut().filter(|_| !is_undoing) {
                after.cells.clear();
            }
        }
        Self { action, decision, seq: entry.seq, standing, time: entry.time }
    }

    /// Whether it is the first decision about its action, and not one that followed when people had voted.
    pub const fn is_first(&self) -> bool {
        self.standing.approval.is_none()
    }
}

fn bare(state: &mut State, is_undoing: bool) {
    if !is_undoing {
        state.hash = Digest([0; 32]);
    }
    for cell in state.cells.values_mut() {
        match cell {
            Cell::Open { salt, .. } => salt.clear(),
            Cell::Sealed(commitment) => commitment.clear(),
        }
    }
}

fn blank() -> Text {
    Text::shortened("", 0)
}
