//! The boundary: the path of every write, from proposal to outcome.
//!
//! An agent proposes. The connector looks at the records. The ledger decides and records, durably, before anything else
//! happens. Only then, and only with a permit, the effect takes place, and its outcome is recorded. Whatever cuts the
//! path short leaves a decision without an outcome, and [`Boundary::recover`] walks the rest of the way: the outbox in
//! the system of record knows whether the effect took place, so each allowed decision ends with exactly one outcome.

mod disclose;
mod look;
pub mod request;

use evidence::action::Source;
use evidence::canonical::CanonicalError;
use evidence::digest::{Digest, to_hex};
use evidence::name::Name;
use evidence::reason::Code;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, Permit};

use crate::clock::Clock;
use crate::connectors::effect::{Applied, Effect, Job};
use crate::connectors::observation::{Observation, Survey, observe};
use crate::connectors::{Connector, ConnectorError, Connectors};
use crate::ledger::{
    Answer, Idempotency, InForce, Ledger, LedgerError, Notice, OutcomeDraft, Proposal, Recorded,
};
use crate::registry::{Desk, Tenant};
pub use look::Look;
use request::Request;

/// For how long an ALLOW permits its effect to begin.
const PERMIT_SECONDS: u32 = 120;

/// The boundary. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Boundary {
    ledger: Ledger,
    connectors: Connectors,
    clock: Clock,
}

/// A request that has its verdict.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The decision.
    pub decision: Recorded<DecisionReceipt>,
    /// What became of the effect; `None` if there is none, or if it is not known yet.
    pub outcome: Option<Recorded<OutcomeReceipt>>,
}

/// Why a request got no verdict.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The desk has no such tenant.
    #[error("the desk has no such tenant")]
    TenantUnknown,
    /// The desk may not act as this agent.
    #[error("the desk may not act as this agent")]
    AgentOutOfScope,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    Conflict,
    /// The ledger recorded nothing.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What was observed has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

/// A decision on its way to its effect.
struct Decided {
    decision: Recorded<DecisionReceipt>,
    effect: Option<Effect>,
    outcome: Option<Recorded<OutcomeReceipt>>,
}

impl Boundary {
    /// The boundary between these connectors and whoever proposes.
    pub const fn new(ledger: Ledger, connectors: Connectors, clock: Clock) -> Self {
        Self { ledger, connectors, clock }
    }

    /// Takes a request the whole way.
    pub async fn submit(&self, desk: &Desk, request: &Request) -> Result<Settled, Refusal> {
        let (tenant, decided) = self.decide(desk, request).await?;
        let outcome = match decided.outcome {
            Some(outcome) => Some(outcome),
            None => self.carry_out(&tenant, &decided.decision, decided.effect).await,
        };
        Ok(Settled { decision: decided.decision, outcome })
    }

    /// Takes a request as far as its verdict. The effect of an ALLOW is left to [`Boundary::recover`].
    pub async fn propose(
        &self,
        desk: &Desk,
        request: &Request,
    ) -> Result<Recorded<DecisionReceipt>, Refusal> {
        Ok(self.decide(desk, request).await?.1.decision)
    }

    /// Finishes every allowed decision that has no outcome yet; returns how many it finished.
    pub async fn recover(&self) -> Result<usize, LedgerError> {
        let mut finished = 0;
        for pending in self.ledger.pending().await? {
            let effect = pending.effect.as_deref().and_then(|effect| serde_json::from_str(effect).ok());
            if self.carry_out(&pending.tenant, &pending.decision, effect).await.is_some() {
                finished += 1;
            }
        }
        Ok(finished)
    }

    async fn decide(&self, desk: &Desk, request: &Request) -> Result<(Tenant, Decided), Refusal> {
        let tenant = desk.tenant(&request.tenant).await?.ok_or(Refusal::TenantUnknown)?;
        if !desk.may_act_as(&request.agent) {
            return Err(Refusal::AgentOutOfScope);
        }
        let observation = self.observe(&tenant, request).await?;
        let effect = observation.effect.clone();
        let proposal = Proposal {
            notices: notices(desk, &tenant, &observation).await?,
            tenant: tenant.clone(),
            action: observation.action,
            idempotency: idempotency(request)?,
            resumes: None,
            effect: serde_json::to_string(&effect).ok(),
            permit_seconds: PERMIT_SECONDS,
        };
        let decided = match self.ledger.decide(proposal).await? {
            Answer::Conflict => return Err(Refusal::Conflict),
            Answer::Decided(decision) => Decided { decision, effect: Some(effect), outcome: None },
            // The same request sets the same values, so an effect that is still due can be finished with them.
            Answer::Repeated { decision, outcome } => Decided { decision, effect: Some(effect), outcome },
        };
        Ok((tenant, decided))
    }

    async fn observe(&self, tenant: &Tenant, request: &Request) -> Result<Observation, Refusal> {
        let in_force = self.ledger.in_force(tenant, &request.connector).await?;
        let survey = self.survey(tenant, request, &in_force).await;
        let contract = in_force.contract.as_ref().map(|(_, contract)| contract.as_ref());
        Ok(observe(fresh_id()?, request, contract, tenant.secret(), survey)?)
    }

    /// What the connector sees. If it can't look, the verdict is formed without: states that were not observed are denied.
    async fn survey(&self, tenant: &Tenant, request: &Request, in_force: &InForce) -> Survey {
        let connector = self.connectors.find(tenant.vendor(), &request.connector);
        let Some((connector, (digest, contract))) = connector.zip(in_force.contract.as_ref()) else {
            return Survey::blind(request.records.len());
        };
        let survey = connector.survey((contract, *digest), request.table.as_str(), &request.records).await;
        survey.unwrap_or_else(|error| {
            tracing::error!(%error, connector = %request.connector, "a connector could not look");
            Survey::blind(request.records.len())
        })
    }

    /// Carries out what the decision permits, if it permits anything, and records the outcome. `None` where there is
    /// nothing to carry out, and where it could not be finished now: then it stays pending.
    async fn carry_out(
        &self,
        tenant: &Tenant,
        decision: &Recorded<DecisionReceipt>,
        effect: Option<Effect>,
    ) -> Option<Recorded<OutcomeReceipt>> {
        let permit = decision.receipt().permit.as_ref()?;
        let connector = self.connectors.find(tenant.vendor(), &decision.receipt().action.connector)?;
        let applied = self.apply(connector, tenant, decision, permit, effect).await;
        let applied = applied.inspect_err(|error| tracing::error!(%error, "an effect is pending")).ok()?;
        let outcome = OutcomeDraft {
            code: applied.code,
            decision: decision.citation(),
            permit: permit.id.clone(),
            records: applied.records,
            source: Source::Observed,
            status: applied.status,
        };
        let recorded = self.ledger.record_outcome(tenant, outcome).await;
        recorded.inspect_err(|error| tracing::error!(%error, "an outcome is not recorded yet")).ok()
    }

    async fn apply(
        &self,
        connector: &Connector,
        tenant: &Tenant,
        decision: &Recorded<DecisionReceipt>,
        permit: &Permit,
        effect: Option<Effect>,
    ) -> Result<Applied, EffectError> {
        let receipt = decision.receipt();
        let digest = decision.signed().digest();
        let in_force = self.ledger.in_force(tenant, &receipt.action.connector).await?;
        let contract = in_force.contract.filter(|(digest, _)| Some(*digest) == receipt.standing.contract);
        let (Some((_, contract)), Some(effect)) = (contract, effect) else {
            // The contract was replaced since the decision: the effect would be another one than was decided.
            let otherwise = Applied::not_applied(Code::ConnectorContractDrift, Vec::new());
            return Ok(connector.settle(digest, otherwise).await?);
        };
        let job = Job {
            action: &receipt.action,
            contract: &contract,
            decision: digest,
            effect: &effect,
            permit,
            secret: tenant.secret(),
        };
        Ok(connector.apply(&job, &self.clock).await?)
    }
}

/// Why an effect could not be finished now.
#[derive(Debug, thiserror::Error)]
enum EffectError {
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What the tenants learn whose records were reached for: that somebody did, but not who.
async fn notices(desk: &Desk, tenant: &Tenant, observation: &Observation) -> Result<Vec<Notice>, Refusal> {
    let action = &observation.action;
    let mut notices = Vec::new();
    for (owner, records) in &observation.victims {
        let Some(owner) = desk.neighbour(owner).await? else { continue };
        notices.push(Notice {
            actor: owner.secret().blind_tenant(tenant.name())?,
            connector: action.connector.clone(),
            operation: action.operation.clone(),
            records: records.clone(),
            table: action.table.clone(),
            tenant: owner,
        });
    }
    Ok(notices)
}

fn idempotency(request: &Request) -> Result<Option<Idempotency>, CanonicalError> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    Ok(Some(Idempotency { key: Digest::of(key.as_str().as_bytes()), request: request.content()? }))
}

/// An id that nobody can guess or meet twice.
fn fresh_id() -> Result<Name, Refusal> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    to_hex(&bytes).parse().map_err(|_| Refusal::Canonical(CanonicalError::Shape("an id is a name".into())))
}
