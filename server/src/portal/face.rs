//! The face: what the pages may ask, answered for one visitor. One file for each area.
//!
//! It adds nothing to what the visitor's desk can do. A page's write takes the same path as an agent's, and what a page
//! shows is read back from the log.

mod approvals;
mod audit;
mod backtests;
mod connectors;
mod contracts;
mod envelopes;
mod glance;
mod keys;
mod members;
mod mentions;
mod overview;
mod receipts;
mod standing;
mod tenants;
mod trust;
mod trying;
mod undoing;

use app::portal::{Head, Refusal};
use evidence::digest::to_hex;
use evidence::name::Name;

use super::Portal;
use super::faces::{Faces, Visitor};
use crate::boundary;
use crate::ledger::{InForce, LedgerError, ReceiptQuery};
use crate::registry::{Desk, Tenant};

/// What one visitor may ask.
pub(super) struct Face {
    pub(super) shared: Faces,
    pub(super) visitor: Visitor,
}

impl Face {
    fn portal(&self) -> &Portal {
        &self.shared.0.portal
    }

    fn desk(&self) -> &Desk {
        &self.visitor.desk
    }

    async fn tenant(&self, name: &Name) -> Result<Tenant, Refusal> {
        self.desk().tenant(name).await.map_err(unavailable)?.ok_or(Refusal::NotFound)
    }

    async fn in_force(&self, tenant: &Tenant) -> Result<Vec<(Name, InForce)>, Refusal> {
        let mut all = Vec::new();
        let names = self.portal().connectors.names(tenant.vendor()).await.map_err(broken)?;
        for name in names {
            let documents = self.portal().ledger.in_force(tenant, &name).await.map_err(unavailable)?;
            all.push((name, documents));
        }
        Ok(all)
    }

    async fn head(&self, tenant: &Tenant) -> Result<Option<Head>, Refusal> {
        let last = ReceiptQuery { limit: Some(1), ..ReceiptQuery::default() };
        let page = self.portal().ledger.receipts(tenant, &last).await.map_err(unavailable)?;
        let checkpoint = self.portal().ledger.checkpoint(tenant).await.map_err(unavailable)?;
        Ok(checkpoint.zip(page.rows.first()).map(|(checkpoint, row)| {
            let checkpoint = checkpoint.checkpoint();
            Head { size: checkpoint.size(), root: checkpoint.root(), time: row.time }
        }))
    }
}

fn fresh() -> Result<String, Refusal> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(broken)?;
    Ok(to_hex(&bytes))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn unavailable(error: LedgerError) -> Refusal {
    if error == LedgerError::Erased {
        return Refusal::Erased;
    }
    tracing::error!(%error, "the ledger did not answer a page");
    Refusal::Unavailable
}

fn refused(refusal: boundary::Refusal) -> Refusal {
    match refusal {
        boundary::Refusal::TenantUnknown | boundary::Refusal::ActionUnknown => Refusal::NotFound,
        boundary::Refusal::AgentOutOfScope | boundary::Refusal::NotThisPerson => Refusal::Forbidden,
        boundary::Refusal::Conflict => Refusal::Repeated,
        boundary::Refusal::Ledger(error) => unavailable(error),
        other => broken(other),
    }
}

fn broken(error: impl std::error::Error) -> Refusal {
    tracing::error!(%error, "a page could not be answered");
    Refusal::Broken
}
