//! What waits for people, and how it was answered.

use evidence::digest::Digest;
use evidence::envelope::Approval;
use evidence::name::Name;
use evidence::receipt::{ApprovalReceipt, DecisionReceipt, OutcomeReceipt, StandingReceipt};
use evidence::timestamp::Timestamp;

use super::Answer;

/// Questions about what waits for people, and their answers to it.
pub trait Approvals {
    /// What waits, the most urgent first, and what was decided lately.
    fn inbox(&self, narrowed: Narrowed) -> Answer<'_, Inbox>;

    /// One action that waits or waited.
    fn asked(&self, action: Name) -> Answer<'_, Asked>;

    /// Votes on an action that waits.
    fn vote(&self, ballot: Ballot) -> Answer<'_, Voted>;
}

/// What of an inbox is asked for; `None` means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// Of this tenant only.
    pub tenant: Option<Name>,
    /// For this group only.
    pub group: Option<Name>,
}

/// What waits for people, and what was decided lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbox {
    /// What waits, the most urgent first.
    pub cards: Vec<Card>,
    /// How many wait that were not asked for.
    pub others: usize,
    /// What was decided lately, the latest first.
    pub settled: Vec<Settled>,
    /// The tenants to choose from, with their names as people write them.
    pub tenants: Vec<(Name, String)>,
    /// The groups to choose from.
    pub groups: Vec<Name>,
}

/// One action that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The tenant's name as people write it.
    pub title: String,
    /// The decision that asks.
    pub decision: DecisionReceipt,
    /// The digest of its receipt, to which a vote is bound.
    pub digest: Digest,
    /// Who has to approve.
    pub needed: Approval,
    /// After this, silence is a denial.
    pub expires_at: Timestamp,
    /// What time it is now.
    pub now: Timestamp,
    /// The votes so far, in the order of the log.
    pub votes: Vec<ApprovalReceipt>,
    /// Whether the visitor may vote.
    pub may: May,
    /// Whether, and by whom, the tenant or everything is stopped.
    pub stopped: Vec<StandingReceipt>,
}

/// Whether the visitor may vote on an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// They may.
    Vote,
    /// The role does not vote, or nobody votes here as themselves.
    NoVoter,
    /// They are not in the group that was asked.
    OtherGroup,
    /// It is for them that the agent acts.
    Requester,
    /// They have voted.
    Voted,
}

/// An action that waited and was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The tenant's name as people write it.
    pub title: String,
    /// The last decision.
    pub decision: DecisionReceipt,
    /// What became of the effect, if there is one.
    pub outcome: Option<OutcomeReceipt>,
    /// The votes, in the order of the log.
    pub votes: Vec<ApprovalReceipt>,
}

/// An action that people were asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It waits.
    Waits(Card),
    /// It was decided.
    Settled(Settled),
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// On which action.
    pub action: Name,
    /// On which decision about it.
    pub decision: Digest,
    /// For or against.
    pub approve: bool,
    /// Why.
    pub reason: evidence::name::Text,
}

/// What came of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voted {
    /// It counts, and more are needed.
    Counted,
    /// The write was allowed and took place.
    Ran,
    /// The write was allowed, and did not take place, or it is not known yet whether it did.
    Allowed,
    /// The write was refused, as the vote wanted.
    Rejected,
    /// The write was refused for another reason than the vote.
    Refused,
    /// The time was over.
    TooLate,
    /// It was decided already, by others or by the time.
    Overtaken,
    /// The visitor may not vote on it.
    MayNot(May),
}

impl Settled {
    /// The question that was answered.
    pub fn asked(&self) -> Option<&evidence::standing::ApprovalStanding> {
        self.decision.standing.approval.as_ref()
    }
}
