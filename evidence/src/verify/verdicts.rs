//! Step 8: every verdict is decided again, from its own inputs; limits are counted again from earlier receipts.

use super::{Case, Failure, Halt, Item, Work, expect, fail};
use crate::decide::decide;
use crate::decision::{Decision, LAW, Verdict};
use crate::history::History;
use crate::receipt::{DecisionReceipt, Receipt};
use crate::standing::{Standing, Undoing};

#[derive(Default)]
pub(super) struct Rederiving {
    history: History,
    count: u64,
}

impl Work for Rederiving {
    fn total(&self, case: &Case) -> u64 {
        case.receipts()
    }

    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let item = case.receipt(place)?;
        if let Receipt::Decision(decision) = &item.receipt
            && case.in_range(place)
        {
            check_inputs(item, decision)?;
            let reaches_back = self.check_standing(case, item, decision)?;
            check_decision(item, decision, &decide_again(case, decision))?;
            check_permit(item, decision)?;
            self.count = self.count.saturating_add(1);
            self.history.apply(&item.receipt, item.digest);
            if reaches_back {
                case.not_checked.insert("how much of a limit was spent before the range".into());
            }
            return Ok(());
        }
        self.history.apply(&item.receipt, item.digest);
        Ok(())
    }

    fn finish(&mut self, _case: &mut Case) -> Result<String, Halt> {
        Ok(format!("{} verdicts decided again, each the same", self.count))
    }
}

impl Rederiving {
    /// The standing that earlier receipts establish is the one recorded. Returns whether a limit reaches back to where
    /// the pack doesn't.
    fn check_standing(&mut self, case: &Case, item: &Item, receipt: &DecisionReceipt) -> Result<bool, Halt> {
        let recorded = &receipt.standing;
        let envelope = recorded.envelope.and_then(|digest| case.evidence.envelopes.get(&digest));
        let limits = envelope.map(|compiled| compiled.envelope().limits.as_slice()).unwrap_or_default();
        let mut expected = self.history.standing(&receipt.action, limits, None, receipt.entry.time);
        // Step 10 looks at approvals.
        expected.approval.clone_from(&recorded.approval);
        expected.undoes = undoing(case, item, receipt)?;
        let reaches_back = case.starts_late() && !expected.spent.is_empty();
        if reaches_back && spends_at_least(recorded, &expected) {
            expected.spent.clone_from(&recorded.spent);
        }
        expect(&item.place(), "standing", &expected, recorded)?;
        Ok(reaches_back)
    }
}

/// What the decision that the action undoes says of itself.
fn undoing(case: &Case, item: &Item, receipt: &DecisionReceipt) -> Result<Option<Undoing>, Halt> {
    let Some(cited) = &receipt.action.undoes else { return Ok(None) };
    let missing = || fail(item.place(), format!("the decision #{} that it undoes", cited.seq), "none");
    match &case.find(cited).ok_or_else(missing)?.receipt {
        Receipt::Decision(original) => Ok(Some(Undoing::of(cited.clone(), original))),
        _ => Err(missing()),
    }
}

fn spends_at_least(recorded: &Standing, counted: &Standing) -> bool {
    recorded.spent.len() == counted.spent.len()
        && counted
            .spent
            .iter()
            .all(|(limit, rows)| recorded.spent.get(limit).is_some_and(|spent| spent >= rows))
}

fn check_inputs(item: &Item, receipt: &DecisionReceipt) -> Result<(), Halt> {
    let at = item.place();
    if receipt.law != LAW {
        let failure = Failure::new(at, format!("rules of decision {LAW}"), receipt.law.to_string());
        return Err(Halt::CouldNotCheck(failure));
    }
    expect(&at, "acting tenant", &receipt.entry.tenant, &receipt.action.tenant)?;
    for (place, record) in receipt.action.records.iter().enumerate() {
        let holds =
            record.hashes_hold().map_err(|error| fail(&at, "states with a hash", error.to_string()))?;
        if !holds {
            return Err(fail(
                &at,
                format!("state hashes of record {place} that are those of its cells"),
                "others",
            ));
        }
    }
    Ok(())
}

/// Decides an action of the pack again, as it was decided then.
pub(super) fn decide_again(case: &Case, receipt: &DecisionReceipt) -> Decision {
    let standing = &receipt.standing;
    let contract = standing.contract.and_then(|digest| case.evidence.contracts.get(&digest));
    let envelope = standing.envelope.and_then(|digest| case.evidence.envelopes.get(&digest));
    decide(contract, envelope, &receipt.action, standing, receipt.entry.time)
}

fn check_decision(item: &Item, receipt: &DecisionReceipt, again: &Decision) -> Result<(), Halt> {
    let (at, recorded) = (item.place(), &receipt.decision);
    if again.verdict != recorded.verdict {
        return Err(fail(at, explain(again), explain(recorded)));
    }
    expect(&at, "decision", again, recorded)
}

/// A verdict with its reason codes.
fn explain(decision: &Decision) -> String {
    let codes: Vec<&str> = decision.reasons.iter().map(|reason| reason.code.as_str()).collect();
    if codes.is_empty() {
        decision.verdict.to_string()
    } else {
        format!("{} ({})", decision.verdict, codes.join(", "))
    }
}

fn check_permit(item: &Item, receipt: &DecisionReceipt) -> Result<(), Halt> {
    let at = item.place();
    match &receipt.permit {
        None if receipt.decision.verdict == Verdict::Allow => {
            Err(fail(at, "a permit, since it was allowed", "none"))
        }
        Some(_) if receipt.decision.verdict != Verdict::Allow => {
            Err(fail(at, "no permit, since it was not allowed", "a permit"))
        }
        Some(permit) => {
            let action = receipt
                .action
                .digest()
                .map_err(|error| fail(&at, "an action with a digest", error.to_string()))?;
            expect(&at, "a permit for the action", &action, &permit.action)?;
            if permit.expires_at > receipt.entry.time {
                Ok(())
            } else {
                Err(fail(at, "a permit that was good for a while", "none"))
            }
        }
        None => Ok(()),
    }
}
