//! What a vendor has: the nouns that a write can be composed of.

use serde::{Deserialize, Serialize};

use evidence::contract::Contract;
use evidence::decision::Verdict;
use evidence::key::KeyId;
use evidence::log::Hash;
use evidence::name::Name;
use evidence::timestamp::Timestamp;

use super::{Answer, Glance, Proposal};

/// Questions about what a vendor has.
pub trait Overview {
    /// What this vendor has: tenants, agents, connectors and ready-made writes.
    fn workspace(&self) -> Answer<'_, Workspace>;
    /// What there is to know of the vendor, and of the tenants whose names come after `after`.
    fn glance(&self, after: Option<Name>) -> Answer<'_, Glance>;
}

/// What a vendor has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// The vendor's name, as people write it.
    pub vendor: String,
    /// The address under which the portal is reached, without a slash at the end: `https://evidence.northwind.example`.
    pub address: String,
    /// The tenants, in the order of their names.
    pub tenants: Vec<TenantDesk>,
    /// The agents that are registered for any tenant.
    pub agents: Vec<Name>,
    /// The connectors with a contract in force.
    pub connectors: Vec<Connector>,
    /// Ready-made writes, the one into the wrong tenant first.
    pub samples: Vec<Sample>,
    /// A fresh idempotency key for the next form, so that sending it twice makes one action.
    pub attempt: String,
    /// The key that signs receipts now.
    pub signer: KeyId,
}

/// One tenant, as its vendor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantDesk {
    /// Its name in addresses and receipts.
    pub name: Name,
    /// Its name as people write it.
    pub title: String,
    /// The version of the envelope in force.
    pub envelope: Option<u32>,
    /// The newest checkpoint of its log.
    pub head: Option<Head>,
}

/// The newest checkpoint of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many receipts the log has; the last is number `size - 1`.
    pub size: u64,
    /// The root over all of them.
    pub root: Hash,
    /// When the last of them was recorded.
    pub time: Timestamp,
}

/// One connector and what its contract has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// Its name.
    pub name: Name,
    /// The contract in force.
    pub contract: Contract,
}

/// One ready-made write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Its name in addresses: `wrong_tenant`.
    pub name: String,
    /// What it shows, as one sentence.
    pub title: String,
    /// The verdict that it should get.
    pub expected: Verdict,
    /// The write. Its idempotency key is replaced by a fresh one when a form is made of it.
    pub proposal: Proposal,
}

impl Workspace {
    /// The tenant of this name.
    pub fn tenant(&self, name: &str) -> Option<&TenantDesk> {
        self.tenants.iter().find(|tenant| tenant.name == *name)
    }

    /// The sample of this name.
    pub fn sample(&self, name: &str) -> Option<&Sample> {
        self.samples.iter().find(|sample| sample.name == name)
    }

    /// The connector of this name.
    pub fn connector(&self, name: &str) -> Option<&Connector> {
        self.connectors.iter().find(|connector| connector.name == *name)
    }
}
