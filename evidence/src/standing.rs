//! Standing: what the ledger knew when it was asked for a verdict.
//!
//! All of it follows from earlier receipts of the same log, so a verifier works it out again (see
//! [`history`](crate::history)).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::action::{Citation, RecordKey, State};
use crate::contract::Rollback;
use crate::decision::Verdict;
use crate::digest::Digest;
use crate::envelope::Approval;
use crate::name::{Name, Text};
use crate::receipt::DecisionReceipt;
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
    /// For an action that undoes an earlier one: what that was. The member is not there for any other action.
    #[serde(default, deserialize_with = "there", skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Undoing>,
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

/// The earlier write that an action undoes, as the receipt of its decision tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undoing {
    /// The connector it went through.
    pub connector: Name,
    /// Its decision.
    pub decision: Citation,
    /// What it did.
    pub operation: Text,
    /// Its records, in its order.
    pub records: Vec<Restored>,
    /// How that decision says that it can be undone.
    pub rollback: Option<Rollback>,
    /// The table.
    pub table: Text,
    /// If it is undone by a restore: no restore may be allowed from here on.
    pub until: Option<Timestamp>,
    /// Whether it was allowed at all.
    pub verdict: Verdict,
}

/// One record of a write that is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restored {
    /// The hash of the state that the write left: the one to undo.
    pub after: Option<Digest>,
    /// The hash of the state that it found: the one to restore.
    pub before: Option<Digest>,
    /// Which record.
    pub key: RecordKey,
}

impl Undoing {
    /// Whether it is undone by writing back what was there before.
    pub const fn is_restored(&self) -> bool {
        matches!(self.rollback, Some(Rollback::Restore { .. }))
    }

    /// What an action does that undoes it, for a person.
    pub fn sentence(&self) -> String {
        let original = self.decision.seq;
        match &self.rollback {
            Some(Rollback::Restore { .. }) => {
                format!("A rollback: it brings each record back to its state before #{original}.")
            }
            Some(Rollback::Compensate { operation }) => {
                format!("A compensation: {operation} is what the contract names to undo #{original}.")
            }
            Some(Rollback::None) | None => format!("It would undo #{original}, which can't be undone."),
        }
    }

    /// What the decision receipt at `citation` tells of the write that it is about. It follows from that receipt alone.
    pub fn of(citation: Citation, original: &DecisionReceipt) -> Self {
        let (action, decision) = (&original.action, &original.decision);
        let until = match decision.rollback {
            Some(Rollback::Restore { window_seconds }) => {
                Some(original.entry.time.saturating_plus_seconds(window_seconds.into()))
            }
            Some(Rollback::Compensate { .. } | Rollback::None) | None => None,
        };
        let hash = |state: &Option<State>| state.as_ref().map(|state| state.hash);
        let records = action.records.iter().map(|record| Restored {
            after: hash(&record.after),
            before: hash(&record.before),
            key: record.key.clone(),
        });
        Self {
            connector: action.connector.clone(),
            decision: citation,
            operation: action.operation.clone(),
            records: records.collect(),
            rollback: decision.rollback.clone(),
            table: action.table.clone(),
            until,
            verdict: decision.verdict,
        }
    }
}

/// A member that is not `null` where it is there, so that a standing has one encoding.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Undoing>, D::Error> {
    Undoing::deserialize(deserializer).map(Some)
}
