//! Step 10: approvals are bound to their decision, distinct, in time, in quorum.

use std::collections::BTreeSet;

use super::{Case, Halt, Item, Work, expect, fail};
use crate::action::Citation;
use crate::decision::Verdict;
use crate::history::History;
use crate::receipt::{ApprovalReceipt, DecisionReceipt, Receipt};

#[derive(Default)]
pub(super) struct Counting {
    history: History,
    resumed: BTreeSet<Citation>,
    votes: u64,
}

impl Work for Counting {
    fn total(&self, case: &Case) -> u64 {
        case.receipts()
    }

    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let item = case.receipt(place)?;
        if case.in_range(place) {
            match &item.receipt {
                Receipt::Approval(approval) => self.vote(case, item, approval)?,
                Receipt::Decision(decision) => self.resumption(case, item, decision)?,
                _ => {}
            }
        }
        self.history.apply(&item.receipt, item.digest);
        Ok(())
    }

    fn finish(&mut self, _case: &mut Case) -> Result<String, Halt> {
        if self.votes == 0 && self.resumed.is_empty() {
            return Err(Halt::NotPresent("no approvals in this range".into()));
        }
        Ok(format!("{} votes, {} actions resumed", self.votes, self.resumed.len()))
    }
}

impl Counting {
    /// A vote answers a decision that asked this group.
    fn vote(&mut self, case: &Case, item: &Item, approval: &ApprovalReceipt) -> Result<(), Halt> {
        let at = item.place();
        let asked = escalation(case, &approval.decision)
            .ok_or_else(|| fail(&at, "the decision that it answers", "none"))?;
        let group = asked.decision.approval.as_ref().map(|needed| &needed.group);
        expect(&at, "group", &group, &Some(&approval.group))?;
        self.votes = self.votes.saturating_add(1);
        Ok(())
    }

    /// An action that resumes is the very one that waited, and its votes are those of the log. Whether they are enough
    /// was decided again in step 8.
    fn resumption(&mut self, case: &Case, item: &Item, decision: &DecisionReceipt) -> Result<(), Halt> {
        let Some(recorded) = &decision.standing.approval else { return Ok(()) };
        let at = item.place();
        let asked = escalation(case, &recorded.decision)
            .ok_or_else(|| fail(&at, "the decision that it resumes", "none"))?;
        if asked.action != decision.action {
            return Err(fail(at, "the very action that waited for approval", "another action"));
        }
        let counted = self.history.approval(&recorded.decision);
        expect(&at, "votes", &counted.as_ref(), &Some(recorded))?;
        if decision.decision.verdict == Verdict::Allow && !self.resumed.insert(recorded.decision.clone()) {
            return Err(fail(at, "an approval that was not used before", "one that was"));
        }
        Ok(())
    }
}

/// The decision that escalated, if the pack has it.
fn escalation<'a>(case: &'a Case, cited: &Citation) -> Option<&'a DecisionReceipt> {
    case.find(cited).and_then(|item| match &item.receipt {
        Receipt::Decision(decision) if decision.decision.verdict == Verdict::Escalate => Some(decision),
        _ => None,
    })
}

impl Case {
    /// The receipt that is cited, if the pack has it.
    pub(super) fn find(&self, cited: &Citation) -> Option<&Item> {
        let by_seq =
            |items: &[Item]| items.binary_search_by_key(&cited.seq, |item| item.receipt.entry().seq).ok();
        let (earlier, range) = (&self.evidence.cited, &self.evidence.items);
        let item = by_seq(range)
            .and_then(|at| range.get(at))
            .or_else(|| by_seq(earlier).and_then(|at| earlier.get(at)));
        item.filter(|item| item.digest == cited.receipt)
    }
}
