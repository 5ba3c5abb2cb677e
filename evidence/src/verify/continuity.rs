//! Continuity, a part of step 9: whether the committed writes to one record lead from each state to the next.
//!
//! A write takes place between its decision and its outcome. Where these spans overlap, because an effect was finished
//! late or its outcome recorded late, the log alone does not say which write came first; the states do.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;

/// Among how many writes a beginning is looked for: it bounds the work on a record whose writes all overlap.
const BEGINNINGS: usize = 16;

/// One committed write to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Write {
    pub after: Option<Digest>,
    pub before: Option<Digest>,
    /// The receipt of its outcome.
    pub outcome: u64,
}

/// The outcomes between which the record changed without a write, given its writes by their decisions.
///
/// Where some order explains every state, there are none. Which write came first is tried out: a record that returned to an
/// earlier state has more than one that can have.
pub(super) fn breaks(writes: &BTreeMap<u64, Write>) -> Vec<Vec<u64>> {
    let mut fewest = broken(&in_order(writes, None));
    let mut outcomes: Vec<u64> = writes.values().map(|write| write.outcome).collect();
    outcomes.sort_unstable();
    for first in outcomes.into_iter().take(BEGINNINGS) {
        if fewest.is_empty() {
            break;
        }
        let found = broken(&in_order(writes, Some(first)));
        if found.len() < fewest.len() {
            fewest = found;
        }
    }
    fewest
}

fn broken(order: &[Write]) -> Vec<Vec<u64>> {
    let pairs = order.iter().zip(order.iter().skip(1));
    let broken = pairs.filter(|(earlier, later)| earlier.after != later.before);
    broken
        .map(|(earlier, later)| vec![earlier.outcome.min(later.outcome), earlier.outcome.max(later.outcome)])
        .collect()
}

/// The writes in an order in which they can have taken place, from the one with the outcome `first` on if it can be first.
fn in_order(writes: &BTreeMap<u64, Write>, first: Option<u64>) -> Vec<Write> {
    let mut order: Vec<Write> = Vec::with_capacity(writes.len());
    let mut coming = writes.iter().peekable();
    let mut open = Open { start: first, ..Open::default() };
    loop {
        // Whatever was decided before the first outcome that is left can be next.
        while let Some((_, write)) =
            coming.next_if(|(decision, _)| open.first().is_none_or(|outcome| **decision < outcome))
        {
            open.insert(write.clone());
        }
        match open.take(order.last()) {
            Some(next) => order.push(next),
            None => return order,
        }
    }
}

/// The writes that can be next.
#[derive(Default)]
struct Open {
    writes: BTreeMap<u64, Write>,
    /// The same, by the state that each found.
    by_before: BTreeSet<(Option<Digest>, u64)>,
    /// The outcome of the one to begin with.
    start: Option<u64>,
}

impl Open {
    /// The first outcome of all.
    fn first(&self) -> Option<u64> {
        self.writes.keys().next().copied()
    }

    fn insert(&mut self, write: Write) {
        self.by_before.insert((write.before, write.outcome));
        self.writes.insert(write.outcome, write);
    }

    /// Takes out the one that goes on from where `last` ended, or else one that a chain can begin with.
    fn take(&mut self, last: Option<&Write>) -> Option<Write> {
        let start = self.start.take().filter(|start| self.writes.contains_key(start));
        let next = start.or_else(|| last.and_then(|last| self.going_on_from(last.after)));
        let next = next.or_else(|| self.beginning()).or_else(|| self.first())?;
        let write = self.writes.remove(&next)?;
        self.by_before.remove(&(write.before, next));
        Some(write)
    }

    fn going_on_from(&self, state: Option<Digest>) -> Option<u64> {
        let (found, outcome) = self.by_before.range((state, 0)..).next()?;
        (*found == state).then_some(*outcome)
    }

    /// The first that found a state which no other one left.
    fn beginning(&self) -> Option<u64> {
        let first = || self.writes.values().take(BEGINNINGS);
        let follows = |write: &Write| {
            first().any(|other| other.outcome != write.outcome && other.after == write.before)
        };
        first().find(|write| !follows(write)).map(|write| write.outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes as decision, outcome, the state before and the state after.
    fn told(writes: &[(u64, u64, &str, &str)]) -> Vec<Vec<u64>> {
        let state = |name: &str| Some(Digest::of(name.as_bytes()));
        let write = |(decision, outcome, before, after): &(u64, u64, &str, &str)| {
            (*decision, Write { after: state(after), before: state(before), outcome: *outcome })
        };
        breaks(&writes.iter().map(write).collect())
    }

    #[test]
    fn a_state_that_no_write_left_is_a_break() {
        assert!(told(&[(1, 2, "a", "b"), (3, 4, "b", "c")]).is_empty());
        assert_eq!(told(&[(1, 2, "a", "b"), (3, 4, "x", "c"), (5, 6, "c", "d")]), [[2, 4]]);
    }

    #[test]
    fn a_write_that_was_finished_late_comes_after_those_that_were_undone_meanwhile() {
        assert!(told(&[(1, 9, "a", "c"), (2, 3, "a", "b"), (4, 5, "b", "a")]).is_empty());
        assert!(told(&[(1, 9, "a", "c"), (2, 3, "a", "a")]).is_empty());
    }

    #[test]
    fn a_write_whose_outcome_was_recorded_late_comes_before_those_that_went_on_from_it() {
        assert!(told(&[(1, 9, "a", "b"), (2, 3, "b", "c"), (4, 5, "c", "d")]).is_empty());
    }

    #[test]
    fn a_record_that_returned_to_its_state_while_an_outcome_was_late_is_untold() {
        assert!(told(&[(1, 9, "s0", "s1"), (2, 3, "s1", "s0"), (4, 10, "s0", "s2")]).is_empty());
    }

    #[test]
    fn writes_that_do_not_overlap_stay_in_the_order_of_the_log() {
        assert_eq!(told(&[(1, 2, "b", "c"), (3, 4, "a", "b")]), [[2, 4]]);
    }
}
