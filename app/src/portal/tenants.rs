//! Tenants, as a vendor's people see and change them.

use std::sync::Arc;

use evidence::contract::Contract;
use evidence::envelope::Envelope;
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;

use super::{Answer, Head};

/// Questions about tenants, and what can be done for them.
pub trait Tenancy {
    /// The tenants, by name, and whether everything is stopped.
    fn tenants(&self) -> Answer<'_, TenantsPage>;
    /// Begins a tenant's log, registers its agents and puts the newest contracts in force for it.
    fn admit(&self, newcomer: Newcomer) -> Answer<'_, ()>;
    /// One tenant.
    fn tenant_page(&self, name: Name) -> Answer<'_, TenantPage>;
    /// Lets one more agent act for a tenant.
    fn register_agent(&self, tenant: Name, agent: Name, title: Text) -> Answer<'_, ()>;
    /// Puts the newest version of every contract in force for a tenant.
    fn complete_contracts(&self, tenant: Name, reason: Text) -> Answer<'_, ()>;
    /// Stops.
    fn stop(&self, reach: Reach, reason: Text) -> Answer<'_, ()>;
    /// Lets go again.
    fn let_go(&self, reach: Reach, reason: Text) -> Answer<'_, ()>;
}

/// What is stopped or let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One agent of a tenant.
    Agent(Name, Name),
    /// Every tenant.
    Everything,
    /// One tenant.
    Tenant(Name),
}

/// Every tenant.
#[derive(Clone, Debug)]
pub struct TenantsPage {
    /// The tenants, by name.
    pub tenants: Vec<TenantLine>,
    /// Who stopped everything, if somebody did.
    pub stopped: Option<Stop>,
}

/// A tenant in a list.
#[derive(Clone, Debug)]
pub struct TenantLine {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
    /// Who stopped it, if somebody did.
    pub stopped: Option<Stop>,
    /// Whether its secret was erased.
    pub erased: bool,
    /// How many agents may act for it, and how many are suspended.
    pub agents: (usize, usize),
    /// The newest checkpoint of its log.
    pub head: Option<Head>,
}

/// A tenant that is to come.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
    /// The agents that may act for it.
    pub agents: Vec<Name>,
}

/// Somebody stopped something.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Who.
    pub by: Text,
    /// Why.
    pub reason: Text,
    /// When.
    pub at: Timestamp,
    /// The number of the receipt about it.
    pub receipt: u64,
}

/// One tenant.
#[derive(Clone, Debug)]
pub struct TenantPage {
    /// What a list says of it.
    pub line: TenantLine,
    /// Who stopped everything, if somebody did.
    pub everything: Option<Stop>,
    /// Its agents, by name.
    pub agents: Vec<AgentLine>,
    /// What is in force for it, by connector.
    pub connectors: Vec<TenantConnector>,
}

/// An agent of a tenant.
#[derive(Clone, Debug)]
pub struct AgentLine {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
    /// Who stopped it, if somebody did.
    pub stopped: Option<Stop>,
}

/// What is in force for a tenant through one connector.
#[derive(Clone, Debug)]
pub struct TenantConnector {
    /// The connector.
    pub name: Name,
    /// The contract.
    pub contract: Option<Arc<Contract>>,
    /// The newest version of the contract, if it is not the one in force.
    pub newer: Option<u32>,
    /// The envelope, and whether it was written for the contract in force.
    pub envelope: Option<(Envelope, bool)>,
}
