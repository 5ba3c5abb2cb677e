//! From an allowed decision to its outcome.

use std::sync::Arc;

use evidence::action::Source;
use evidence::contract::Contract;
use evidence::reason::Code;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, Permit};

use super::Boundary;
use crate::connectors::effect::{Applied, Effect, Job};
use crate::connectors::{Connector, ConnectorError};
use crate::ledger::{LedgerError, OutcomeDraft, Recorded};
use crate::registry::Tenant;
use crate::step::Step;

impl Boundary {
    /// Carries out what the decision permits, if it permits anything, and records the outcome. `None` where there is
    /// nothing for us to carry out, and where it could not be finished now: then it stays pending.
    pub(super) async fn carry_out(
        &self,
        tenant: &Tenant,
        decision: &Recorded<DecisionReceipt>,
        effect: Option<Effect>,
    ) -> Option<Recorded<OutcomeReceipt>> {
        let permit = decision.receipt().permit.as_ref()?;
        if decision.receipt().action.source == Source::Attested {
            return None;
        }
        let connector = &decision.receipt().action.connector;
        let connector = self.connectors.find(tenant.vendor(), connector).await?;
        Step::Permitted.reached();
        let applied = Box::pin(self.apply(&connector, tenant, decision, permit, effect)).await;
        let applied = applied.inspect_err(|error| tracing::error!(%error, "an effect is pending")).ok()?;
        self.record_outcome(tenant, decision, Source::Observed, applied).await
    }

    /// Records what became of an effect.
    pub(super) async fn record_outcome(
        &self,
        tenant: &Tenant,
        decision: &Recorded<DecisionReceipt>,
        source: Source,
        applied: Applied,
    ) -> Option<Recorded<OutcomeReceipt>> {
        let outcome = OutcomeDraft {
            code: applied.code,
            decision: decision.citation(),
            permit: decision.receipt().permit.as_ref()?.id.clone(),
            records: applied.records,
            source,
            status: applied.status,
        };
        let recorded = self.ledger.record_outcome(tenant, outcome).await;
        Step::Recorded.reached();
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
        let contract = self.contract(tenant, receipt).await?;
        let (Some((terms, contract)), Some(effect)) = (receipt.standing.contract.zip(contract), effect)
        else {
            // The contract was replaced since the decision: the effect would be another one than was decided.
            let otherwise = Applied::not_applied(Code::ConnectorContractDrift, Vec::new());
            return Ok(connector.settle(digest, otherwise).await?);
        };
        let job = Job {
            action: &receipt.action,
            contract: (&contract, terms),
            decision: digest,
            effect: &effect,
            permit,
            secret: tenant.secret()?,
        };
        Ok(connector.apply(&job, &self.clock).await?)
    }

    /// The contract that the action was decided under, if it is still in force.
    pub(super) async fn contract(
        &self,
        tenant: &Tenant,
        receipt: &DecisionReceipt,
    ) -> Result<Option<Arc<Contract>>, LedgerError> {
        let (connector, decided) = (&receipt.action.connector, receipt.standing.contract);
        let known = self.ledger.in_force(tenant, connector).await?.contract;
        let now = match known {
            Some((digest, contract)) if Some(digest) == decided => Some((digest, contract)),
            _ => self.ledger.in_force_now(tenant, connector).await?.contract,
        };
        Ok(now.filter(|(digest, _)| Some(*digest) == decided).map(|(_, contract)| contract))
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
