//! A version is put in force: kept first, then a receipt in the log of one tenant after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::envelope::Envelope;
use evidence::name::{Name, Text};

use super::{Activated, Contracts, ContractsError, Version, changes};
use crate::ledger::{ActivationDraft, Document, LedgerError};
use crate::registry::Tenant;

/// Who puts a draft in force, and why.
#[derive(Clone, Debug)]
pub struct Activation {
    /// Who.
    pub by: Text,
    /// Why.
    pub reason: Text,
    /// The draft's revision that was reviewed.
    pub revision: i64,
}

/// What of a connector is in force for one tenant.
#[derive(Clone, Debug)]
pub struct InLog {
    /// The tenant.
    pub tenant: Name,
    /// Its name for people.
    pub title: Text,
    /// The contract's version and digest.
    pub contract: Option<(u32, Digest)>,
    /// The contract.
    pub document: Option<Arc<Contract>>,
    /// The envelope.
    pub envelope: Option<Envelope>,
}

/// What became of a version in one tenant's log.
#[derive(Clone, Debug)]
pub struct RolledOut {
    /// The tenant.
    pub tenant: Name,
    /// The number of the receipt; `None` if the version was in force already. An error says that it is not in force.
    pub receipt: Result<Option<u64>, LedgerError>,
}

impl Contracts {
    /// Every version of the connector's contract, oldest first; also what only the logs of `tenants` know.
    pub async fn versions(
        &self,
        vendor: &Name,
        connector: &Name,
        tenants: &[Tenant],
    ) -> Result<Vec<Version>, LedgerError> {
        let mut versions = self.kept_versions(vendor, connector).await?;
        for log in self.in_logs(connector, tenants).await? {
            let Some(((_, digest), contract)) = log.contract.zip(log.document) else { continue };
            if versions.iter().all(|known| known.digest != digest) {
                versions.push(Version { contract, digest, activated: None });
            }
        }
        versions.sort_by_key(|version| version.contract.version);
        Ok(versions)
    }

    /// The newest version: the one that a new tenant gets.
    pub async fn latest(
        &self,
        vendor: &Name,
        connector: &Name,
        tenants: &[Tenant],
    ) -> Result<Option<Version>, LedgerError> {
        Ok(self.versions(vendor, connector, tenants).await?.pop())
    }

    /// What of the connector is in force for each of `tenants`, as their logs say at this moment.
    pub async fn in_logs(&self, connector: &Name, tenants: &[Tenant]) -> Result<Vec<InLog>, LedgerError> {
        let mut logs = Vec::with_capacity(tenants.len());
        for tenant in tenants {
            let in_force = self.ledger.in_force_now(tenant, connector).await?;
            let document = in_force.contract;
            logs.push(InLog {
                tenant: tenant.name().clone(),
                title: tenant.title().clone(),
                contract: document.as_ref().map(|(digest, contract)| (contract.version, *digest)),
                document: document.map(|(_, contract)| contract),
                envelope: in_force.envelope.map(|compiled| compiled.envelope().clone()),
            });
        }
        Ok(logs)
    }

    /// Makes the reviewed draft the newest version. From here on it can be [rolled out](Self::roll_out), again and again,
    /// until every log has it.
    pub async fn activate(
        &self,
        vendor: &Name,
        connector: &Name,
        tenants: &[Tenant],
        activation: &Activation,
    ) -> Result<Version, ContractsError> {
        let review = self.review(vendor, connector, tenants).await?;
        if review.kept.revision != activation.revision {
            return Err(ContractsError::Stale);
        }
        let drafted_by = Some(review.kept.changed_by).filter(|drafter| *drafter != activation.by);
        let activated = Activated {
            by: activation.by.clone(),
            drafted_by,
            reason: activation.reason.clone(),
            changes: review.changes,
            at: self.clock.now(),
        };
        let version =
            Version { contract: review.contract, digest: review.digest, activated: Some(activated.clone()) };
        self.promote(vendor, activation.revision, &version, &activated).await?;
        Ok(version)
    }

    /// Puts a version in force for those of `tenants` that do not have it yet. Whoever asks again after it was cut short
    /// finishes it; a log that could not be written does not keep it from the others.
    pub async fn roll_out(
        &self,
        version: &Version,
        tenants: &[Tenant],
        by: &Text,
        reason: &Text,
    ) -> Vec<RolledOut> {
        let mut rolled_out = Vec::with_capacity(tenants.len());
        for tenant in tenants {
            let receipt = self.roll_out_to(version, tenant, by, reason).await;
            if let Err(error) = &receipt {
                tracing::error!(%error, tenant = %tenant.name(), "a contract could not be put in force");
            }
            rolled_out.push(RolledOut { tenant: tenant.name().clone(), receipt });
        }
        rolled_out
    }

    /// Puts the newest version of each of the vendor's contracts in force for a new tenant.
    pub async fn welcome(
        &self,
        newcomer: &Tenant,
        tenants: &[Tenant],
        by: &Text,
        reason: &Text,
    ) -> Result<BTreeMap<Name, RolledOut>, ContractsError> {
        let mut rolled_out = BTreeMap::new();
        for connector in self.connectors.names(newcomer.vendor()).await? {
            let latest = self.latest(newcomer.vendor(), &connector, tenants).await?;
            let Some(version) = latest else { continue };
            let done = self.roll_out(&version, std::slice::from_ref(newcomer), by, reason).await;
            rolled_out.extend(done.into_iter().map(|one| (connector.clone(), one)));
        }
        Ok(rolled_out)
    }

    async fn roll_out_to(
        &self,
        version: &Version,
        tenant: &Tenant,
        by: &Text,
        reason: &Text,
    ) -> Result<Option<u64>, LedgerError> {
        let connector = &version.contract.connector;
        let before = self.ledger.in_force_now(tenant, connector).await?.contract;
        if before.as_ref().is_some_and(|(digest, _)| *digest == version.digest) {
            return Ok(None);
        }
        let drafted_by = version.activated.as_ref().and_then(|activated| {
            let drafter = activated.drafted_by.as_ref().unwrap_or(&activated.by);
            Some(drafter).filter(|drafter| *drafter != by).cloned()
        });
        let draft = ActivationDraft {
            by: by.clone(),
            changes: changes(before.as_ref().map(|(_, before)| before.as_ref()), &version.contract),
            connector: connector.clone(),
            document: Document::Contract(Box::new(version.contract.as_ref().clone())),
            proposed_by: drafted_by,
            reason: reason.clone(),
        };
        let recorded = self.ledger.activate(tenant, draft).await?;
        Ok(Some(recorded.receipt().entry.seq))
    }
}
