//! What callers put into the writer's queue, and what it sends back.

use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::name::Name;
use evidence::receipt::Receipt;
use tokio::sync::oneshot;

use super::answer::{LedgerError, StoredAction};
use super::library::InForce;
use super::proposal::{ActivationDraft, ApprovalDraft, OutcomeDraft, Proposal, StandingDraft};
use crate::registry::Tenant;

/// One thing to record, and where the answer goes.
pub(super) struct Request {
    pub tenant: Tenant,
    pub ask: Ask,
    pub reply: oneshot::Sender<Result<Reply, LedgerError>>,
}

/// What is asked.
pub(super) enum Ask {
    Activate(Box<ActivationDraft>),
    Decide(Box<Decide>),
    /// Nothing is recorded; only the writer knows the documents in force without asking the database.
    InForce(Name),
    Outcome(Box<OutcomeDraft>),
    Stand(Box<StandingDraft>),
    Vote(Box<ApprovalDraft>),
}

/// A proposal, with what could be worked out before it came into the queue.
pub(super) struct Decide {
    pub proposal: Proposal,
    pub digest: Digest,
    /// The permit that an ALLOW would grant.
    pub permit: Name,
    /// The effect, encrypted.
    pub effect: Option<String>,
}

/// What came of it.
#[derive(Clone)]
pub(super) enum Reply {
    Recorded(Box<Receipt>, Signed),
    Repeated(Box<StoredAction>),
    Conflict,
    InForce(InForce),
}
