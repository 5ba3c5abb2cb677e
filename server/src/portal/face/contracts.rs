//! Contracts: drafted, reviewed, put in force.

use app::portal::{
    Affected, DraftDesk, EnvelopeFate, Fault, Holder, Order, Refusal, Review, TableDraft, VersionDesk,
    VersionLine, What,
};
use app::text::Said;
use evidence::name::Name;

use super::connectors::told;
use super::{Face, broken, unavailable};
use crate::contracts::{self, Activation, ContractsError, Version, contract};
use crate::registry::Tenant;

impl Face {
    pub(super) async fn draft_contract(
        &self,
        name: Name,
        tenant_column: Option<String>,
    ) -> Result<(), Refusal> {
        self.knows(&name).await?;
        let tenants = self.living().await?;
        let latest = self.contracts().latest(self.vendor(), &name, &tenants).await.map_err(unavailable)?;
        let latest = latest.as_ref().map(|latest| latest.contract.as_ref());
        let by = self.by();
        let drafted =
            self.contracts().introspect(self.vendor(), &name, tenant_column.as_deref(), &by, latest);
        match Box::pin(drafted).await {
            Ok(_) => Ok(()),
            Err(ContractsError::Connector(error)) => {
                Err(Refusal::Conflict(told(&(self.vendor().clone(), name), &error)))
            }
            Err(error) => Err(refused(error)),
        }
    }

    pub(super) async fn open_draft(&self, name: Name) -> Result<DraftDesk, Refusal> {
        let kept = self.contracts().draft(self.vendor(), &name).await.map_err(unavailable)?;
        let kept = kept.ok_or(Refusal::NotFound)?;
        Ok(DraftDesk {
            faults: contract(&name, 1, &kept.draft).err().unwrap_or_default(),
            draft: kept.draft,
            revision: kept.revision,
            changed_by: kept.changed_by,
            changed_at: kept.changed_at,
        })
    }

    pub(super) async fn keep_table(
        &self,
        name: Name,
        revision: i64,
        table: String,
        draft: TableDraft,
    ) -> Result<(), Refusal> {
        let kept = self.contracts().draft(self.vendor(), &name).await.map_err(unavailable)?;
        let mut kept = kept.ok_or(Refusal::NotFound)?;
        *kept.draft.tables.get_mut(&table).ok_or(Refusal::NotFound)? = draft;
        let saved =
            self.contracts().save_draft(self.vendor(), &name, revision, &kept.draft, &self.by()).await;
        saved.map_err(refused)
    }

    pub(super) async fn review_contract(&self, name: Name) -> Result<Review, Refusal> {
        let tenants = self.living().await?;
        let review = self.contracts().review(self.vendor(), &name, &tenants).await.map_err(refused)?;
        Ok(Review {
            revision: review.kept.revision,
            changed_by: review.kept.changed_by,
            contract: review.contract,
            digest: review.digest,
            changes: review.changes,
            affected: review.affected.into_iter().map(affected).collect(),
        })
    }

    pub(super) async fn activate_contract(&self, name: Name, order: Order) -> Result<u32, Refusal> {
        let tenants = self.living().await?;
        let activation = Activation { by: self.by(), reason: order.reason.clone(), revision: order.revision };
        let activated = self.contracts().activate(self.vendor(), &name, &tenants, &activation);
        let version = Box::pin(activated).await.map_err(refused)?;
        self.note_contract(What::ContractActivated, &version, &order).await;
        self.spread(&version, &tenants, &order).await;
        Ok(version.contract.version)
    }

    pub(super) async fn roll_out_contract(
        &self,
        name: Name,
        version: u32,
        order: Order,
    ) -> Result<(), Refusal> {
        let tenants = self.living().await?;
        let version = self.version(&name, version, &tenants).await?;
        // Some of the tenants may have it, even if others could not get it.
        self.note_contract(What::ContractRolledOut, &version, &order).await;
        if self.spread(&version, &tenants, &order).await { Ok(()) } else { Err(Refusal::Unavailable) }
    }

    async fn note_contract(&self, what: What, version: &Version, order: &Order) {
        let tenants: Vec<&str> = order.tenants.iter().map(Name::as_str).collect();
        let note =
            self.did(what).about(&version.contract.connector).with("version", version.contract.version);
        let note = note.with("digest", version.digest).with("tenants", tenants.join(", "));
        self.note(note.with("reason", &order.reason)).await;
    }

    /// Whether every log of the order's tenants has it now.
    async fn spread(&self, version: &Version, tenants: &[Tenant], order: &Order) -> bool {
        let chosen: Vec<Tenant> =
            tenants.iter().filter(|tenant| order.tenants.contains(tenant.name())).cloned().collect();
        let done = self.contracts().roll_out(version, &chosen, &self.by(), &order.reason).await;
        done.iter().all(|one| one.receipt.is_ok())
    }

    async fn version(&self, name: &Name, version: u32, tenants: &[Tenant]) -> Result<Version, Refusal> {
        let versions = self.contracts().versions(self.vendor(), name, tenants).await.map_err(unavailable)?;
        versions.into_iter().find(|known| known.contract.version == version).ok_or(Refusal::NotFound)
    }

    pub(super) async fn describe_version(&self, name: Name, number: u32) -> Result<VersionDesk, Refusal> {
        self.knows(&name).await?;
        let tenants = self.living().await?;
        let versions =
            self.contracts().versions(self.vendor(), &name, &tenants).await.map_err(unavailable)?;
        let newest = versions.last().map(|version| version.digest);
        let version = versions.into_iter().find(|known| known.contract.version == number);
        let version = version.ok_or(Refusal::NotFound)?;
        let logs = self.contracts().in_logs(&name, &tenants).await.map_err(unavailable)?;
        let holders: Vec<Holder> = logs
            .into_iter()
            .map(|log| Holder {
                has_it: log.contract.is_some_and(|(_, digest)| digest == version.digest),
                version: log.contract.map(|(version, _)| version),
                tenant: log.tenant,
                title: log.title,
            })
            .collect();
        let activated = version.activated.as_ref();
        Ok(VersionDesk {
            line: line(&version, holders.iter().filter(|holder| holder.has_it).count()),
            drafted_by: activated.and_then(|activated| activated.drafted_by.clone()),
            changes: activated.map(|activated| activated.changes.clone()).unwrap_or_default(),
            is_newest: newest == Some(version.digest),
            contract: version.contract,
            holders,
        })
    }
}

pub(super) fn line(version: &Version, holders: usize) -> VersionLine {
    let activated = version.activated.as_ref();
    VersionLine {
        version: version.contract.version,
        digest: version.digest,
        activated: activated.map(|activated| (activated.by.clone(), activated.at, activated.reason.clone())),
        holders,
    }
}

fn affected(affected: contracts::Affected) -> Affected {
    Affected {
        tenant: affected.tenant,
        title: affected.title,
        contract: affected.contract,
        envelope: match affected.envelope {
            contracts::EnvelopeFate::None => EnvelopeFate::None,
            contracts::EnvelopeFate::Fits(version) => EnvelopeFate::Fits(version),
            contracts::EnvelopeFate::Breaks(version, error) => {
                EnvelopeFate::Breaks(version, error.to_string())
            }
        },
    }
}

pub(super) fn refused(error: ContractsError) -> Refusal {
    match error {
        ContractsError::Ledger(error) => unavailable(error),
        ContractsError::Connector(error) => broken(error),
        ContractsError::Stale => Refusal::Conflict(Said::new("connectors.stale")),
        ContractsError::Faulty(faults) => {
            let fault = |fault: app::portal::DraftFault| Fault::new(&fault.field, fault.said);
            Refusal::Invalid(faults.into_iter().map(fault).collect())
        }
        ContractsError::Unchanged => Refusal::Conflict(Said::new("connectors.unchanged")),
        ContractsError::Unknown => Refusal::NotFound,
        ContractsError::InForce(holders) => {
            let names: Vec<&str> = holders.iter().map(Name::as_str).collect();
            Refusal::Conflict(Said::new("connectors.in_force").with("tenants", names.join(", ")))
        }
    }
}
