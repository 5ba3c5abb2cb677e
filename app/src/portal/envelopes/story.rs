//! What became of an envelope: proposed, and then in force, taken back or refused; and all that were in force before.

use evidence::digest::Digest;
use evidence::envelope::Envelope;
use evidence::name::Name;
use evidence::timestamp::Timestamp;

/// An envelope that somebody proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// By what it is found.
    pub id: Name,
    /// The connector that it is for.
    pub connector: Name,
    /// The envelope, as it would be in force.
    pub envelope: Envelope,
    /// Its digest.
    pub digest: Digest,
    /// The envelope in force when it was proposed, which it may replace; no other.
    pub base: Option<Digest>,
    /// Why.
    pub reason: String,
    /// Who proposed it: by what members are told apart, and by name.
    pub member: String,
    /// See `member`.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a proposal has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Somebody has to decide it.
    Open,
    /// It was put in force.
    Activated(Outcome),
    /// Whoever proposed it took it back.
    Withdrawn(Outcome),
    /// Somebody else refused it.
    Refused(Outcome),
}

/// How a proposal ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Who ended it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, if that was said.
    pub reason: Option<String>,
    /// The number of its activation in the log.
    pub receipt: Option<u64>,
}

/// An envelope that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The envelope.
    pub envelope: Envelope,
    /// Its digest.
    pub digest: Digest,
    /// The number of its activation in the log.
    pub seq: u64,
    /// When it was put in force.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Who had proposed it, if somebody else.
    pub proposed_by: Option<String>,
    /// Why.
    pub reason: String,
    /// What it changed, as its receipt says.
    pub changes: Vec<String>,
    /// The envelope that it replaced.
    pub previous: Option<Digest>,
}

impl Proposal {
    /// Whether somebody has to decide it.
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }
}
