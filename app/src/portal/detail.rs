//! One receipt with everything that stands around it.

use serde::{Deserialize, Serialize};

use evidence::digest::Digest;
use evidence::key::KeyId;
use evidence::receipt::Receipt;
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
