//! One receipt with everything that stands around it.

use serde::{Deserialize, Serialize};

use evidence::digest::Digest;
use evidence::key::KeyId;
use evidence::name::{Name, Text};
use evidence::receipt::{Receipt, StandingReceipt};
use evidence::timestamp::Timestamp;

use super::{Head, Row};

/// One receipt. What it says is read from its exact bytes, here as everywhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The tenant's name as people write it.
    pub title: String,
    /// The exact text of its DSSE envelope.
    pub dsse: String,
    /// The digest of that text.
    pub digest: Digest,
    /// The version of the envelope that it cites.
    pub envelope: Option<u32>,
    /// The version of the contract that it cites.
    pub contract: Option<u32>,
    /// The receipts that it cites or that cite it: its outcome, its votes, the decision it answers, in the log's order.
    pub mentions: Vec<Mention>,
    /// The newest checkpoint.
    pub head: Option<Head>,
    /// The key that signed it.
    pub signer: KeyId,
    /// How it can be taken back from here, if it is a write that took place.
    pub undo: Option<Undo>,
    /// Whether, and by whom, the tenant or everything is stopped.
    pub stopped: Vec<StandingReceipt>,
}

/// How a write can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Until when the state before may be written back.
    pub until: Timestamp,
    /// Whether that is over.
    pub is_over: bool,
    /// A fresh idempotency key for the form, so that sending it twice takes it back once.
    pub attempt: String,
}

/// A wish to take a write back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoing {
    /// Whose log it is in.
    pub tenant: Name,
    /// The decision that allowed it.
    pub seq: u64,
    /// Why.
    pub reason: Text,
    /// The form's idempotency key.
    pub attempt: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The decision about the write that takes it back.
    pub seq: u64,
    /// Its verdict.
    pub verdict: evidence::decision::Verdict,
    /// Whether it took place.
    pub is_done: bool,
}

/// Another receipt of the same log, in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Its sequence number.
    pub seq: u64,
    /// When it was recorded.
    pub time: Timestamp,
    /// Its kind.
    pub kind: String,
    /// Its verdict or status, as one word.
    pub word: String,
}

impl Mention {
    /// The few words for `receipt`.
    pub fn of(receipt: &Receipt) -> Self {
        let row = Row::of(receipt, None);
        let verdict = row.verdict.map(|verdict| verdict.to_string());
        Self {
            seq: row.seq,
            time: row.time,
            kind: row.kind,
            word: verdict.or(row.status).unwrap_or(row.operation),
        }
    }
}
