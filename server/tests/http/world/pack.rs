//! What a stranger finds in a pack.

use evidence::reason::Code;
use evidence::receipt::Receipt;
use evidence::verify::{Expectations, Report, State, Verification};

use super::World;

/// A pack that verified.
pub struct Verified {
    /// The answer.
    pub report: Report,
    /// The receipts that were in it.
    pub receipts: Vec<Receipt>,
}

impl World {
    /// The pack of a tenant's whole log, which must verify.
    pub async fn verified(&self, tenant: &str) -> Verified {
        let pack = self.get(&format!("/v1/tenants/{tenant}/pack")).await;
        assert_eq!(pack.status, 200, "{}", pack.text());
        let fingerprints = vec![self.portal.signer.public_key().id().into()];
        let mut checking =
            Verification::new(pack.bytes, Expectations { fingerprints, ..Expectations::default() });
        while !checking.advance(u64::MAX).finished {}
        let report = checking.report();
        assert_eq!(report.state, State::Verified, "{tenant}: {:#?}", report.stopped_at());
        let receipts = checking.evidence().items.iter().map(|item| item.receipt.clone()).collect();
        Verified { report, receipts }
    }
}

impl Verified {
    /// The receipts that say this of an action, in the order of the log.
    pub fn of(&self, action: &str) -> Vec<&Receipt> {
        let mut decisions = Vec::new();
        let about = |receipt: &&Receipt| match receipt {
            Receipt::Decision(decision) if decision.action.id == *action => {
                decisions.push(decision.entry.seq);
                true
            }
            Receipt::Approval(approval) => decisions.contains(&approval.decision.seq),
            Receipt::Outcome(outcome) => decisions.contains(&outcome.decision.seq),
            _ => false,
        };
        self.receipts.iter().filter(about).collect()
    }

    /// The codes that a decision or an outcome of this action gives.
    pub fn codes(&self, action: &str) -> Vec<Code> {
        let codes = self.of(action).into_iter().flat_map(|receipt| match receipt {
            Receipt::Decision(decision) => {
                decision.decision.reasons.iter().map(|reason| reason.code).collect()
            }
            Receipt::Outcome(outcome) => outcome.code.into_iter().collect::<Vec<_>>(),
            _ => Vec::new(),
        });
        codes.collect()
    }
}
