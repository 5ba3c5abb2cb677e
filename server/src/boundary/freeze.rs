//! The kill switch: whoever holds a key stops what the key is for, from the very next decision on. Letting go again takes a
//! person.

use evidence::name::{Name, Text};
use evidence::receipt::{StandingReceipt, StandingState, StandingSubject};

use super::{Boundary, Refusal};
use crate::ledger::{Recorded, StandingDraft};
use crate::registry::{Desk, Tenant};

/// What is stopped or let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One agent of a tenant.
    Agent(Name, Name),
    /// Every tenant of the vendor.
    Portal,
    /// One tenant.
    Tenant(Name),
}

impl Boundary {
    /// Stops or lets go, with a receipt in the log of every tenant that it reaches.
    pub async fn stand(
        &self,
        desk: &Desk,
        reach: &Reach,
        state: StandingState,
        reason: &Text,
    ) -> Result<Vec<Recorded<StandingReceipt>>, Refusal> {
        let by = match desk.person() {
            Some(person) => person.name.clone(),
            None if state == StandingState::Stopped => {
                Text::shortened(&format!("API key {}", desk.key()), 100)
            }
            None => return Err(Refusal::NotThisPerson),
        };
        let (tenants, subject) = self.reached(desk, reach).await?;
        if *reach == Reach::Portal {
            desk.freeze(state == StandingState::Stopped).await?;
        }
        let draft = StandingDraft { by, reason: reason.clone(), state, subject };
        self.stand_everywhere(&tenants, &draft).await
    }

    async fn reached(&self, desk: &Desk, reach: &Reach) -> Result<(Vec<Tenant>, StandingSubject), Refusal> {
        let tenant = async |name| desk.tenant(name).await?.ok_or(Refusal::TenantUnknown);
        Ok(match reach {
            Reach::Portal if !desk.covers_everything() => return Err(Refusal::NotThisPerson),
            Reach::Portal | Reach::Tenant(_) if !desk.covers_every_agent() => {
                return Err(Refusal::AgentOutOfScope);
            }
            Reach::Agent(_, agent) if !desk.covers_agent(agent) => return Err(Refusal::AgentOutOfScope),
            Reach::Portal => (desk.tenants().await?, StandingSubject::Portal),
            Reach::Tenant(name) => (vec![tenant(name).await?], StandingSubject::Tenant),
            Reach::Agent(name, agent) => {
                let tenant = tenant(name).await?;
                if !desk.knows_agent(&tenant, agent).await? {
                    return Err(Refusal::AgentUnknown);
                }
                (vec![tenant], StandingSubject::Agent(agent.clone()))
            }
        })
    }

    /// All at once, so that they share a batch.
    async fn stand_everywhere(
        &self,
        tenants: &[Tenant],
        draft: &StandingDraft,
    ) -> Result<Vec<Recorded<StandingReceipt>>, Refusal> {
        let asked: Vec<_> = tenants
            .iter()
            .map(|tenant| {
                let (ledger, tenant, draft) = (self.ledger.clone(), tenant.clone(), draft.clone());
                tokio::spawn(async move { ledger.stand(&tenant, draft).await })
            })
            .collect();
        let mut recorded = Vec::with_capacity(asked.len());
        for asked in asked {
            recorded.push(asked.await.map_err(|_| crate::ledger::LedgerError::Unavailable)??);
        }
        Ok(recorded)
    }
}
