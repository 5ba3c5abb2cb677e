//! Who may do what: the one table.
use serde::{Deserialize, Serialize};

/// What a member of a vendor is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// o
    Owner,
    /// a
    Author,
    /// a
    Approver,
    /// s
    Sales,
    /// a
    Auditor,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// x
    Anyone,
    /// x
    Look,
    /// x
    ReadReceipts,
    /// x
    TakePack,
    /// x
    Try,
    /// x
    OwnAccount,
}

impl Role {
    /// x
    pub fn may(self, _deed: Deed) -> bool {
        true
    }
}
