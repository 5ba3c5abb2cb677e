//! The receipts around another one: what it answers, the votes on it, what followed from it.

use app::portal::{Mention, Refusal};
use evidence::action::Citation;
use evidence::digest::Digest;
use evidence::name::Name;
use evidence::receipt::{DecisionReceipt, Receipt};

use super::{Face, unavailable};
use crate::registry::Tenant;

impl Face {
    /// What belongs to this receipt, which has this digest.
    pub(super) async fn mentions(
        &self,
        tenant: &Tenant,
        receipt: &Receipt,
        digest: Digest,
    ) -> Result<Vec<Mention>, Refusal> {
        let cited = match receipt {
            Receipt::Decision(decision) => return self.around(tenant, decision, digest).await,
            Receipt::Outcome(outcome) => outcome.decision.seq,
            Receipt::Approval(approval) => approval.decision.seq,
            _ => return Ok(Vec::new()),
        };
        Ok(self.mention(tenant, cited).await?.into_iter().collect())
    }

    async fn mention(&self, tenant: &Tenant, seq: u64) -> Result<Option<Mention>, Refusal> {
        let found = self.portal().ledger.receipt(tenant, seq).await.map_err(unavailable)?;
        Ok(found.map(|found| Mention::of(found.receipt())))
    }

    async fn around(
        &self,
        tenant: &Tenant,
        decision: &DecisionReceipt,
        digest: Digest,
    ) -> Result<Vec<Mention>, Refusal> {
        let answered = decision.standing.approval.as_ref().map(|approval| approval.decision.clone());
        let mut mentions = Vec::new();
        for cited in decision.action.undoes.iter().chain(&answered) {
            mentions.extend(self.mention(tenant, cited.seq).await?);
        }
        let itself = Citation { receipt: digest, seq: decision.entry.seq };
        let question = answered.or_else(|| decision.decision.approval.is_some().then_some(itself));
        if let Some(question) = question {
            let votes = self.portal().ledger.votes(tenant, &question).await.map_err(unavailable)?;
            let votes = votes.into_iter().map(|vote| Receipt::Approval(vote.into_parts().0));
            mentions.extend(votes.map(|vote| Mention::of(&vote)));
        }
        mentions.extend(self.followed(tenant, &decision.action.id, decision.entry.seq).await?);
        Ok(mentions)
    }

    /// The last decision about the action, if it is another one than `seq`, and its outcome.
    async fn followed(&self, tenant: &Tenant, action: &Name, seq: u64) -> Result<Vec<Mention>, Refusal> {
        let stored = self.portal().ledger.action(tenant, action).await.map_err(unavailable)?;
        let Some(stored) = stored else { return Ok(Vec::new()) };
        let (last, _) = stored.decision.into_parts();
        let last = (last.entry.seq != seq).then(|| Mention::of(&Receipt::Decision(last)));
        let outcome = stored.outcome.map(|outcome| Mention::of(&Receipt::Outcome(outcome.into_parts().0)));
        Ok(last.into_iter().chain(outcome).collect())
    }
}
