//! The ledger: what was decided, appended and never altered.
//!
//! Every tenant has one log, and one writer serves them all: it takes whatever has queued up, decides each in order on
//! top of what the logs already say, and puts the whole batch down in one transaction with one fsync. Only then do the
//! answers leave. So a verdict that anybody has seen is on disk, and a limit can't be spent twice by two writes that
//! arrive together.

mod answer;
mod proposal;
mod query;

use evidence::checkpoint::SignedCheckpoint;
use evidence::name::Name;
use evidence::receipt::{ActivationReceipt, ApprovalReceipt, OutcomeReceipt, Receipt, StandingReceipt};
use evidence::trust::Trust;

pub use answer::{Answer, LedgerError, PendingEffect, Recorded, StoredAction};
pub use proposal::{ActivationDraft, ApprovalDraft, Document, Idempotency, Notice, OutcomeDraft, Proposal, StandingDraft};
pub use query::{Page, Range, ReceiptQuery, Row};

use crate::clock::Clock;
use crate::keys::Signer;
use crate::registry::{Tenant, Vendor};
use crate::store::Store;
use crate::vault::Vault;

/// The ledger. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Ledger {}

impl Ledger {
    /// Opens the ledger in `store` and starts its writer.
    pub async fn open(store: Store, signer: Signer, vault: Vault, clock: Clock) -> Result<Self, LedgerError> {
        unimplemented!()
    }

    /// Decides a proposed action and records the decision, with the notices that go to other tenants' logs.
    pub async fn decide(&self, proposal: Proposal) -> Result<Answer, LedgerError> {
        unimplemented!()
    }

    /// Records what became of an allowed effect. A decision has one outcome: whoever asks again gets the first.
    pub async fn record_outcome(&self, tenant: &Tenant, outcome: OutcomeDraft) -> Result<Recorded<OutcomeReceipt>, LedgerError> {
        unimplemented!()
    }

    /// Puts a contract or an envelope in force.
    pub async fn activate(&self, tenant: &Tenant, activation: ActivationDraft) -> Result<Recorded<ActivationReceipt>, LedgerError> {
        unimplemented!()
    }

    /// Registers, suspends or freezes.
    pub async fn stand(&self, tenant: &Tenant, standing: StandingDraft) -> Result<Recorded<StandingReceipt>, LedgerError> {
        unimplemented!()
    }

    /// Records a person's vote on an escalated action.
    pub async fn vote(&self, tenant: &Tenant, approval: ApprovalDraft) -> Result<Recorded<ApprovalReceipt>, LedgerError> {
        unimplemented!()
    }

    /// The contract and the envelope in force for a connector: what a boundary needs to look at records.
    pub async fn in_force(&self, tenant: &Tenant, connector: &Name) -> Result<InForce, LedgerError> {
        unimplemented!()
    }

    /// The vendor's keys, for whoever wants to check what they signed.
    pub async fn trust(&self, vendor: &Vendor) -> Result<Trust, LedgerError> {
        unimplemented!()
    }

    /// The action of this tenant with this id, with its decision and its outcome.
    pub async fn action(&self, tenant: &Tenant, id: &Name) -> Result<Option<StoredAction>, LedgerError> {
        unimplemented!()
    }

    /// The allowed decisions of every tenant that have no outcome yet: what recovery has to finish.
    pub async fn pending(&self) -> Result<Vec<PendingEffect>, LedgerError> {
        unimplemented!()
    }

    /// One page of a tenant's receipts, newest first.
    pub async fn receipts(&self, tenant: &Tenant, query: &ReceiptQuery) -> Result<Page, LedgerError> {
        unimplemented!()
    }

    /// One receipt of a tenant.
    pub async fn receipt(&self, tenant: &Tenant, seq: u64) -> Result<Option<Recorded<Receipt>>, LedgerError> {
        unimplemented!()
    }

    /// The signed head of a tenant's log; `None` while the log is empty.
    pub async fn checkpoint(&self, tenant: &Tenant) -> Result<Option<SignedCheckpoint>, LedgerError> {
        unimplemented!()
    }

    /// What a pack of the receipts `from` to `to` (both included; to the end if `None`) is made of. `None` if the range
    /// has no receipt.
    pub async fn range(&self, tenant: &Tenant, from: u64, to: Option<u64>) -> Result<Option<Range>, LedgerError> {
        unimplemented!()
    }
}

/// The documents in force for one connector of one tenant.
#[derive(Clone, Default)]
pub struct InForce {
    /// The contract and its digest.
    pub contract: Option<(evidence::digest::Digest, std::sync::Arc<evidence::contract::Contract>)>,
    /// The envelope, compiled.
    pub envelope: Option<std::sync::Arc<evidence::compile::Compiled>>,
}
