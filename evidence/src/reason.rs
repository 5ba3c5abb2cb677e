//! Why: the closed list of reason codes, and the sentence for each.
//!
//! A receipt carries the code and the facts; the sentence is made from them where it is read, so that its wording
//! can improve without touching what was signed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::Text;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// A reason code. Names follow HELM's public registry where it has one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

codes! {
    /// The tenant or the whole portal is frozen.
    SystemFrozen = "SYSTEM_FROZEN",
    /// The agent is suspended.
    AgentKilled = "AGENT_KILLED",
    /// The agent is unknown to the tenant.
    PrincipalInactive = "PRINCIPAL_INACTIVE",
    /// No envelope is in force.
    NoPolicyDefined = "NO_POLICY_DEFINED",
    /// The envelope in force was written for another contract.
    PolicyHashMismatch = "POLICY_HASH_MISMATCH",
    /// The envelope is not valid at this time.
    MandateOutsideValidity = "MANDATE_OUTSIDE_VALIDITY",
    /// The connector is unknown.
    CapabilityUnknown = "CAPABILITY_UNKNOWN",
    /// The live schema differs from the contract.
    ConnectorContractDrift = "ERR_CONNECTOR_CONTRACT_DRIFT",
    /// A record belongs to another tenant, or would be moved there.
    TenantIsolation = "TENANT_ISOLATION",
    /// The table, a column, a type or the operation is outside the contract.
    SchemaViolation = "SCHEMA_VIOLATION",
    /// The before-state is missing.
    MissingRequirement = "MISSING_REQUIREMENT",
    /// The rollback semantics are missing or can't be carried out.
    CapabilityRollbackPlanInvalid = "CAPABILITY_ROLLBACK_PLAN_INVALID",
    /// More records than the contract or every matching rule allows.
    PerCallLimit = "PER_CALL_LIMIT",
    /// A window limit is spent.
    BudgetExceeded = "BUDGET_EXCEEDED",
    /// A person has to approve.
    ApprovalRequired = "APPROVAL_REQUIRED",
    /// A rule says never.
    PolicyViolation = "POLICY_VIOLATION",
    /// Nothing in the envelope permits it.
    EffectOutOfScope = "EFFECT_OUT_OF_SCOPE",
    /// A policy could not be evaluated.
    PrgEvaluationError = "PRG_EVALUATION_ERROR",
    /// An approver rejected it.
    ApprovalRejected = "APPROVAL_REJECTED",
    /// The approval came too late or not at all.
    ApprovalTimeout = "APPROVAL_TIMEOUT",
    /// The approver is the requester.
    ApproverNotDistinct = "APPROVER_NOT_DISTINCT",
    /// The record changed: for an outcome, since the decision; for a rollback, since the write that it undoes.
    PreconditionFailed = "PRECONDITION_FAILED",
    /// Outcome: what was read back is not what was to be written.
    ReadbackMismatch = "READBACK_MISMATCH",
    /// The idempotency key was used for another action.
    IdempotencyConflict = "IDEMPOTENCY_CONFLICT",
    /// Outcome: the permit expired before the write.
    PermitExpired = "PERMIT_EXPIRED",
    /// Outcome: the system of record refused or failed.
    ProviderError = "PROVIDER_ERROR",
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Facts quote hostile text, so they are cut.
const FACT_CHARACTERS: usize = 200;

/// One reason of a verdict: the code, the rule that determined it, and the facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What would have been allowed: the smallest change that would pass.
    pub allowed: Option<Text>,
    /// Which part of the action it is about, as `set.phone` or `records.2`.
    pub at: Option<Text>,
    /// The code.
    pub code: Code,
    /// What was found instead.
    pub found: Option<Text>,
    /// The rule or limit of the envelope.
    pub rule: Option<Text>,
}

impl Reason {
    /// A reason with no facts yet.
    pub const fn new(code: Code) -> Self {
        Self { allowed: None, at: None, code, found: None, rule: None }
    }

    /// With the part of the action it is about.
    #[must_use]
    pub fn at(mut self, at: impl Into<String>) -> Self {
        self.at = Some(Text::shortened(&at.into(), FACT_CHARACTERS));
        self
    }

    /// With the rule or limit that determined it.
    #[must_use]
    pub fn rule(mut self, rule: &str) -> Self {
        self.rule = Some(Text::shortened(rule, FACT_CHARACTERS));
        self
    }

    /// With what would have been allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl fmt::Display) -> Self {
        self.allowed = Some(Text::shortened(&allowed.to_string(), FACT_CHARACTERS));
        self
    }

    /// With what was found.
    #[must_use]
    pub fn found(mut self, found: impl fmt::Display) -> Self {
        self.found = Some(Text::shortened(&found.to_string(), FACT_CHARACTERS));
        self
    }

    /// The sentence for a person: what happened, where, and the smallest change that would pass.
    pub fn message(&self) -> String {
        let mut sentence = self.code.sentence().to_owned();
        let facts =
            [("at", &self.at), ("found", &self.found), ("allowed", &self.allowed), ("rule", &self.rule)];
        let facts: Vec<String> = facts
            .into_iter()
            .filter_map(|(name, fact)| fact.as_ref().map(|fact| format!("{name}: {fact}")))
            .collect();
        if !facts.is_empty() {
            sentence.push_str(" (");
            sentence.push_str(&facts.join("; "));
            sentence.push(')');
        }
        sentence
    }
}

impl Code {
    /// What the code means, as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::SystemFrozen => "All writes are frozen for now.",
            Self::AgentKilled => "This agent is suspended.",
            Self::PrincipalInactive => "This agent is not registered for the tenant.",
            Self::NoPolicyDefined => "No envelope is in force for this tenant, so nothing is permitted.",
            Self::PolicyHashMismatch => {
                "The envelope in force was written for another version of the contract."
            }
            Self::MandateOutsideValidity => "The envelope is not valid at this time.",
            Self::CapabilityUnknown => "There is no connector of this name with a contract in force.",
            Self::ConnectorContractDrift => {
                "The live database no longer has the shape that the contract describes."
            }
            Self::TenantIsolation => "The write would reach a record of another tenant.",
            Self::SchemaViolation => "The contract does not have this.",
            Self::MissingRequirement => {
                "The state of the record before the write is not what the operation needs."
            }
            Self::CapabilityRollbackPlanInvalid => {
                "The operation can't be undone in the way the contract says."
            }
            Self::PerCallLimit => "More than one action may touch.",
            Self::BudgetExceeded => "The limit for this window of time is spent.",
            Self::ApprovalRequired => "A person has to approve this write.",
            Self::PolicyViolation => "A rule of the envelope says never.",
            Self::EffectOutOfScope => "No rule of the envelope permits this.",
            Self::PrgEvaluationError => "A policy could not be evaluated, so nothing is permitted.",
            Self::ApprovalRejected => "An approver rejected this write.",
            Self::ApprovalTimeout => "No approval came in time.",
            Self::ApproverNotDistinct => "The approver is the person for whom the agent acts.",
            Self::PreconditionFailed => "The record changed in the meantime, so nothing was written.",
            Self::ReadbackMismatch => {
                "What was read back is not what was to be written, so the write was undone."
            }
            Self::IdempotencyConflict => "This idempotency key was used for another action.",
            Self::PermitExpired => "The permit expired before the write could run.",
            Self::ProviderError => "The system of record refused or failed, so nothing was written.",
        }
    }
}
