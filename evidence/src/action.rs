//! An action: one proposed write, together with what the connector saw before it.
//!
//! This is the form in which an action stands in its receipt: values of open columns in clear, values of sealed
//! columns only as commitments, and everything about another tenant blinded. The verdict is decided from this
//! form and from nothing else, so whoever holds the receipt can decide it again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError};
use crate::commitment::{Cell, Key, state_hash};
use crate::digest::Digest;
use crate::name::{Name, Text};
use crate::value::Value;

/// One proposed write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The agent that proposes it.
    pub agent: Name,
    /// The connector it goes through.
    pub connector: Name,
    /// Its id, unique in the portal.
    pub id: Name,
    /// The person for whom the agent says it acts.
    pub on_behalf_of: Option<Text>,
    /// What is to be done, as the agent named it.
    pub operation: Text,
    /// Why, in the agent's words. Untrusted.
    pub reason: Text,
    /// The records it names, in the order of their keys.
    pub records: Vec<Record>,
    /// Whether the live schema of its table is the contract's.
    pub schema: LiveSchema,
    /// The columns it sets.
    pub set: BTreeMap<Text, Proposed>,
    /// Who says what the records were before.
    pub source: Source,
    /// The table, as the agent named it.
    pub table: Text,
    /// The tenant whose agent it is.
    pub tenant: Name,
    /// For a rollback: the decision whose effect it undoes.
    pub undoes: Option<Citation>,
}

/// A value that an action sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Proposed {
    /// The tenant column is set to another tenant, which stands here blinded.
    Foreign(Digest),
    /// An open column's value.
    Open(Value),
    /// A sealed or unknown column: its value is committed in each record's `after`.
    Sealed {
        /// Whether the connector found that the value fits the column's type.
        conforms: bool,
    },
}

/// One record that an action names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What the record is to be; `None` for a delete, or where the connector could not work it out.
    pub after: Option<State>,
    /// What the record is; `None` if it does not exist, or belongs to another tenant.
    pub before: Option<State>,
    /// Which record.
    pub key: RecordKey,
    /// Whose it is.
    pub owner: Owner,
}

/// Which record: its key, or what stands for it in the log of a tenant whose record it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKey {
    /// The blinded key of another tenant's record.
    Foreign(Digest),
    /// The key columns and their values.
    Open(Key),
}

/// Whose a record is, as the connector found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// No such record exists.
    Absent,
    /// Another tenant's; which one is blinded.
    Foreign(Digest),
    /// The acting tenant's.
    Tenant,
    /// The connector could not look: the table or key is not in the contract.
    Unobserved,
}

/// A record's state: its cells and the hash over all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Every cell for a before-state; for an after-state only the cells that differ from before.
    pub cells: BTreeMap<Text, Cell>,
    /// The hash of the whole state.
    pub hash: Digest,
}

/// Whether the live schema of a table is the one that the contract was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LiveSchema {
    /// It differs.
    Drifted,
    /// It is the same.
    Matches,
    /// The connector did not look, because there is none or the table is unknown.
    Unobserved,
}

/// Who says what the records were before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The caller, who keeps the write in its own code.
    Attested,
    /// A connector, which read them itself.
    Observed,
}

/// Another receipt of the same log, by position and digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The digest of its exact bytes.
    pub receipt: Digest,
    /// Its sequence number.
    pub seq: u64,
}

impl Action {
    /// The digest that permits and approvals are bound to.
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        Ok(Digest::of(&canonical::to_vec(self)?))
    }

    /// How many records it names.
    pub fn rows(&self) -> u64 {
        self.records.len().try_into().unwrap_or(u64::MAX)
    }

    /// The columns it sets.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.set.keys().map(Text::as_str)
    }
}

impl Record {
    /// Whether both hashes are those of the cells, and the after-state differs from before only where it says so.
    pub fn hashes_hold(&self) -> Result<bool, CanonicalError> {
        let none = BTreeMap::new();
        let before = self.before.as_ref().map_or(&none, |state| &state.cells);
        if let Some(state) = &self.before
            && state_hash(before)? != state.hash
        {
            return Ok(false);
        }
        match &self.after {
            Some(state) => Ok(state_hash(overlay(before, &state.cells))? == state.hash),
            None => Ok(true),
        }
    }
}

/// The cells of `before` with those of `changes` laid over them.
pub fn overlay<'a>(
    before: &'a BTreeMap<Text, Cell>,
    changes: &'a BTreeMap<Text, Cell>,
) -> BTreeMap<&'a Text, &'a Cell> {
    before.iter().chain(changes).collect()
}
