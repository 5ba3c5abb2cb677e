//! A desk: the portal as one API key sees it.

use std::collections::BTreeSet;
use std::fmt;

use evidence::name::Name;

use super::{Tenant, Vendor};
use crate::ledger::LedgerError;

/// What an API key is good for; `None` means all of the vendor's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// These tenants only.
    pub tenants: Option<BTreeSet<Name>>,
    /// These agents only.
    pub agents: Option<BTreeSet<Name>>,
}

/// A newly issued API key.
#[derive(Clone)]
pub struct ApiKey {
    /// By what it is listed and revoked.
    pub id: Name,
    /// The secret, `helm_…`, to be shown once.
    pub secret: String,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKey({})", self.id)
    }
}

/// The portal as one API key sees it: one vendor, and those of its tenants and agents that the key is good for.
#[derive(Clone, Debug)]
pub struct Desk {
    key: Name,
    vendor: Vendor,
    scope: Scope,
}

impl Desk {
    /// The id of the API key that opened it: what rate limits count by.
    pub const fn key(&self) -> &Name {
        &self.key
    }

    /// The vendor.
    pub const fn vendor(&self) -> &Vendor {
        &self.vendor
    }

    /// The tenant with this name; `None` if there is none, or it is not this desk's.
    pub async fn tenant(&self, name: &Name) -> Result<Option<Tenant>, LedgerError> {
        unimplemented!()
    }

    /// The tenants of this desk, by name.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, LedgerError> {
        unimplemented!()
    }

    /// Whether the key may act as this agent.
    pub fn may_act_as(&self, agent: &Name) -> bool {
        self.scope.agents.as_ref().is_none_or(|agents| agents.contains(agent))
    }

    /// The owner of a record that one of this desk's tenants reached for: any tenant of the same vendor, so that a notice can
    /// be left in its log. Nothing can be read through what this returns but what the caller already has.
    pub async fn neighbour(&self, name: &Name) -> Result<Option<Tenant>, LedgerError> {
        unimplemented!()
    }
}
