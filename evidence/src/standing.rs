//! Standing: what the ledger knew when it was asked for a verdict.
//!
//! All of it follows from earlier receipts of the same log, so a verifier works it out again (see
//! [`history`](crate::history)).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::Citation;
use crate::digest::Digest;
use crate::envelope::Approval;
use crate::name::{Name, Text};
use crate::timestamp::Timestamp;

/// What the ledger knew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The agent.
    pub agent: AgentStanding,
    /// The approval that this decision resumes after.
    pub approval: Option<ApprovalStanding>,
    /// The contract in force for the connector.
    pub contract: Option<Digest>,
    /// The tenant's envelope in force for the connector.
    pub envelope: Option<Digest>,
    /// Whether the whole portal is frozen.
    pub portal_frozen: bool,
    /// For each limit of the envelope that counts this action: the records already allowed within its window.
    pub spent: BTreeMap<Name, u64>,
    /// Whether the tenant is frozen.
    pub tenant_frozen: bool,
}

/// Whether an agent may act at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentStanding {
    /// It may.
    Active,
    /// It was stopped.
    Suspended,
    /// Nobody registered it.
    Unknown,
}

/// What became of the question that an earlier ESCALATE asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalStanding {
    /// The decision that escalated.
    pub decision: Citation,
    /// The envelope that was in force then.
    pub envelope: Option<Digest>,
    /// After this, silence is a denial.
    pub expires_at: Timestamp,
    /// What that decision asked for.
    pub needed: Approval,
    /// The votes in the order of the log.
    pub votes: Vec<Vote>,
}

/// One person's vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// For or against.
    pub approve: bool,
    /// Who.
    pub approver: Text,
    /// When.
    pub at: Timestamp,
    /// As a member of which group.
    pub group: Name,
}
