//! *Try the boundary*.

use app::portal::{Answer, Fault, Proposal, Refusal, Tried, Trying, What};
use evidence::name::Name;
use evidence::receipt::Receipt;

use super::{Face, broken, refused, unavailable};
use crate::boundary::request::{Request, RequestError};

impl Trying for Face {
    fn try_action(&self, proposal: Proposal) -> Answer<'_, Name> {
        Box::pin(self.submit(proposal))
    }

    fn tried(&self, tenant: Name, action: Name) -> Answer<'_, Tried> {
        Box::pin(self.recall(tenant, action))
    }
}

impl Face {
    async fn submit(&self, proposal: Proposal) -> Result<Name, Refusal> {
        let body = serde_json::to_vec(&proposal).map_err(broken)?;
        let request = Request::read(&body).map_err(invalid)?;
        let tenant = self.tenant(&request.tenant).await?;
        let before = self.portal().boundary.look(&tenant, &request).await;
        let boundary = self.portal().boundary.clone();
        let desk = self.visitor.trying.clone();
        let sent = request.clone();
        // Somebody who closes the page does not cut a write in half.
        let path = tokio::spawn(async move { boundary.submit(&desk, &sent).await });
        let settled = path.await.map_err(broken)?.map_err(refused)?;
        let after = self.portal().boundary.look(&tenant, &request).await;
        let receipt = settled.decision.receipt();
        let note = self.did(What::WriteTried).about(tenant.name()).with("agent", &receipt.action.agent);
        let note = note.with("receipt", receipt.entry.seq).with("verdict", receipt.decision.verdict);
        self.note(note).await;
        let action = receipt.action.id.clone();
        self.shared.0.memory.keep(action.clone(), proposal, before, after);
        Ok(action)
    }

    async fn recall(&self, tenant: Name, action: Name) -> Result<Tried, Refusal> {
        let tenant = self.tenant(&tenant).await?;
        let stored = self.portal().ledger.action(&tenant, &action).await.map_err(unavailable)?;
        let stored = stored.ok_or(Refusal::NotFound)?;
        let decision = Receipt::Decision(stored.decision.receipt().clone());
        let decision = self.detail(&tenant, &decision, stored.decision.signed()).await?;
        let outcome = match stored.outcome {
            Some(outcome) => {
                let receipt = Receipt::Outcome(outcome.receipt().clone());
                Some(self.detail(&tenant, &receipt, outcome.signed()).await?)
            }
            None => None,
        };
        let (proposal, records) = self.shared.0.memory.recall(&action).unwrap_or_default();
        Ok(Tried { action, decision, outcome, proposal, records })
    }
}

fn invalid(error: RequestError) -> Refusal {
    let message = error.to_string();
    match error {
        RequestError::Json(_) => Refusal::Broken,
        RequestError::Member { at, .. } => {
            let field = at.split('.').next().unwrap_or_default().to_owned();
            Refusal::Invalid(vec![Fault::new(&field, message)])
        }
    }
}
