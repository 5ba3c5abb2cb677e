//! What became of a write that somebody tried.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use evidence::commitment::Key;
use evidence::name::{Name, Text};
use evidence::value::Value;

use super::{Answer, Detail, Proposal};

/// Questions of *Try the boundary*.
pub trait Trying {
    /// Sends one write through the real path, exactly as `POST /v1/actions` would. Gives the action's id, under which
    /// [`Trying::tried`] finds it. A verdict of any kind is a success; a refusal means that nothing was decided.
    fn try_action(&self, proposal: Proposal) -> Answer<'_, Name>;

    /// What became of an action of this tenant.
    fn tried(&self, tenant: Name, action: Name) -> Answer<'_, Tried>;
}

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The action's id.
    pub action: Name,
    /// The decision's receipt.
    pub decision: Detail,
    /// The outcome's receipt, if the verdict let the write run.
    pub outcome: Option<Detail>,
    /// The proposal as it was sent, while the server still remembers it: a receipt has no sealed values to give back.
    pub proposal: Option<Proposal>,
    /// The named records, read by the connector before the attempt and after it, while the server still remembers.
    pub records: Vec<Seen>,
}

/// One record as the vendor, whose data it is, may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which record.
    pub key: Key,
    /// Whose it is.
    pub owner: Option<Name>,
    /// Its columns before the attempt; `None` if it did not exist.
    pub before: Option<BTreeMap<Text, Shown>>,
    /// Its columns after the attempt; `None` if it does not exist.
    pub after: Option<BTreeMap<Text, Shown>>,
}

/// One column's value, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// An open column's value.
    Open(Value),
    /// The commitment to a sealed column's value.
    Sealed(String),
}
