//! Connectors and their contracts, as a vendor's people see and change them.

use std::sync::Arc;

use evidence::contract::{Contract, Database};
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;

use super::{Answer, ContractDraft, DraftFault, TableDraft};
use crate::text::Said;

/// Questions about connectors and contracts, and what can be done with them.
pub trait Connecting {
    /// The connectors, by name.
    fn connectors(&self) -> Answer<'_, Vec<ConnectorLine>>;
    /// Registers a new connector at `address`, once it answers there.
    fn connect(&self, name: Name, address: String) -> Answer<'_, ()>;
    /// Replaces a connector's address, once it answers at the new one.
    fn move_connector(&self, name: Name, address: String) -> Answer<'_, ()>;
    /// Forgets a connector, unless its contract is in force anywhere.
    fn disconnect(&self, name: Name) -> Answer<'_, ()>;
    /// One connector.
    fn connector(&self, name: Name) -> Answer<'_, ConnectorDesk>;
    /// Makes a draft of the live schema, or brings the draft up to date with it.
    fn introspect(&self, name: Name, tenant_column: Option<String>) -> Answer<'_, ()>;
    /// The draft of a connector's contract.
    fn contract_draft(&self, name: Name) -> Answer<'_, DraftDesk>;
    /// Keeps a table of the draft that was read as `revision`.
    fn save_table(&self, name: Name, revision: i64, table: String, draft: TableDraft) -> Answer<'_, ()>;
    /// Throws the draft away.
    fn discard_draft(&self, name: Name) -> Answer<'_, ()>;
    /// What would happen if the draft were put in force.
    fn review_draft(&self, name: Name) -> Answer<'_, Review>;
    /// Puts the draft in force, and says as which version.
    fn put_in_force(&self, name: Name, order: Order) -> Answer<'_, u32>;
    /// A version of a connector's contract.
    fn contract_version(&self, name: Name, version: u32) -> Answer<'_, VersionDesk>;
    /// Puts a version in force for those of the order's tenants that do not have it yet.
    fn roll_out(&self, name: Name, version: u32, order: Order) -> Answer<'_, ()>;
}

/// One connector in a list.
#[derive(Clone, Debug)]
pub struct ConnectorLine {
    /// Its name.
    pub name: Name,
    /// Where it is, without the password.
    pub address: String,
    /// The kind of database; none, if the address can't be read.
    pub database: Option<Database>,
    /// The newest version of its contract.
    pub version: Option<u32>,
    /// What is the matter with it, if anything.
    pub trouble: Option<Said>,
    /// In how many places the live schema differs from the newest version.
    pub drift: usize,
}

/// One connector.
#[derive(Clone, Debug)]
pub struct ConnectorDesk {
    /// What a list says of it.
    pub line: ConnectorLine,
    /// The newest version of its contract.
    pub contract: Option<Arc<Contract>>,
    /// What differs between the live schema and the versions in force, by version and table.
    pub drift: Vec<Drift>,
    /// The draft, if there is one.
    pub draft: Option<DraftLine>,
    /// Every version, newest first.
    pub versions: Vec<VersionLine>,
    /// How many tenants there are.
    pub tenants: usize,
}

/// How a table differs from a version of the contract.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The version.
    pub version: u32,
    /// The table; none, if it is about all of it.
    pub table: Option<String>,
    /// What is different, and what to do.
    pub differences: Vec<Said>,
}

/// A draft in a list.
#[derive(Clone, Debug)]
pub struct DraftLine {
    /// Who changed it last.
    pub changed_by: Text,
    /// When.
    pub changed_at: Timestamp,
    /// How much is wrong with it.
    pub faults: usize,
}

/// A version of a contract in a list.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// Its number.
    pub version: u32,
    /// Its digest.
    pub digest: Digest,
    /// By whom it was put in force, when and why; none, if that is only in the logs.
    pub activated: Option<(Text, Timestamp, Text)>,
    /// How many tenants have it in force.
    pub holders: usize,
}

/// A draft.
#[derive(Clone, Debug)]
pub struct DraftDesk {
    /// The draft.
    pub draft: ContractDraft,
    /// By what it is noticed that somebody else changed it.
    pub revision: i64,
    /// Who changed it last.
    pub changed_by: Text,
    /// When.
    pub changed_at: Timestamp,
    /// What is wrong with it.
    pub faults: Vec<DraftFault>,
}

/// A draft as it would be put in force.
#[derive(Clone, Debug)]
pub struct Review {
    /// By what it is noticed that somebody else changed it.
    pub revision: i64,
    /// Who changed it last.
    pub changed_by: Text,
    /// The contract that it would be.
    pub contract: Arc<Contract>,
    /// Its digest.
    pub digest: Digest,
    /// What it changes, in the sentences that would be signed.
    pub changes: Vec<Text>,
    /// What it means for each tenant.
    pub affected: Vec<Affected>,
}

/// What a new contract means for a tenant.
#[derive(Clone, Debug)]
pub struct Affected {
    /// The tenant.
    pub tenant: Name,
    /// Its name for people.
    pub title: Text,
    /// The version of the contract in force.
    pub contract: Option<u32>,
    /// What becomes of its envelope.
    pub envelope: EnvelopeFate,
}

/// What becomes of an envelope when its contract is replaced.
#[derive(Clone, Debug)]
pub enum EnvelopeFate {
    /// There is none.
    None,
    /// It stops, and can be put in force for the new contract as it is.
    Fits(u32),
    /// It stops, and must be changed first: where in it, and why.
    Breaks(u32, String),
}

/// To put something in force.
#[derive(Clone, Debug)]
pub struct Order {
    /// The draft's revision that was reviewed.
    pub revision: i64,
    /// For whom.
    pub tenants: Vec<Name>,
    /// Why.
    pub reason: Text,
}

/// A version of a contract.
#[derive(Clone, Debug)]
pub struct VersionDesk {
    /// What a list says of it.
    pub line: VersionLine,
    /// Who drafted it, if somebody else than who put it in force.
    pub drafted_by: Option<Text>,
    /// What it changed, in the sentences that were signed.
    pub changes: Vec<Text>,
    /// The contract.
    pub contract: Arc<Contract>,
    /// Whether it is the newest.
    pub is_newest: bool,
    /// Every tenant, and what it has in force.
    pub holders: Vec<Holder>,
}

/// A tenant and the version that it has in force.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The tenant.
    pub tenant: Name,
    /// Its name for people.
    pub title: Text,
    /// The version that it has in force.
    pub version: Option<u32>,
    /// Whether that is the one asked about.
    pub has_it: bool,
}
