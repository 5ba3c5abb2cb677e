//! A desk: the portal as one API key sees it.

use std::fmt;

use evidence::name::Name;

use super::{Person, Registry, Scope, Tenant, Vendor};
use crate::accounts::Member;
use crate::ledger::LedgerError;

/// The portal as one API key sees it: one vendor, and those of its tenants and agents that the key is good for.
#[derive(Clone)]
pub struct Desk {
    pub(super) registry: Registry,
    pub(super) key: Name,
    pub(super) vendor: Vendor,
    pub(super) scope: Scope,
}

impl Registry {
    /// The desks of a member: a person's, who votes and stops and proposes nothing, and the same for trying, which
    /// proposes as an agent would.
    pub(crate) fn desks_of_member(&self, vendor: &Vendor, member: &Member) -> (Desk, Desk) {
        let person = Person { name: member.name.clone(), approves: member.approves.clone() };
        let desk = |person| Desk {
            registry: self.clone(),
            key: member.id.clone(),
            vendor: vendor.clone(),
            scope: Scope { person, ..Scope::default() },
        };
        (desk(Some(person)), desk(None))
    }
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
        if self.scope.covers_tenant(name) { self.neighbour(name).await } else { Ok(None) }
    }

    /// The tenants of this desk, by name.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, LedgerError> {
        let mut tenants = self.registry.tenants(&self.vendor.name).await?;
        tenants.retain(|tenant| self.scope.covers_tenant(tenant.name()));
        Ok(tenants)
    }

    /// The person whose key it is, if it is a person's.
    pub const fn person(&self) -> Option<&Person> {
        self.scope.person.as_ref()
    }

    /// Whether the key is good for all of the vendor's tenants.
    pub const fn covers_everything(&self) -> bool {
        self.scope.tenants.is_none()
    }

    /// The tenant of this desk whose action this is.
    pub async fn tenant_of_action(&self, id: &Name) -> Result<Option<Tenant>, LedgerError> {
        match self.registry.tenant_of_action(&self.vendor, id).await? {
            Some(tenant) => self.tenant(&tenant).await,
            None => Ok(None),
        }
    }

    /// Whether the key is good for every agent, to act as it or to answer for it.
    pub const fn covers_every_agent(&self) -> bool {
        self.scope.agents.is_none()
    }

    /// Whether the key is good for this agent, to act as it or to answer for it.
    pub fn covers_agent(&self, agent: &Name) -> bool {
        self.scope.agents.as_ref().is_none_or(|agents| agents.contains(agent))
    }

    /// Whether the key may act as this agent.
    pub fn may_act_as(&self, agent: &Name) -> bool {
        self.scope.covers_agent(agent)
    }

    /// Whether the tenant has an agent of this name.
    pub async fn knows_agent(&self, tenant: &Tenant, agent: &Name) -> Result<bool, LedgerError> {
        let agents = self.registry.agents(tenant).await?;
        Ok(agents.iter().any(|known| known.name == *agent))
    }

    /// Remembers whether the vendor's whole portal is frozen, for tenants that are yet to come.
    pub(crate) async fn freeze(&self, frozen: bool) -> Result<(), LedgerError> {
        self.registry.freeze(&self.vendor, frozen).await
    }

    /// The owner of a record that one of this desk's tenants reached for: any tenant of the same vendor. It is only for
    /// leaving a notice in that tenant's log; nothing that it can be asked for may reach the caller.
    pub(crate) async fn neighbour(&self, name: &Name) -> Result<Option<Tenant>, LedgerError> {
        self.registry.tenant(&self.vendor.name, name).await
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Desk({}/{})", self.vendor.name, self.key)
    }
}
