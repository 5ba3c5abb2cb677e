//! What is done without being asked: crashes are finished, silence is answered, images are forgotten.

use evidence::action::Source;
use evidence::reason::Code;
use evidence::receipt::OutcomeReceipt;
use evidence::timestamp::Timestamp;

use super::Boundary;
use crate::connectors::effect::Applied;
use crate::ledger::{LedgerError, PendingEffect, Recorded};

impl Boundary {
    /// Finishes every allowed decision that has no outcome yet; returns how many it finished.
    pub async fn recover(&self) -> Result<usize, LedgerError> {
        self.finish(Timestamp::MAX).await
    }

    /// One round of everything that is due: effects that their callers left behind, actions that nobody answered in time,
    /// and before-images that need not be kept any longer.
    pub async fn sweep(&self) -> Result<(), LedgerError> {
        self.expire().await?;
        self.finish(self.clock.now()).await?;
        self.ledger.forget_images().await
    }

    /// Decides the actions again that nobody answered in time: silence is a denial, and a receipt.
    async fn expire(&self) -> Result<(), LedgerError> {
        for (tenant, decision) in self.ledger.overdue().await? {
            self.ledger.expire(&tenant, decision).await?;
        }
        Ok(())
    }

    async fn finish(&self, now: Timestamp) -> Result<usize, LedgerError> {
        let mut finished = 0;
        for pending in self.ledger.pending(now).await? {
            if self.finish_one(pending).await.is_some() {
                finished += 1;
            }
        }
        Ok(finished)
    }

    async fn finish_one(&self, pending: PendingEffect) -> Option<Recorded<OutcomeReceipt>> {
        let PendingEffect { decision, effect, tenant, .. } = pending;
        if decision.receipt().action.source == Source::Observed {
            let effect = effect.as_deref().and_then(|effect| serde_json::from_str(effect).ok());
            return self.carry_out(&tenant, &decision, effect).await;
        }
        // Nobody has reported what became of it, and from now on nobody can.
        let expires_at = decision.receipt().permit.as_ref()?.expires_at;
        if self.clock.now() < expires_at {
            return None;
        }
        let silence = Applied::not_applied(Code::PermitExpired, Vec::new());
        self.record_outcome(&tenant, &decision, Source::Attested, silence).await
    }
}
