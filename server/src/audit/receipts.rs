//! Lines about what stands in tenants' logs as well, by a page or by a program with an API key.

use app::portal::What;
use evidence::name::Text;
use evidence::receipt::{ApprovalReceipt, StandingReceipt, StandingState};

use super::{Actor, Note};
use crate::boundary::Reach;
use crate::ledger::Recorded;
use crate::registry::Desk;

impl Actor {
    /// Whoever holds the API key that opened this desk.
    pub fn with_key(desk: &Desk) -> Self {
        let person = desk.person().map(|person| person.name.to_string());
        Self {
            vendor: desk.vendor().name.clone(),
            member: desk.key().to_string(),
            name: person.unwrap_or_else(|| format!("API key {}", desk.key())),
        }
    }
}

impl Note {
    /// That `by` stopped this, or let it go, which these receipts say.
    pub fn of_stop(
        by: Actor,
        reach: &Reach,
        state: StandingState,
        reason: &Text,
        receipts: &[Recorded<StandingReceipt>],
    ) -> Self {
        let stops = state == StandingState::Stopped;
        let either = |stop, go| if stops { stop } else { go };
        let note = match reach {
            Reach::Portal => {
                return Self::new(by, either(What::AllFrozen, What::AllUnfrozen)).with("reason", reason);
            }
            Reach::Tenant(tenant) => {
                Self::new(by, either(What::TenantFrozen, What::TenantUnfrozen)).about(tenant)
            }
            Reach::Agent(tenant, agent) => {
                let what = either(What::AgentSuspended, What::AgentResumed);
                Self::new(by, what).about(tenant).with("agent", agent)
            }
        };
        let note = note.with("reason", reason);
        match receipts {
            [only] => note.with("receipt", only.receipt().entry.seq),
            _ => note,
        }
    }

    /// That `by` cast this vote.
    pub fn of_vote(by: Actor, vote: &ApprovalReceipt) -> Self {
        let what = if vote.approve { What::Approved } else { What::Denied };
        let note = Self::new(by, what).about(&vote.entry.tenant).with("reason", &vote.reason);
        note.with("receipt", vote.entry.seq)
    }
}
