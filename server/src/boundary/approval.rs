//! People's answers to actions that wait. When the votes are in, the action is decided again against the standing of that
//! moment, and then runs or is stopped.

use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::receipt::{ApprovalReceipt, DecisionReceipt};

use super::{Boundary, Refusal, Settled, permit_seconds};
use crate::ledger::{ApprovalDraft, LedgerError, Recorded, StoredAction, Waiting};
use crate::registry::{Desk, Tenant};

/// What came of a vote.
#[derive(Clone, Debug)]
pub struct Voted {
    /// The vote.
    pub approval: Recorded<ApprovalReceipt>,
    /// What followed from it; `None` while more votes are needed.
    pub settled: Option<Settled>,
}

impl Boundary {
    /// Everything that waits for people at this desk, the most urgent first.
    pub async fn waiting(&self, desk: &Desk) -> Result<Vec<Waiting>, LedgerError> {
        let mut waiting = Vec::new();
        for tenant in desk.tenants().await? {
            waiting.extend(self.ledger.waiting(&tenant).await?);
        }
        waiting.sort_by_key(|waiting| waiting.expires_at);
        Ok(waiting)
    }

    /// Records the vote of the person whose desk this is on the action `id`, which must still wait by the decision with
    /// this digest.
    pub async fn vote(
        &self,
        desk: &Desk,
        id: &Name,
        decision: Digest,
        approve: bool,
        reason: Text,
    ) -> Result<Voted, Refusal> {
        let person = desk.person().ok_or(Refusal::NotThisPerson)?;
        let (tenant, StoredAction { decision: asked, .. }) = self.find(desk, id).await?;
        if asked.signed().digest() != decision {
            return Err(Refusal::OtherDecision);
        }
        let needed = asked.receipt().decision.approval.as_ref().ok_or(Refusal::NotWaiting)?;
        if !person.approves.contains(&needed.group) {
            return Err(Refusal::NotThisPerson);
        }
        let draft = ApprovalDraft {
            approve,
            approver: person.name.clone(),
            decision: asked.citation(),
            group: needed.group.clone(),
            permit_seconds: permit_seconds(asked.receipt().action.source),
            reason,
        };
        let vote = match self.ledger.vote(&tenant, draft).await {
            Err(LedgerError::Refused { .. }) => return Err(Refusal::NotWaiting),
            vote => vote?,
        };
        let settled = match vote.decision {
            Some(decision) => Some(self.go_on(&tenant, decision).await?),
            None => None,
        };
        Ok(Voted { approval: vote.approval, settled })
    }

    /// The effect of an action that waited is what was parked with it.
    async fn go_on(&self, tenant: &Tenant, decision: Recorded<DecisionReceipt>) -> Result<Settled, Refusal> {
        let effect = match decision.receipt().permit {
            Some(_) => self.ledger.effect(tenant, decision.receipt()).await?,
            None => None,
        };
        let effect = effect.and_then(|effect| serde_json::from_str(&effect).ok());
        let outcome = self.carry_out(tenant, &decision, effect).await;
        Ok(Settled { decision, outcome })
    }
}
