//! The boundary: the path of every write, from proposal to outcome.
//!
//! An agent proposes. The connector looks at the records. The ledger decides and records, durably, before anything else
//! happens. Only then, and only with a permit, the effect takes place, and its outcome is recorded. What needs a person
//! waits, and goes on from there when the votes are in. Whatever cuts the path short leaves a decision without an outcome,
//! and [`Boundary::recover`] walks the rest of the way: the outbox in the system of record knows whether the effect took
//! place, so each allowed decision ends with exactly one outcome.

mod approval;
mod attested;
mod carry_out;
mod disclose;
mod freeze;
mod look;
mod notice;
mod refusal;
mod report;
pub mod request;
mod rollback;
mod sweep;

use evidence::action::Source;
use evidence::contract::Rollback;
use evidence::digest::{Digest, to_hex};
use evidence::name::Name;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt};
use evidence::standing::Undoing;
use evidence::timestamp::Timestamp;

use crate::clock::Clock;
use crate::connectors::Connectors;
use crate::connectors::effect::Effect;
use crate::connectors::lens::Row;
use crate::connectors::observation::{Observation, Survey, observe};
use crate::ledger::{Answer, Idempotency, InForce, Ledger, LedgerError, Proposal, Recorded, StoredAction};
use crate::registry::{Desk, Tenant};
use crate::step::Step;
pub use approval::Voted;
pub use freeze::Reach;
pub use look::Look;
pub use refusal::Refusal;
pub use report::Report;
use request::Request;
pub use rollback::RolledBack;

/// For how long an ALLOW permits its effect to begin.
const PERMIT_SECONDS: u32 = 120;

/// For how long a vendor that writes by itself may take to write and to report. The report is due by then as well.
const ATTESTED_PERMIT_SECONDS: u32 = 600;

/// How often a request is looked at again because another contract was put in force in the meantime.
const LOOKS: u32 = 4;

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

/// An action, seen with its records.
struct Looked {
    observation: Observation,
    /// What it takes back.
    undoes: Option<Undoing>,
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
        self.settle(&tenant, decided).await
    }

    /// Takes a request as far as its verdict. The effect of an ALLOW is left to [`Boundary::recover`].
    pub async fn propose(
        &self,
        desk: &Desk,
        request: &Request,
    ) -> Result<Recorded<DecisionReceipt>, Refusal> {
        Ok(self.decide(desk, request).await?.1.decision)
    }

    /// The action with this id, whichever of the desk's tenants it is of.
    pub async fn find(&self, desk: &Desk, id: &Name) -> Result<(Tenant, StoredAction), Refusal> {
        let tenant = desk.tenant_of_action(id).await?.ok_or(Refusal::ActionUnknown)?;
        let action = self.ledger.action(&tenant, id).await?.ok_or(Refusal::ActionUnknown)?;
        Ok((tenant, action))
    }

    async fn settle(&self, tenant: &Tenant, decided: Decided) -> Result<Settled, Refusal> {
        let outcome = match decided.outcome {
            Some(outcome) => Some(outcome),
            None => self.carry_out(tenant, &decided.decision, decided.effect).await,
        };
        Ok(Settled { decision: decided.decision, outcome })
    }

    async fn decide(&self, desk: &Desk, request: &Request) -> Result<(Tenant, Decided), Refusal> {
        let tenant = desk.tenant(&request.tenant).await?.ok_or(Refusal::TenantUnknown)?;
        if !desk.may_act_as(&request.agent) {
            return Err(Refusal::AgentOutOfScope);
        }
        let idempotency = idempotency(request)?;
        for _ in 0..LOOKS {
            let in_force = self.ledger.in_force(&tenant, &request.connector).await?;
            let looked = self.observe(&tenant, request, &in_force, None).await?;
            if let Some(decided) = self.record(desk, &tenant, looked, &in_force, idempotency).await? {
                return Ok((tenant, decided));
            }
        }
        Err(Refusal::Restless)
    }

    /// Has what was observed decided and recorded; `None` if another contract is in force by now.
    async fn record(
        &self,
        desk: &Desk,
        tenant: &Tenant,
        looked: Looked,
        in_force: &InForce,
        idempotency: Option<Idempotency>,
    ) -> Result<Option<Decided>, Refusal> {
        Step::Observed.reached();
        let Looked { observation, undoes } = looked;
        let effect = observation.effect.clone();
        let image = image(&observation, in_force);
        let permit_seconds = permit_seconds(observation.action.source);
        let proposal = Proposal {
            notices: notice::notices(desk, tenant, &observation).await?,
            tenant: tenant.clone(),
            action: observation.action,
            contract: in_force.contract.as_ref().map(|(digest, _)| *digest),
            idempotency,
            effect: serde_json::to_string(&effect).ok(),
            image,
            undoes,
            permit_seconds,
        };
        Ok(match self.ledger.decide(proposal).await? {
            Answer::Conflict => return Err(Refusal::Conflict),
            Answer::Stale => None,
            Answer::Decided(decision) => Some(Decided { decision, effect: Some(effect), outcome: None }),
            // The same request sets the same values, so an effect that is still due can be finished with them.
            Answer::Repeated { decision, outcome } => {
                Some(Decided { decision, effect: Some(effect), outcome })
            }
        })
    }

    async fn observe(
        &self,
        tenant: &Tenant,
        request: &Request,
        in_force: &InForce,
        restore: Option<Vec<Option<Row>>>,
    ) -> Result<Looked, Refusal> {
        let contract = in_force.contract.as_ref().map(|(_, contract)| contract.as_ref());
        let survey = match &request.before {
            None => self.survey(tenant, request, in_force).await,
            Some(_) if self.observes(tenant, request).await? => {
                return Err(Refusal::Observed);
            }
            Some(stated) => attested::survey(request, stated, contract),
        };
        let mut observation =
            observe(fresh_id(self.clock.now())?, request, restore, contract, tenant.secret()?, survey)?;
        if request.before.is_some() {
            observation.action.source = Source::Attested;
        }
        Ok(Looked { observation, undoes: None })
    }

    /// Whether there is a connector to look through, also if it can't be reached at the moment.
    async fn observes(&self, tenant: &Tenant, request: &Request) -> Result<bool, LedgerError> {
        let known = self.connectors.knows(tenant.vendor(), &request.connector).await;
        known.map_err(LedgerError::unavailable)
    }

    /// What the connector sees. If it can't look, the verdict is formed without: states that were not observed are denied.
    async fn survey(&self, tenant: &Tenant, request: &Request, in_force: &InForce) -> Survey {
        let connector = self.connectors.find(tenant.vendor(), &request.connector).await;
        let Some((connector, (digest, contract))) = connector.zip(in_force.contract.as_ref()) else {
            return Survey::blind(request.records.len());
        };
        let contract = (contract.as_ref(), *digest);
        let survey = connector.survey(contract, request.table.as_str(), &request.records, &request.set).await;
        survey.unwrap_or_else(|error| {
            tracing::error!(%error, connector = %request.connector, "a connector could not look");
            Survey::blind(request.records.len())
        })
    }
}

/// The records as they were, if the contract promises to restore them.
fn image(observation: &Observation, in_force: &InForce) -> Option<String> {
    let (_, contract) = in_force.contract.as_ref()?;
    let action = &observation.action;
    let (_, operation) = contract.operation(action.table.as_str(), action.operation.as_str())?;
    let is_kept = matches!(operation.rollback, Rollback::Restore { .. });
    is_kept.then(|| serde_json::to_string(&observation.before).ok()).flatten()
}

/// For how long an ALLOW permits its effect, which takes longer if somebody else is to carry it out.
const fn permit_seconds(source: Source) -> u32 {
    match source {
        Source::Attested => ATTESTED_PERMIT_SECONDS,
        Source::Observed => PERMIT_SECONDS,
    }
}

fn idempotency(request: &Request) -> Result<Option<Idempotency>, Refusal> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    Ok(Some(Idempotency { key: Digest::of(key.as_str().as_bytes()), request: request.content()? }))
}

/// An id that nobody can guess or meet twice. It begins with the time, so that what comes one after the other lies side by
/// side in the database: ids that may lie anywhere would change a page each, the more the longer the log.
fn fresh_id(now: Timestamp) -> Result<Name, Refusal> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes)?;
    let millis = now.micros().max(0) / 1_000;
    format!("{millis:012x}{}", to_hex(&bytes)).parse().map_err(|_| Refusal::NoId)
}
