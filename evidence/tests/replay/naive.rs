//! A replay told a second time, slowly: from the whole receipts, and with every limit added up anew for each decision.

use std::collections::BTreeMap;

use evidence::compile::Compiled;
use evidence::decide::decide;
use evidence::decision::{Decision, Verdict};
use evidence::name::Name;
use evidence::receipt::{DecisionReceipt, Receipt};
use evidence::replay::Candidate;

use super::world::Log;

#[derive(Default)]
struct Course<'a> {
    really: Vec<&'a DecisionReceipt>,
    would: Vec<&'a DecisionReceipt>,
    asked: BTreeMap<u64, Verdict>,
    in_force: bool,
}

/// What the candidate, which is valid at any time, would have answered to each first decision, by its number.
pub fn answers(candidate: &Candidate, log: &Log) -> BTreeMap<u64, Decision> {
    let mut course = Course::default();
    let mut answers = BTreeMap::new();
    for (receipt, _) in &log.receipts {
        let Receipt::Decision(receipt) = receipt else { continue };
        let would = course.next(candidate, receipt);
        if receipt.standing.approval.is_none() {
            answers.insert(receipt.entry.seq, would);
        }
    }
    answers
}

impl<'a> Course<'a> {
    fn next(&mut self, candidate: &Candidate, receipt: &'a DecisionReceipt) -> Decision {
        let envelope = candidate.envelope();
        let mut standing = receipt.standing.clone();
        let in_force = standing.envelope == Some(envelope.digest());
        if in_force && !self.in_force {
            self.would.clone_from(&self.really);
        }
        self.in_force = in_force;
        if !in_force {
            standing.contract = Some(envelope.envelope().contract);
            standing.envelope = Some(envelope.digest());
            if let Some(approval) = &mut standing.approval {
                approval.envelope = standing.envelope;
            }
        }
        standing.spent = spent(envelope, &self.would, receipt);
        let (contract, now) = (Some(candidate.contract()), receipt.entry.time);
        let would = decide(contract, Some(envelope), &receipt.action, &standing, now);
        self.count(receipt, &would);
        would
    }

    fn count(&mut self, receipt: &'a DecisionReceipt, would: &Decision) {
        let really = receipt.decision.verdict;
        if really == Verdict::Allow {
            self.really.push(receipt);
        }
        let runs = match &receipt.standing.approval {
            None => {
                self.asked.insert(receipt.entry.seq, would.verdict);
                matches!((really, would.verdict), (_, Verdict::Allow) | (Verdict::Allow, Verdict::Escalate))
            }
            Some(approval) => {
                self.asked[&approval.decision.seq] == Verdict::Escalate && would.verdict == Verdict::Allow
            }
        };
        if runs {
            self.would.push(receipt);
        }
    }
}

fn spent(envelope: &Compiled, ran: &[&DecisionReceipt], asks: &DecisionReceipt) -> BTreeMap<Name, u64> {
    let limits = envelope.envelope().limits.iter();
    let sum = |limit: &evidence::envelope::Limit| {
        let rows = ran.iter().filter(|one| {
            let age = asks.entry.time.micros() - one.entry.time.micros();
            let action = &one.action;
            age < i64::from(limit.window_seconds) * 1_000_000
                && limit.counts(action.agent.as_str(), action.table.as_str(), action.operation.as_str())
        });
        rows.map(|one| one.action.rows()).sum()
    };
    limits.map(|limit| (limit.id.clone(), sum(limit))).collect()
}
