//! A decision: the verdict and everything that explains it.

use serde::{Deserialize, Serialize};

use crate::contract::Rollback;
use crate::envelope::Approval;
use crate::name::Text;
use crate::reason::{Code, Reason};

/// The version of the rules by which [`decide`](crate::decide::decide) decides. A receipt names the one it was decided under.
pub const LAW: u32 = 1;

/// The answer to a proposed write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// It may run.
    Allow,
    /// It may not.
    Deny,
    /// It waits for a person.
    Escalate,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Deny, Self::Escalate];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Deny => "DENY",
            Self::Escalate => "ESCALATE",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// For ESCALATE: who has to approve.
    pub approval: Option<Approval>,
    /// Why; empty for ALLOW.
    pub reasons: Vec<Reason>,
    /// How the effect can be undone, from the contract, where the contract knows the operation.
    pub rollback: Option<Rollback>,
    /// The policies that determined the answer, by id.
    pub rules: Vec<Text>,
    /// The answer.
    pub verdict: Verdict,
}

impl Decision {
    /// A denial for these reasons.
    pub const fn deny(reasons: Vec<Reason>) -> Self {
        Self { approval: None, reasons, rollback: None, rules: Vec::new(), verdict: Verdict::Deny }
    }

    /// Whether one of the reasons has this code.
    pub fn has(&self, code: Code) -> bool {
        self.reasons.iter().any(|reason| reason.code == code)
    }
}
