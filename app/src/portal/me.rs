//! Who is signed in.

use std::collections::BTreeSet;

use evidence::name::Name;

use super::Role;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// By what the vendor's members are told apart.
    pub id: String,
    /// The name, as receipts say it.
    pub name: String,
    /// The address with which one signs in.
    pub email: String,
    /// What one may do.
    pub role: Role,
    /// The groups for which one votes.
    pub approves: BTreeSet<Name>,
    /// The vendor's name, as people write it.
    pub vendor: String,
    /// How many writes wait for a person now.
    pub waiting: u64,
    /// Whether this is a demo, which shows more of itself.
    pub demo: bool,
}
