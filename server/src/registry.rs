//! The registry: which vendors, tenants, agents and API keys there are.
//!
//! Whoever wants to ask the ledger anything needs a [`Tenant`], and a [`Desk`] only hands out those that its API key
//! was issued for. So a question about another vendor's tenant can't be put into words.

mod desk;

use std::fmt;
use std::sync::Arc;

use evidence::commitment::TenantSecret;
use evidence::name::{Name, Text};

pub use desk::{ApiKey, Desk, Scope};

use crate::ledger::{Ledger, LedgerError};
use crate::store::Store;
use crate::vault::Vault;

/// A company whose agents write to its customers' data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
}

/// One customer of a vendor, with the secret that blinds what its log shows. A clone is another handle.
#[derive(Clone)]
pub struct Tenant(Arc<Known>);

struct Known {
    vendor: Name,
    name: Name,
    title: Text,
    log: Name,
    origin: String,
    secret: TenantSecret,
}

impl Tenant {
    /// Its vendor.
    pub fn vendor(&self) -> &Name {
        &self.0.vendor
    }

    /// Its name; unique among the vendor's tenants.
    pub fn name(&self) -> &Name {
        &self.0.name
    }

    /// Its name for people.
    pub fn title(&self) -> &Text {
        &self.0.title
    }

    /// The id of its log.
    pub fn log(&self) -> &Name {
        &self.0.log
    }

    /// The origin of its log's checkpoints.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// The secret from which the salts of its log are derived.
    pub fn secret(&self) -> &TenantSecret {
        &self.0.secret
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Tenant({}/{})", self.0.vendor, self.0.name)
    }
}

/// The registry. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Registry {}

impl Registry {
    /// The registry in `store`. New tenants' logs are named after the host `origin`.
    pub fn new(store: Store, vault: Vault, ledger: Ledger, origin: String) -> Self {
        unimplemented!()
    }

    /// Makes sure that there is a vendor with this name.
    pub async fn create_vendor(&self, name: &Name, title: &Text) -> Result<Vendor, LedgerError> {
        unimplemented!()
    }

    /// Makes sure that there is a tenant with this name, that its log has begun, and that these agents may act.
    pub async fn create_tenant(&self, vendor: &Vendor, name: &Name, title: &Text, agents: &[Agent], by: &Text) -> Result<Tenant, LedgerError> {
        unimplemented!()
    }

    /// Every vendor, by name.
    pub async fn vendors(&self) -> Result<Vec<Vendor>, LedgerError> {
        unimplemented!()
    }

    /// The vendor with this name.
    pub async fn vendor(&self, name: &Name) -> Result<Option<Vendor>, LedgerError> {
        unimplemented!()
    }

    /// The vendor's tenant with this name.
    pub async fn tenant(&self, vendor: &Name, name: &Name) -> Result<Option<Tenant>, LedgerError> {
        unimplemented!()
    }

    /// The vendor's tenants, by name.
    pub async fn tenants(&self, vendor: &Name) -> Result<Vec<Tenant>, LedgerError> {
        unimplemented!()
    }

    /// The tenant's agents, by name. Whether each may act is for the log to say.
    pub async fn agents(&self, tenant: &Tenant) -> Result<Vec<Agent>, LedgerError> {
        unimplemented!()
    }

    /// Issues an API key. Its secret is in what comes back and nowhere else.
    pub async fn issue_api_key(&self, vendor: &Vendor, label: &Text, scope: &Scope) -> Result<ApiKey, LedgerError> {
        unimplemented!()
    }

    /// Revokes an API key, from the next request on.
    pub async fn revoke_api_key(&self, vendor: &Vendor, id: &Name) -> Result<(), LedgerError> {
        unimplemented!()
    }

    /// Opens the desk that a presented API key gives access to; `None` if there is no such key, or no longer.
    pub async fn desk(&self, presented: &str) -> Result<Option<Desk>, LedgerError> {
        unimplemented!()
    }
}

/// An agent of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
}
