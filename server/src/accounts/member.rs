//! A member of a vendor.

use std::collections::BTreeSet;

use app::portal::Role;
use evidence::name::{Name, Text};
use sqlx::any::AnyRow;

use super::Accounts;
use crate::ledger::LedgerError;
use crate::store::row::{json, parsed};

/// The columns that make a member, from `members m` and `vendors v`.
pub(super) const COLUMNS: &str = "m.id, m.vendor, m.email, m.name, m.role, m.approves, v.title";

/// A member of a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// By what members are told apart.
    pub id: Name,
    /// The vendor.
    pub vendor: Name,
    /// The vendor's name for people.
    pub vendor_title: Text,
    /// With what one signs in, in lower case.
    pub email: String,
    /// The name, as receipts say it.
    pub name: Text,
    /// What one may do.
    pub role: Role,
    /// The groups for which one votes.
    pub approves: BTreeSet<Name>,
}

impl Accounts {
    /// Whether the portal has nobody yet.
    pub async fn is_empty(&self) -> Result<bool, LedgerError> {
        Ok(self.store.ask("select id from members limit 1", []).await?.is_empty())
    }
}

pub(super) fn member(row: &AnyRow) -> Result<Member, LedgerError> {
    Ok(Member {
        id: parsed(row, "id")?,
        vendor: parsed(row, "vendor")?,
        vendor_title: parsed(row, "title")?,
        email: parsed(row, "email")?,
        name: parsed(row, "name")?,
        role: parsed(row, "role")?,
        approves: json(row, "approves")?,
    })
}
