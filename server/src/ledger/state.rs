//! What the writer keeps in memory of one log: only what the next receipt needs.

use std::collections::{BTreeMap, BTreeSet};

use evidence::action::Citation;
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::history::History;
use evidence::key::KeyId;
use evidence::log::{Frontier, Hash, LogError, Node};
use evidence::name::{Name, Text};
use evidence::receipt::{Entry, KeyChange, Receipt};
use evidence::timestamp::Timestamp;

use super::tile::{TILE_LEVELS, TILE_WIDTH, Tile};
use crate::registry::Tenant;

/// The version that stands in every receipt.
const ENGINE: &str = concat!("portal/", env!("CARGO_PKG_VERSION"));

/// One log, as far as the next receipt depends on it.
pub(super) struct State {
    pub tenant: Tenant,
    pub history: History,
    /// The key that signs the next receipt, as the log says; `None` before the first.
    pub signer: Option<KeyId>,
    /// How far back, in seconds, the history knows allowed writes.
    pub horizon: u32,
    /// The connectors for which anything was ever activated.
    pub connectors: BTreeSet<Name>,
    /// Allowed decisions that have no outcome yet.
    pub open: BTreeMap<u64, Open>,
    /// Escalated decisions that wait for people, by their digests.
    pub parked: BTreeMap<u64, Digest>,
    pub last_time: Timestamp,
    /// The sequence number that the next receipt gets; ahead of `frontier` while a batch is being drafted.
    pub next: u64,
    pub frontier: Frontier,
    /// For each level of tiles, the hashes of the tile that is not full yet.
    pub tails: Vec<Vec<Hash>>,
}

/// An allowed decision that has no outcome yet.
#[derive(Clone)]
pub(super) struct Open {
    pub receipt: Digest,
    pub permit: Name,
    pub action: Name,
    pub agent: Option<String>,
    pub target: Option<String>,
}

impl Open {
    /// What the outcome of an allowed decision will need.
    pub fn by(receipt: &Receipt, digest: Digest) -> Option<(u64, Self)> {
        let Receipt::Decision(decided) = receipt else { return None };
        let permit = decided.permit.as_ref().filter(|_| decided.decision.verdict == Verdict::Allow)?;
        let open = Self {
            receipt: digest,
            permit: permit.id.clone(),
            action: decided.action.id.clone(),
            agent: Some(decided.action.agent.to_string()),
            target: Some(decided.action.table.as_str().to_owned()),
        };
        Some((decided.entry.seq, open))
    }
}

impl State {
    /// A log without receipts.
    pub fn empty(tenant: Tenant) -> Self {
        Self {
            tenant,
            history: History::default(),
            signer: None,
            horizon: 0,
            connectors: BTreeSet::new(),
            open: BTreeMap::new(),
            parked: BTreeMap::new(),
            last_time: Timestamp::MIN,
            next: 0,
            frontier: Frontier::new(),
            tails: Vec::new(),
        }
    }

    /// The entry of the next receipt, which is not entered yet. Time does not run backwards in a log, whatever the clock does.
    pub fn next_entry(&self, now: Timestamp) -> Entry {
        Entry {
            engine: Text::shortened(ENGINE, ENGINE.len()),
            log: self.tenant.log().clone(),
            seq: self.next,
            tenant: self.tenant.name().clone(),
            time: self.last_time.max(now),
        }
    }

    /// Counts the receipt with this entry.
    pub fn enter(&mut self, entry: &Entry) {
        self.next = entry.seq + 1;
        self.last_time = entry.time;
    }

    /// The entry of the next receipt.
    pub fn entry(&mut self, now: Timestamp) -> Entry {
        let entry = self.next_entry(now);
        self.enter(&entry);
        entry
    }

    /// Takes a receipt into what is known of the log; `digest` is that of its exact bytes.
    pub fn take_in(&mut self, receipt: &Receipt, digest: Digest) {
        if let Receipt::Activation(activation) = receipt {
            self.connectors.insert(activation.connector.clone());
        }
        self.history.apply(receipt, digest);
        self.learn_key(receipt);
    }

    /// Follows what the log says of the key that signs it.
    pub fn learn_key(&mut self, receipt: &Receipt) {
        if let Receipt::Key(key) = receipt
            && key.change != KeyChange::Revoked
        {
            self.signer = Some(key.key.keyid);
        }
    }

    /// The allowed decision that this cites, if it has no outcome yet.
    pub fn open(&self, decision: &Citation) -> Option<&Open> {
        self.open.get(&decision.seq).filter(|open| open.receipt == decision.receipt)
    }

    /// Whether this cites an escalated decision that waits for people.
    pub fn waits(&self, decision: &Citation) -> bool {
        self.parked.get(&decision.seq) == Some(&decision.receipt)
    }

    /// Appends a leaf and hands out the tiles that it fills.
    pub fn push(&mut self, leaf: Hash, filled: &mut Vec<Tile>) -> Result<(), LogError> {
        let (tails, log) = (&mut self.tails, self.tenant.log());
        self.frontier.push_seen(leaf, &mut |node: Node, hash| {
            if !node.level.is_multiple_of(TILE_LEVELS) {
                return;
            }
            let level = usize::from(node.level / TILE_LEVELS);
            if tails.len() <= level {
                tails.resize(level + 1, Vec::new());
            }
            let Some(tail) = tails.get_mut(level) else { return };
            tail.push(hash);
            if tail.len() == TILE_WIDTH {
                let place = node.index / TILE_WIDTH as u64;
                filled.push(Tile::new(log, node.level / TILE_LEVELS, place, std::mem::take(tail)));
            }
        })
    }
}
