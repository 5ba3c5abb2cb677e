//! Why a request got no answer from the boundary: nothing was decided, and nothing happened.

use evidence::canonical::CanonicalError;

use crate::ledger::LedgerError;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The desk has no such tenant.
    #[error("the desk has no such tenant")]
    TenantUnknown,
    /// The desk may not act as this agent.
    #[error("the desk may not act as this agent")]
    AgentOutOfScope,
    /// The tenant has no such agent.
    #[error("the tenant has no such agent")]
    AgentUnknown,
    /// The tenant has no such action.
    #[error("the tenant has no such action")]
    ActionUnknown,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    Conflict,
    /// States were given for records that the connector reads by itself.
    #[error("the connector reads these records by itself")]
    Observed,
    /// States were given for more records or fewer than there are.
    #[error("the states given are not one for each record")]
    OtherStates,
    /// The key is no person's, or not of a person who may do this.
    #[error("the key is not of a person who may do this")]
    NotThisPerson,
    /// What is voted on is another decision than the one that waits.
    #[error("the digest is not that of the decision that waits")]
    OtherDecision,
    /// The action waits for no vote.
    #[error("the action waits for no vote")]
    NotWaiting,
    /// The action has no committed effect.
    #[error("the action has no committed effect")]
    NothingToUndo,
    /// The action was not carried out, so there is nothing to undo or to report.
    #[error("the action has no effect of its caller's")]
    NothingToReport,
    /// The states that were reported are not states of the action's records.
    #[error("what was reported is no state of these records")]
    NoSuchStates,
    /// What became of the action is recorded already.
    #[error("the outcome is recorded already")]
    Reported,
    /// The contract keeps changing.
    #[error("the contract was replaced again and again while the records were looked at")]
    Restless,
    /// The ledger recorded nothing.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What was observed has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// An id could not be made.
    #[error("an id is a name")]
    NoId,
}
