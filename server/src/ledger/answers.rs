//! What each caller is told, now that the batch is down.

use std::collections::{BTreeSet, HashMap};

use evidence::receipt::Receipt;

use super::answer::{LedgerError, Recorded, StoredAction, Vote};
use super::draft::Planned;
use super::request::Reply;
use super::seal::{Batch, Sealed};

pub(super) type Answers = Vec<Result<Reply, LedgerError>>;

/// The answers in the order in which they were planned.
pub(super) fn answers(planned: Vec<Planned>, batch: Batch) -> Answers {
    let repeats: BTreeSet<usize> = planned
        .iter()
        .filter_map(|planned| if let Planned::Repeat(place) = planned { Some(*place) } else { None })
        .collect();
    let mut entries = Entries(batch.entries.into_iter().map(Some).collect());
    let mut originals: HashMap<usize, Reply> = HashMap::new();
    let mut answers = Answers::with_capacity(planned.len());
    for (place, planned) in planned.into_iter().enumerate() {
        let answer = match planned {
            Planned::Repeat(original) => originals.get(&original).map(repetition),
            Planned::Draft(draft) => {
                entries.take(draft).map(|sealed| Reply::Recorded(Box::new(sealed.receipt), sealed.signed))
            }
            Planned::Voted(approval, decision) => entries.vote(approval, decision),
            Planned::Expired(decision) => {
                Some(Reply::Expired(decision.and_then(|place| entries.decision(place)).map(Box::new)))
            }
            Planned::Reply(reply) => {
                answers.push(reply);
                continue;
            }
        };
        if let (true, Some(reply)) = (repeats.contains(&place), &answer) {
            originals.insert(place, reply.clone());
        }
        answers.push(answer.ok_or(LedgerError::Unavailable));
    }
    answers
}

/// The batch's receipts, each of which goes to one caller.
struct Entries(Vec<Option<Sealed>>);

impl Entries {
    fn take(&mut self, place: usize) -> Option<Sealed> {
        self.0.get_mut(place).and_then(Option::take)
    }

    fn vote(&mut self, approval: usize, decision: Option<usize>) -> Option<Reply> {
        let Sealed { receipt: Receipt::Approval(approval), signed, .. } = self.take(approval)? else {
            return None;
        };
        let decision = decision.and_then(|place| self.decision(place));
        Some(Reply::Voted(Box::new(Vote { approval: Recorded::new(approval, signed), decision })))
    }

    fn decision(&mut self, place: usize) -> Option<Recorded<evidence::receipt::DecisionReceipt>> {
        match self.take(place)? {
            Sealed { receipt: Receipt::Decision(decision), signed, .. } => {
                Some(Recorded::new(decision, signed))
            }
            _ => None,
        }
    }
}

/// What the second of two equal requests in one batch is told.
fn repetition(original: &Reply) -> Reply {
    match original {
        Reply::Recorded(receipt, signed) => match receipt.as_ref() {
            Receipt::Decision(decision) => Reply::Repeated(Box::new(StoredAction {
                decision: Recorded::new(decision.clone(), signed.clone()),
                outcome: None,
            })),
            _ => original.clone(),
        },
        other => other.clone(),
    }
}
