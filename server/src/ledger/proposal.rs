//! What the ledger is asked to record: receipts without the parts that only the ledger knows.

use evidence::action::{Action, Citation, Source};
use evidence::commitment::Key;
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::envelope::Envelope;
use evidence::name::{Name, Text};
use evidence::reason::Code;
use evidence::receipt::{Effect, OutcomeStatus, StandingState, StandingSubject};
use evidence::standing::Undoing;

use crate::registry::Tenant;

/// An action to decide.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The acting tenant, in whose log the decision stands.
    pub tenant: Tenant,
    /// The action as it will stand in the receipt.
    pub action: Action,
    /// What makes a repetition recognisable.
    pub idempotency: Option<Idempotency>,
    /// The contract through which the records were looked at. If another one is in force by now, nothing is decided.
    pub contract: Option<Digest>,
    /// What goes into the logs of tenants whose records it tried to reach. Recorded whatever the verdict.
    pub notices: Vec<Notice>,
    /// What the effect needs and the receipt may not show. Kept encrypted, unless the verdict is DENY, until the outcome is
    /// recorded.
    pub effect: Option<String>,
    /// The records as they were. Kept encrypted for as long as the contract promises to restore them.
    pub image: Option<String>,
    /// What the action takes back, if it cites a decision.
    pub undoes: Option<Undoing>,
    /// For how long an ALLOW permits the effect to begin.
    pub permit_seconds: u32,
}

/// What makes a repetition of a request recognisable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// The digest of the caller's key; unique in the tenant.
    pub key: Digest,
    /// The digest of everything that the caller asked for.
    pub request: Digest,
}

/// A notice for another tenant of the same vendor.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The tenant to whom the records belong.
    pub tenant: Tenant,
    /// The acting tenant, blinded with the other tenant's secret.
    pub actor: Digest,
    /// The connector.
    pub connector: Name,
    /// What was to be done.
    pub operation: Text,
    /// The records that it named.
    pub records: Vec<Key>,
    /// The table.
    pub table: Text,
}

/// What became of an allowed effect.
#[derive(Clone, Debug)]
pub struct OutcomeDraft {
    /// Why it was not committed.
    pub code: Option<Code>,
    /// The decision that allowed it.
    pub decision: Citation,
    /// The permit it used.
    pub permit: Name,
    /// The records as read inside the write's own transaction, in the action's order; empty if none were read.
    pub records: Vec<Effect>,
    /// Who says so.
    pub source: Source,
    /// What became of it.
    pub status: OutcomeStatus,
}

/// A document to put in force.
#[derive(Clone, Debug)]
pub struct ActivationDraft {
    /// By whom.
    pub by: Text,
    /// What changed, in sentences.
    pub changes: Vec<Text>,
    /// The connector it is for.
    pub connector: Name,
    /// The document.
    pub document: Document,
    /// Who proposed it, if somebody else.
    pub proposed_by: Option<Text>,
    /// Why.
    pub reason: Text,
}

/// A document that can be put in force.
#[derive(Clone, Debug)]
pub enum Document {
    /// What the connector may touch.
    Contract(Box<Contract>),
    /// What the tenant's agents may do within it.
    Envelope(Box<Envelope>),
}

/// A change of somebody's standing.
#[derive(Clone, Debug)]
pub struct StandingDraft {
    /// By whom.
    pub by: Text,
    /// Why.
    pub reason: Text,
    /// To what.
    pub state: StandingState,
    /// Whose.
    pub subject: StandingSubject,
}

/// A person's vote.
#[derive(Clone, Debug)]
pub struct ApprovalDraft {
    /// For or against.
    pub approve: bool,
    /// Who.
    pub approver: Text,
    /// The decision it answers.
    pub decision: Citation,
    /// As a member of which group.
    pub group: Name,
    /// Why.
    pub reason: Text,
    /// For how long an ALLOW that follows permits the effect to begin.
    pub permit_seconds: u32,
}
