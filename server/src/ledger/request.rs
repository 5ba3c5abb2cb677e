//! What callers put into the writer's queue, and what it sends back.

use evidence::action::Citation;
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::name::Name;
use evidence::receipt::{DecisionReceipt, Receipt};
use tokio::sync::oneshot;

use super::answer::{LedgerError, Recorded, StoredAction, Vote};
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
    /// Puts a document in force, whatever it replaces or only if it replaces this one.
    Activate(Box<ActivationDraft>, Replaces),
    Decide(Box<Decide>),
    /// Decides an action again for which nobody answered in time.
    Expire(Box<Expire>),
    /// Nothing is recorded but what every receipt comes after: that the log is signed by the key that signs now.
    HandOver,
    /// Nothing is recorded; only the writer knows the documents in force without asking the database.
    InForce(Name),
    Outcome(Box<OutcomeDraft>),
    Stand(Box<StandingDraft>),
    Vote(Box<Voting>),
}

/// What a document may take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replaces {
    /// Whatever is in force.
    Anything,
    /// Only this one, or nothing at all.
    Only(Option<Digest>),
}

/// A proposal, with what could be worked out before it came into the queue.
pub(super) struct Decide {
    pub proposal: Proposal,
    pub digest: Digest,
    pub grant: Granted,
    pub kept: Kept,
}

/// A vote, with what could be worked out before it came into the queue.
pub(super) struct Voting {
    pub draft: ApprovalDraft,
    pub grant: Granted,
}

/// An escalated decision whose time may be over.
pub(super) struct Expire {
    pub decision: Citation,
    pub grant: Granted,
}

/// What an ALLOW would grant.
pub(super) struct Granted {
    /// The permit's id.
    pub permit: Name,
    /// For how long it permits the effect to begin.
    pub seconds: u32,
}

/// What is kept beside a decision that may take effect, encrypted.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// What the effect needs.
    pub effect: Option<String>,
    /// The records as they were.
    pub image: Option<String>,
}

/// What came of it.
#[derive(Clone)]
pub(super) enum Reply {
    Recorded(Box<Receipt>, Signed),
    Repeated(Box<StoredAction>),
    /// A vote, and the decision that followed from it.
    Voted(Box<Vote>),
    /// What followed when nobody had answered.
    Expired(Option<Box<Recorded<DecisionReceipt>>>),
    Conflict,
    /// Another contract is in force than the one that was looked through.
    Stale,
    HandedOver,
    InForce(InForce),
}
