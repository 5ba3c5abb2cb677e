//! What would happen if a draft were put in force, before it is.

use std::sync::Arc;

use evidence::compile::compile;
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::envelope::{Envelope, EnvelopeError};
use evidence::name::{Name, Text};

use super::{Contracts, ContractsError, InLog, KeptDraft, changes, contract};
use crate::ledger::LedgerError;
use crate::registry::Tenant;

/// A draft as it would be put in force.
#[derive(Clone, Debug)]
pub struct Review {
    /// The draft.
    pub kept: KeptDraft,
    /// The contract that it would be.
    pub contract: Arc<Contract>,
    /// Its digest.
    pub digest: Digest,
    /// What it changes against the newest version, as it would be signed.
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
    /// The version of the contract in force, if one is.
    pub contract: Option<u32>,
    /// What becomes of its envelope.
    pub envelope: EnvelopeFate,
}

/// What becomes of an envelope when its contract is replaced. It cites the contract by digest, so it stops in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeFate {
    /// There is none.
    None,
    /// With the new contract's digest it could be put in force as it is.
    Fits(u32),
    /// It must be changed before it can be put in force again.
    Breaks(u32, EnvelopeError),
}

impl Contracts {
    /// What would happen if the draft for this connector were put in force for `tenants`.
    pub async fn review(
        &self,
        vendor: &Name,
        connector: &Name,
        tenants: &[Tenant],
    ) -> Result<Review, ContractsError> {
        let kept = self.draft(vendor, connector).await?.ok_or(ContractsError::Unknown)?;
        let latest = self.latest(vendor, connector, tenants).await?;
        let version = latest.as_ref().map_or(1, |latest| latest.contract.version.saturating_add(1));
        let contract = contract(connector, version, &kept.draft).map_err(ContractsError::Faulty)?;
        let digest = contract.digest().map_err(LedgerError::unavailable)?;
        let changes = changes(latest.as_ref().map(|latest| latest.contract.as_ref()), &contract);
        if changes.is_empty() {
            return Err(ContractsError::Unchanged);
        }
        let logs = self.in_logs(connector, tenants).await?;
        let affected = logs.into_iter().map(|log| affected(log, &contract, digest)).collect();
        Ok(Review { kept, contract: Arc::new(contract), digest, changes, affected })
    }
}

fn affected(log: InLog, contract: &Contract, digest: Digest) -> Affected {
    let envelope = match log.envelope {
        None => EnvelopeFate::None,
        Some(envelope) => fate(&envelope, contract, digest),
    };
    Affected {
        tenant: log.tenant,
        title: log.title,
        contract: log.contract.map(|(version, _)| version),
        envelope,
    }
}

fn fate(envelope: &Envelope, contract: &Contract, digest: Digest) -> EnvelopeFate {
    let version = envelope.version;
    let repinned = Envelope { contract: digest, ..envelope.clone() };
    match compile(contract, repinned).and_then(|compiled| compiled.validate()) {
        Ok(()) => EnvelopeFate::Fits(version),
        Err(error) => EnvelopeFate::Breaks(version, error),
    }
}
