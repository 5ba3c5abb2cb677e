//! What the ledger gives back: always something that is on disk, or the reason why nothing is.

use evidence::action::Citation;
use evidence::dsse::Signed;
use evidence::name::Name;
use evidence::receipt::{ApprovalReceipt, DecisionReceipt, OutcomeReceipt};
use evidence::timestamp::Timestamp;

use super::fault::Fault;
use crate::registry::Tenant;

/// A receipt that is durable. Only the ledger makes one, so an answer built from it can't run ahead of the log.
#[derive(Clone, Debug)]
pub struct Recorded<T> {
    receipt: T,
    signed: Signed,
}

impl<T> Recorded<T> {
    pub(super) const fn new(receipt: T, signed: Signed) -> Self {
        Self { receipt, signed }
    }

    /// What it states.
    pub const fn receipt(&self) -> &T {
        &self.receipt
    }

    /// The exact signed bytes.
    pub const fn signed(&self) -> &Signed {
        &self.signed
    }

    /// The receipt and its signed form.
    pub fn into_parts(self) -> (T, Signed) {
        (self.receipt, self.signed)
    }
}

impl Recorded<DecisionReceipt> {
    /// How other receipts cite this one.
    pub fn citation(&self) -> Citation {
        Citation { receipt: self.signed.digest(), seq: self.receipt.entry.seq }
    }
}

/// The answer to a proposal.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "almost every answer is the large one")]
pub enum Answer {
    /// It was decided now.
    Decided(Recorded<DecisionReceipt>),
    /// The same request was decided before.
    Repeated {
        /// The decision of then.
        decision: Recorded<DecisionReceipt>,
        /// What became of its effect, if that is known yet.
        outcome: Option<Recorded<OutcomeReceipt>>,
    },
    /// The idempotency key was used for another request.
    Conflict,
    /// Nothing was decided, because another contract is in force than the one through which the records were looked at.
    Stale,
}

/// What came of a vote.
#[derive(Clone, Debug)]
pub struct Vote {
    /// The vote.
    pub approval: Recorded<ApprovalReceipt>,
    /// The decision that followed; `None` while more votes are needed.
    pub decision: Option<Recorded<DecisionReceipt>>,
}

/// An escalated decision that waits for people.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The decision.
    pub decision: Recorded<DecisionReceipt>,
    /// After this, silence is a denial.
    pub expires_at: Timestamp,
    /// Whose log it is in.
    pub tenant: Tenant,
    /// The votes so far, in the order of the log.
    pub votes: Vec<Recorded<ApprovalReceipt>>,
}

/// An action as the ledger remembers it.
#[derive(Clone, Debug)]
pub struct StoredAction {
    /// The latest decision about it.
    pub decision: Recorded<DecisionReceipt>,
    /// What became of its effect.
    pub outcome: Option<Recorded<OutcomeReceipt>>,
}

/// An allowed decision whose outcome is not recorded yet.
#[derive(Clone, Debug)]
pub struct PendingEffect {
    /// The action's id.
    pub action: Name,
    /// The decision.
    pub decision: Recorded<DecisionReceipt>,
    /// What the proposal said its effect needs.
    pub effect: Option<String>,
    /// Whose log it is in.
    pub tenant: Tenant,
}

/// Why the ledger could not do what it was asked to. The causes are for the log; a caller can only wait or correct.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Nothing was recorded: the store can't be written or read at the moment.
    #[error("the ledger's store is unavailable")]
    Unavailable,
    /// Nothing was recorded, because the tenant's secret was erased: without it nothing can be committed to.
    #[error("the tenant's secret was erased")]
    Erased,
    /// Nothing was recorded, because it does not fit what the log says: which part, and why.
    #[error("{at}: {fault}")]
    Refused {
        /// Which part of what was asked.
        at: String,
        /// Why, in a sentence.
        fault: String,
    },
}

/// Where a document does not fit that was to replace another one than is in force.
pub(super) const PREVIOUS: &str = "previous";

impl LedgerError {
    /// Whether a document was refused because another one is in force than it was to replace.
    pub fn is_overtaken(&self) -> bool {
        matches!(self, Self::Refused { at, .. } if at == PREVIOUS)
    }

    /// The cause is told to the log, not to the caller.
    pub(crate) fn unavailable(cause: impl ToString) -> Self {
        Fault::corrupt(cause).into()
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers have texts and errors of their own")]
    pub(crate) fn refused(at: impl Into<String>, fault: impl ToString) -> Self {
        Self::Refused { at: at.into(), fault: fault.to_string() }
    }
}
