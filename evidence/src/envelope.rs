//! The envelope: what one tenant's agents may do within a contract, in rules that a person can read.

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError};
use crate::contract::{DocumentError, OperationKind};
use crate::digest::Digest;
use crate::name::{Identifier, Name};
use crate::timestamp::Timestamp;
use crate::value::Value;

/// The most rules and the most limits an envelope may have; they bound the work of one decision.
pub const MAX_RULES: usize = 200;

/// What one tenant's agents may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The tenant whose records it is about.
    pub tenant: Name,
    /// Counts up with each change; the digest is what pins it.
    pub version: u32,
    /// The contract it was written for.
    pub contract: Digest,
    /// In force from here on.
    pub valid_from: Timestamp,
    /// In force until just before here; `None` means until replaced.
    pub valid_until: Option<Timestamp>,
    /// The kill switch: nothing at all is permitted.
    pub frozen: bool,
    /// What is allowed, asked and never done.
    pub rules: Vec<Rule>,
    /// How much may be done in a window of time.
    pub limits: Vec<Limit>,
    /// Who approves when no `ask` rule says it: for irreversible operations and hand-written policies.
    pub approval: Approval,
    /// Hand-written Cedar policies, validated against the same schema.
    pub cedar: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, unique in the envelope; reasons cite it.
    pub id: Name,
    /// What it does when it matches.
    pub effect: Effect,
    /// The agents it is about; `None` means every agent of the tenant.
    pub agents: Option<Vec<Name>>,
    /// The table it is about.
    pub table: Identifier,
    /// The operations it is about; `None` means all that the contract has.
    pub operations: Option<Vec<OperationKind>>,
    /// `allow` and `ask` match if every column of the action is among these, `never` if any is; `None` means any columns.
    pub columns: Option<Vec<Identifier>>,
    /// Matches up to this many records; `None` means as many as the contract lets.
    pub max_rows: Option<u32>,
    /// All of these must hold, for every record.
    pub when: Vec<Condition>,
    /// For `ask`: who approves. Absent otherwise.
    pub approval: Option<Approval>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Proceeds at once.
    Allow,
    /// Waits for a person.
    Ask,
    /// Is refused, whatever another rule says.
    Never,
}

/// Who approves, how many of them, and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// After this long without the votes, the answer is a denial.
    pub expires_seconds: u32,
    /// The group whose members may approve.
    pub group: Name,
    /// How many different members must.
    pub quorum: u32,
}

/// A comparison of an open column's value with a constant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Which value: as it is before, or as the action sets it.
    pub of: Side,
    /// The open column.
    pub column: Identifier,
    /// The comparison. A value that is null or absent satisfies none of them.
    pub is: Comparison,
}

/// Which of a column's two values a condition reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The record's value before the write.
    Before,
    /// The value that the action sets.
    Set,
}

/// A comparison with constants. Order is for integer columns only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// At least this number.
    AtLeast(Value),
    /// At most this number.
    AtMost(Value),
    /// Exactly this value.
    Equal(Value),
    /// Some other value than this.
    NotEqual(Value),
    /// One of these values.
    OneOf(Vec<Value>),
}

/// How many records may be written in a window of time that slides along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its name, unique in the envelope; reasons cite it.
    pub id: Name,
    /// The agents counted together; `None` means all.
    pub agents: Option<Vec<Name>>,
    /// The table counted; `None` means all.
    pub table: Option<Identifier>,
    /// The operations counted; `None` means all.
    pub operations: Option<Vec<OperationKind>>,
    /// The most records that `ALLOW` decisions may name in any window.
    pub max_rows: u64,
    /// The length of the window.
    pub window_seconds: u32,
}

/// Why an envelope can't be put in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {fault}")]
pub struct EnvelopeError {
    /// Where in the envelope, as `rules.r1.columns`.
    pub at: String,
    /// What is wrong there and what to do.
    pub fault: String,
}

impl Envelope {
    /// Reads an envelope from its canonical bytes. Whether it fits its contract is for
    /// [`compile`](crate::compile::compile) to say.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError<EnvelopeError>> {
        Ok(canonical::from_slice(bytes)?)
    }

    /// The digest that receipts cite.
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        Ok(Digest::of(&canonical::to_vec(self)?))
    }
}

impl Limit {
    /// Whether writes of `operation` on `table` by `agent` count against this limit.
    pub fn counts(&self, agent: &str, table: &str, operation: &str) -> bool {
        self.agents.as_ref().is_none_or(|agents| agents.iter().any(|one| one == agent))
            && self.table.as_ref().is_none_or(|one| one == table)
            && self.operations.as_ref().is_none_or(|kinds| kinds.iter().any(|one| one.as_str() == operation))
    }
}
