//! What a vendor that writes by itself reports of an allowed write: its outcome, in its own words.

use std::collections::BTreeMap;

use evidence::action::{Action, RecordKey, Source};
use evidence::commitment::Key;
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::reason::Code;
use evidence::receipt::{DecisionReceipt, Effect as Change, OutcomeReceipt, OutcomeStatus};
use evidence::value::Value;

use super::attested::row;
use super::{Boundary, Refusal};
use crate::connectors::effect::Applied;
use crate::connectors::lens::Lens;
use crate::ledger::{LedgerError, Recorded, StoredAction};
use crate::registry::{Desk, Tenant};

/// What is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Why it was not committed.
    pub code: Option<Code>,
    /// The permit that the decision granted.
    pub permit: Name,
    /// The records as they are now, in the order of the action's; `None` if they are as was decided.
    pub records: Option<Vec<Option<BTreeMap<Text, Value>>>>,
    /// What became of the write.
    pub status: OutcomeStatus,
}

impl Report {
    /// Whether it gives a reason exactly if nothing was committed, and one that is a writer's to give.
    pub const fn is_sound(&self) -> bool {
        match (self.status, self.code) {
            (OutcomeStatus::Committed, code) => code.is_none(),
            (_, None) => true,
            (_, Some(code)) => {
                matches!(code, Code::PreconditionFailed | Code::ReadbackMismatch | Code::ProviderError)
            }
        }
    }
}

impl Boundary {
    /// Records what a vendor reports of the action `id`, which must be one whose effect was left to it.
    pub async fn report(
        &self,
        desk: &Desk,
        id: &Name,
        report: &Report,
    ) -> Result<Recorded<OutcomeReceipt>, Refusal> {
        let (tenant, StoredAction { decision, .. }) = self.find(desk, id).await?;
        let receipt = decision.receipt();
        if !desk.may_act_as(&receipt.action.agent) {
            return Err(Refusal::AgentOutOfScope);
        }
        let permit = receipt.permit.as_ref().filter(|permit| permit.id == report.permit);
        let permit = permit.filter(|_| receipt.action.source == Source::Attested);
        let permit = permit.ok_or(Refusal::NothingToReport)?;
        let is_late = self.clock.now() >= permit.expires_at;
        let applied = self.reported(&tenant, receipt, report, is_late).await?;
        let outcome = self.record_outcome(&tenant, &decision, Source::Attested, applied.clone()).await;
        let outcome = outcome.ok_or(LedgerError::Unavailable)?;
        let found = outcome.receipt();
        if (found.status, found.code, &found.records) == (applied.status, applied.code, &applied.records) {
            Ok(outcome)
        } else {
            Err(Refusal::Reported)
        }
    }

    /// What a report comes to. Only a write that is exactly the one decided, and in time, is a committed one.
    async fn reported(
        &self,
        tenant: &Tenant,
        decision: &DecisionReceipt,
        report: &Report,
        is_late: bool,
    ) -> Result<Applied, Refusal> {
        if report.status != OutcomeStatus::Committed {
            let code = report.code.unwrap_or(Code::ProviderError);
            return Ok(Applied { code: Some(code), records: Vec::new(), status: report.status });
        }
        let planned = planned(&decision.action);
        let records = match &report.records {
            Some(cells) => self.changed(tenant, decision, &planned, cells).await?,
            None => planned.clone(),
        };
        let code = match (is_late, records == planned) {
            (true, _) => Code::PermitExpired,
            (false, true) => return Ok(Applied::committed(records)),
            (false, false) => Code::ReadbackMismatch,
        };
        Ok(Applied { code: Some(code), records, status: OutcomeStatus::Failed })
    }

    /// The records with the states that were reported in place of those that were planned.
    async fn changed(
        &self,
        tenant: &Tenant,
        decision: &DecisionReceipt,
        planned: &[Change],
        cells: &[Option<BTreeMap<Text, Value>>],
    ) -> Result<Vec<Change>, Refusal> {
        let action = &decision.action;
        let contract = self.contract(tenant, decision).await?.ok_or(Refusal::NothingToReport)?;
        let table = contract.tables.get(action.table.as_str()).ok_or(Refusal::NothingToReport)?;
        let secret = tenant.secret()?;
        let lens = Lens { connector: &action.connector, name: &action.table, secret, table };
        if cells.len() != planned.len() {
            return Err(Refusal::NoSuchStates);
        }
        let change = |(planned, cells): (&Change, &Option<BTreeMap<Text, Value>>)| {
            Ok(Change { after: hash(&lens, &planned.key, cells.as_ref())?, ..planned.clone() })
        };
        planned.iter().zip(cells).map(change).collect()
    }
}

fn hash(
    lens: &Lens<'_>,
    key: &Key,
    cells: Option<&BTreeMap<Text, Value>>,
) -> Result<Option<Digest>, Refusal> {
    let Some(cells) = cells else { return Ok(None) };
    let row = row(lens.table, cells).ok_or(Refusal::NoSuchStates)?;
    Ok(Some(lens.hash(key, &row)?))
}

/// The changes that were decided.
fn planned(action: &Action) -> Vec<Change> {
    let changes = action.records.iter().filter_map(|record| match &record.key {
        RecordKey::Open(key) => Some(Change {
            after: record.after.as_ref().map(|state| state.hash),
            before: record.before.as_ref().map(|state| state.hash),
            key: key.clone(),
        }),
        RecordKey::Foreign(_) => None,
    });
    changes.collect()
}
