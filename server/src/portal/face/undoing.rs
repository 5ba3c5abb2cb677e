//! Taking a write back, from the page of its receipt.

use std::collections::BTreeMap;

use app::portal::{Refusal, Undo, Undoing, Undone, What};
use evidence::action::Source;
use evidence::contract::Rollback;
use evidence::decision::Verdict;
use evidence::receipt::{DecisionReceipt, OutcomeStatus, Receipt};

use super::{Face, broken, fresh, refused, unavailable};
use crate::boundary::RolledBack;
use crate::boundary::request::Undo as Request;
use crate::registry::Tenant;

impl Face {
    /// How the write of this receipt can be taken back, if it took place and can be restored by the portal.
    pub(super) async fn undo(&self, tenant: &Tenant, receipt: &Receipt) -> Result<Option<Undo>, Refusal> {
        let Receipt::Decision(decision) = receipt else { return Ok(None) };
        let Some(Rollback::Restore { window_seconds }) = decision.decision.rollback else { return Ok(None) };
        if decision.action.source == Source::Attested || !self.took_place(tenant, decision).await? {
            return Ok(None);
        }
        let until = decision.entry.time.saturating_plus_seconds(window_seconds.into());
        let is_over = self.portal().clock.now() >= until;
        Ok(Some(Undo { until, is_over, attempt: fresh()? }))
    }

    async fn took_place(&self, tenant: &Tenant, decision: &DecisionReceipt) -> Result<bool, Refusal> {
        if decision.decision.verdict != Verdict::Allow {
            return Ok(false);
        }
        let stored = self.portal().ledger.action(tenant, &decision.action.id).await.map_err(unavailable)?;
        let outcome = stored.and_then(|stored| stored.outcome);
        Ok(outcome.is_some_and(|outcome| {
            let outcome = outcome.receipt();
            outcome.status == OutcomeStatus::Committed && outcome.decision.seq == decision.entry.seq
        }))
    }

    pub(super) async fn take_back(&self, undoing: Undoing) -> Result<Undone, Refusal> {
        let Undoing { tenant, seq, reason, attempt } = undoing;
        let tenant = self.tenant(&tenant).await?;
        let found = self.portal().ledger.receipt(&tenant, seq).await.map_err(unavailable)?;
        let found = found.ok_or(Refusal::NotFound)?;
        let Receipt::Decision(original) = found.receipt() else { return Err(Refusal::NotFound) };
        let id = original.action.id.clone();
        let request = Request {
            agent: None,
            before: None,
            idempotency_key: Some(attempt.parse().map_err(broken)?),
            reason,
            records: None,
            set: BTreeMap::new(),
        };
        let (boundary, desk) = (self.portal().boundary.clone(), self.desk().clone());
        let done = Box::pin(boundary.roll_back(&desk, &id, &request)).await.map_err(refused)?;
        let receipt = done.settled.decision.receipt();
        let note = self.did(What::RolledBack).about(tenant.name()).with("receipt", receipt.entry.seq);
        let note = note.with("verdict", receipt.decision.verdict).with("reason", &request.reason);
        self.note(note).await;
        Ok(undone(&done))
    }
}

fn undone(done: &RolledBack) -> Undone {
    let decision = done.settled.decision.receipt();
    let outcome = done.settled.outcome.as_ref();
    let is_done = outcome.is_some_and(|outcome| outcome.receipt().status == OutcomeStatus::Committed);
    Undone { seq: decision.entry.seq, verdict: decision.decision.verdict, is_done }
}
