//! A rollback takes a committed write back. It is a write like any other: it is proposed, decided, recorded and carried out
//! on the same path, and its receipt shows that it leads to the very state that the original found.

use std::collections::BTreeMap;

use evidence::action::{Action, Proposed, RecordKey, State};
use evidence::contract::{OperationKind, Rollback};
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::reason::Code;
use evidence::receipt::{DecisionReceipt, OutcomeStatus};
use evidence::standing::Undoing;

use super::request::{Request, Undo};
use super::{Boundary, Looked, Refusal, Settled};
use crate::connectors::lens::Row;
use crate::ledger::{Idempotency, InForce, Recorded, StoredAction};
use crate::registry::{Desk, Tenant};

/// What each record is to be again; `None` where it is to be gone.
type Restore = Vec<Option<Row>>;

/// What became of a rollback.
#[derive(Clone, Debug)]
pub struct RolledBack {
    /// Its verdict and outcome.
    pub settled: Settled,
    /// If a record moved on since the original: the outcome that moved it, or `None` if that happened outside the boundary.
    pub moved_on: Option<Option<u64>>,
}

impl Boundary {
    /// Takes back what the committed action `id` did.
    pub async fn roll_back(&self, desk: &Desk, id: &Name, undo: &Undo) -> Result<RolledBack, Refusal> {
        let (tenant, original) = self.committed(desk, id).await?;
        let agent = undo.agent.as_ref().unwrap_or(&original.receipt().action.agent);
        if desk.person().is_none() && !desk.may_act_as(agent) {
            return Err(Refusal::AgentOutOfScope);
        }
        let request = request(desk, agent, original.receipt(), undo);
        if undo.before.as_ref().is_some_and(|before| before.len() != request.records.len()) {
            return Err(Refusal::OtherStates);
        }
        let idempotency = idempotency(id, undo)?;
        for _ in 0..super::LOOKS {
            let in_force = self.ledger.in_force(&tenant, &request.connector).await?;
            let looked = self.look_back(&tenant, &request, &in_force, &original).await?;
            if let Some(decided) = self.record(desk, &tenant, looked, &in_force, idempotency).await? {
                let settled = self.settle(&tenant, decided).await?;
                let moved_on = self.moved_on(&tenant, &original, &settled).await?;
                return Ok(RolledBack { settled, moved_on });
            }
        }
        Err(Refusal::Restless)
    }

    /// The action with this id, if it has taken effect.
    async fn committed(
        &self,
        desk: &Desk,
        id: &Name,
    ) -> Result<(Tenant, Recorded<DecisionReceipt>), Refusal> {
        let (tenant, StoredAction { decision, outcome }) = self.find(desk, id).await?;
        match outcome {
            Some(outcome) if outcome.receipt().status == OutcomeStatus::Committed => Ok((tenant, decision)),
            _ => Err(Refusal::NothingToUndo),
        }
    }

    async fn look_back(
        &self,
        tenant: &Tenant,
        request: &Request,
        in_force: &InForce,
        original: &Recorded<DecisionReceipt>,
    ) -> Result<Looked, Refusal> {
        let receipt = original.receipt();
        let restore = match receipt.decision.rollback {
            Some(Rollback::Compensate { .. }) => None,
            _ => Some(self.restore(tenant, receipt).await?),
        };
        let mut looked = self.observe(tenant, request, in_force, restore).await?;
        let action = &mut looked.observation.action;
        action.undoes = Some(original.citation());
        if action.set.is_empty() && action.operation.as_str() != OperationKind::Delete.as_str() {
            action.set = changed(&receipt.action);
        }
        looked.undoes = Some(Undoing::of(original.citation(), receipt));
        Ok(looked)
    }

    /// The records as they were before the original. Where that was not kept there is nothing to restore, and the verdict
    /// says so.
    async fn restore(&self, tenant: &Tenant, original: &DecisionReceipt) -> Result<Restore, Refusal> {
        let image = self.ledger.image(tenant, original).await?;
        let rows = image.and_then(|image| serde_json::from_str::<Restore>(&image).ok());
        let count = original.action.records.len();
        Ok(rows.filter(|rows| rows.len() == count).unwrap_or_else(|| vec![None; count]))
    }

    /// Which receipt moved a record on since the original, if that is why the rollback was refused.
    async fn moved_on(
        &self,
        tenant: &Tenant,
        original: &Recorded<DecisionReceipt>,
        settled: &Settled,
    ) -> Result<Option<Option<u64>>, Refusal> {
        if !settled.decision.receipt().decision.has(Code::PreconditionFailed) {
            return Ok(None);
        }
        let was = original.receipt();
        let mut last = None;
        for (record, now) in was.action.records.iter().zip(&settled.decision.receipt().action.records) {
            let hash = |state: &Option<State>| state.as_ref().map(|state| state.hash);
            if let RecordKey::Open(key) = &record.key
                && hash(&record.after) != hash(&now.before)
            {
                last = last.max(self.ledger.last_write(tenant, &was.action, key, was.entry.seq).await?);
            }
        }
        Ok(Some(last))
    }
}

/// The write that takes the original back, as its proposer asks for it.
fn request(desk: &Desk, agent: &Name, original: &DecisionReceipt, undo: &Undo) -> Request {
    let action = &original.action;
    let (table, operation) = named(original);
    let is_compensation = matches!(original.decision.rollback, Some(Rollback::Compensate { .. }));
    let keys = action.records.iter().filter_map(|record| match &record.key {
        RecordKey::Open(key) => Some(key.clone()),
        RecordKey::Foreign(_) => None,
    });
    Request {
        agent: agent.clone(),
        before: undo.before.clone(),
        connector: action.connector.clone(),
        idempotency_key: undo.idempotency_key.clone(),
        on_behalf_of: desk.person().map(|person| person.name.clone()),
        operation,
        reason: undo.reason.clone(),
        records: undo.records.clone().filter(|_| is_compensation).unwrap_or_else(|| keys.collect()),
        set: if is_compensation { undo.set.clone() } else { BTreeMap::new() },
        table,
        tenant: action.tenant.clone(),
    }
}

/// The columns that a restore is measured by where every record is as it was already: those that the original changed. A write
/// of no columns would be no write, and the verdict would say so instead of what moved the records on.
fn changed(original: &Action) -> BTreeMap<Text, Proposed> {
    let removed = original.records.iter().filter(|record| record.after.is_none());
    let removed = removed.filter_map(|record| record.before.as_ref()).flat_map(|state| state.cells.keys());
    let columns = original.set.keys().chain(removed);
    columns.map(|column| (column.clone(), Proposed::Sealed { conforms: true })).collect()
}

/// The table and the operation that take the original back: its inverse, or what the contract named.
fn named(original: &DecisionReceipt) -> (Text, Text) {
    let action = &original.action;
    if let Some(Rollback::Compensate { operation }) = &original.decision.rollback
        && let Some((table, operation)) = operation.as_str().split_once('.')
    {
        return (Text::shortened(table, Text::MAX_BYTES), Text::shortened(operation, Text::MAX_BYTES));
    }
    let inverse = OperationKind::parse(action.operation.as_str()).map(|kind| kind.inverse().as_str());
    let operation = inverse.map_or_else(|| action.operation.clone(), |kind| Text::shortened(kind, 10));
    (action.table.clone(), operation)
}

fn idempotency(id: &Name, undo: &Undo) -> Result<Option<Idempotency>, Refusal> {
    let Some(key) = &undo.idempotency_key else { return Ok(None) };
    let request = evidence::canonical::to_vec(&(id, undo))?;
    Ok(Some(Idempotency { key: Digest::of(key.as_str().as_bytes()), request: Digest::of(&request) }))
}
