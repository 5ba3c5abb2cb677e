//! Contracts on their way and in force: drafted from a live schema, edited, reviewed, and put into the log of one tenant after
//! the other.
//!
//! Putting a version in force takes one receipt in each log, so it can be cut short between two of them. The version itself is
//! kept first; whatever was cut short is finished by asking for the same again.

mod activation;
mod changes;
mod faults;
mod kept;
mod review;
mod sketch;

use std::sync::Arc;

use app::portal::{ContractDraft, DraftFault};
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;

pub use activation::{Activation, InLog, RolledOut};
pub use changes::changes;
pub use faults::contract;
pub use review::{Affected, EnvelopeFate, Review};
pub use sketch::{of_contract, sketch};

use crate::clock::Clock;
use crate::connectors::{ConnectorError, Connectors};
use crate::ledger::{Ledger, LedgerError};
use crate::store::Store;

/// The contracts of every vendor. A clone is another handle on the same ones.
#[derive(Clone)]
pub struct Contracts {
    store: Store,
    connectors: Connectors,
    ledger: Ledger,
    clock: Clock,
}

/// A draft as it is kept.
#[derive(Clone, Debug)]
pub struct KeptDraft {
    /// The draft.
    pub draft: ContractDraft,
    /// Counts up with each change.
    pub revision: i64,
    /// Who changed it last.
    pub changed_by: Text,
    /// When.
    pub changed_at: Timestamp,
}

/// A version of a contract.
#[derive(Clone, Debug)]
pub struct Version {
    /// The contract.
    pub contract: Arc<Contract>,
    /// Its digest.
    pub digest: Digest,
    /// Who put it in force, when and why; nothing, if that was done elsewhere and only the logs know.
    pub activated: Option<Activated>,
}

/// How a version came to be in force.
#[derive(Clone, Debug)]
pub struct Activated {
    /// By whom.
    pub by: Text,
    /// Who drafted it, if somebody else.
    pub drafted_by: Option<Text>,
    /// Why.
    pub reason: Text,
    /// What changed against the version before, in sentences.
    pub changes: Vec<Text>,
    /// When.
    pub at: Timestamp,
}

/// Why something could not be done with a contract. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ContractsError {
    /// The ledger or the portal's database did not answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The system of record did not answer.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// Somebody else has changed the draft since it was read, or put it in force.
    #[error("the draft has changed since it was read")]
    Stale,
    /// The draft is no contract.
    #[error("the draft has {} faults", .0.len())]
    Faulty(Vec<DraftFault>),
    /// The draft says the same as the version before.
    #[error("nothing has changed")]
    Unchanged,
    /// There is no such connector, draft, table or version.
    #[error("there is no such thing")]
    Unknown,
    /// These tenants have a contract of the connector in force, so it can't be forgotten.
    #[error("{} tenants have its contract in force", .0.len())]
    InForce(Vec<Name>),
}

impl Contracts {
    /// The contracts that `store` keeps, for what `connectors` reach.
    pub const fn new(store: Store, connectors: Connectors, ledger: Ledger, clock: Clock) -> Self {
        Self { store, connectors, ledger, clock }
    }

    /// Makes a draft of the live schema. Whatever a draft or a version says already is kept where the schema still has it.
    pub async fn introspect(
        &self,
        vendor: &Name,
        connector: &Name,
        tenant_column: Option<&str>,
        by: &Text,
        latest: Option<&Contract>,
    ) -> Result<KeptDraft, ContractsError> {
        let id = (vendor.clone(), connector.clone());
        let opened = Box::pin(self.connectors.open(&id)).await?.ok_or(ContractsError::Unknown)?;
        let live = opened.introspect().await?;
        let base = match self.draft(vendor, connector).await? {
            Some(kept) => Some(kept.draft),
            None => latest.map(of_contract),
        };
        let draft = sketch(opened.database(), &live, base.as_ref(), tenant_column);
        self.put_draft(vendor, connector, &draft, by).await?;
        self.draft(vendor, connector).await?.ok_or(ContractsError::Stale)
    }

    /// Forgets the vendor's connector and its draft, unless a tenant has a contract of it in force: without the database its
    /// records would be taken on the vendor's word, under the same contract.
    pub async fn forget_connector(
        &self,
        vendor: &Name,
        connector: &Name,
        tenants: &[crate::registry::Tenant],
    ) -> Result<(), ContractsError> {
        let in_logs = self.in_logs(connector, tenants).await?;
        let holders: Vec<Name> =
            in_logs.into_iter().filter(|log| log.contract.is_some()).map(|log| log.tenant).collect();
        if !holders.is_empty() {
            return Err(ContractsError::InForce(holders));
        }
        self.discard(vendor, connector).await?;
        Ok(self.connectors.forget(vendor, connector).await?)
    }
}
