//! The overview: what a vendor's people want to know first, tenant by tenant, and what a new vendor does next.

use evidence::key::KeyId;
use evidence::name::{Name, Text};

use super::{Day, Head, Stop};

/// How many tenants a page of the overview shows.
pub const TENANTS_A_PAGE: usize = 20;
/// Over how many days verdicts are counted, today included.
pub const DAYS: u64 = 14;

/// What there is to know.
#[derive(Clone, Debug)]
pub struct Glance {
    /// The vendor's name, as people write it.
    pub vendor: String,
    /// The key that signs receipts now.
    pub signer: KeyId,
    /// What has been done of what comes first.
    pub guide: Guide,
    /// Who stopped everything, if somebody did.
    pub stopped: Option<Stop>,
    /// Some tenants, by name.
    pub tenants: Vec<TenantGlance>,
    /// The tenant behind which the next page begins, if there is one.
    pub next: Option<Name>,
    /// How many tenants there are.
    pub total: usize,
}

/// What comes first, in its order, and whether it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "six steps, each done or not")]
pub struct Guide {
    /// A database is registered.
    pub connector: bool,
    /// A contract says what may be touched there.
    pub contract: bool,
    /// There is a tenant.
    pub tenant: bool,
    /// An envelope is in force.
    pub envelope: bool,
    /// A program has an API key.
    pub key: bool,
    /// A write was decided.
    pub write: bool,
}

impl Guide {
    /// Whether all of it is done.
    pub const fn is_done(self) -> bool {
        self.connector && self.contract && self.tenant && self.envelope && self.key && self.write
    }
}

/// One tenant.
#[derive(Clone, Debug)]
pub struct TenantGlance {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
    /// What is in force, by connector.
    pub envelopes: Vec<InForceLine>,
    /// The newest checkpoint of its log.
    pub head: Option<Head>,
    /// The decisions of the last [`DAYS`] days.
    pub days: Vec<Day>,
    /// How many writes wait for people.
    pub waiting: u64,
    /// How many proposed envelopes wait for a second person.
    pub proposals: u64,
    /// How many of its agents' writes reached for another tenant's records and were refused, in these days.
    pub crossings: u64,
    /// How many writes of others reached for its records and were refused, in these days.
    pub notices: u64,
    /// How many allowed writes have no outcome yet, though they have had time enough.
    pub open: u64,
    /// Who stopped it, if somebody did.
    pub stopped: Option<Stop>,
    /// Whether its secret was erased.
    pub erased: bool,
}

/// What is in force through one connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForceLine {
    /// The connector.
    pub connector: Name,
    /// The envelope's version; nothing, if there is a contract and no envelope.
    pub envelope: Option<u32>,
    /// Whether it was written for the contract in force; another one stops every write.
    pub fits: bool,
}
