//! The decisions whose verdict would be another: their numbers, and what would be. The receipts are in the ledger.

use std::collections::{BTreeMap, HashMap};

use evidence::decision::Decision;
use evidence::replay::Change;

/// Differences in the log's order. Most of them have the same few decisions, so each of those is kept once.
#[derive(Default)]
pub(super) struct Differences {
    by_change: BTreeMap<Change, Vec<(u64, u32)>>,
    decisions: Vec<Decision>,
    places: HashMap<String, u32>,
}

impl Differences {
    /// Takes in the next one.
    pub(super) fn push(&mut self, change: Change, seq: u64, would: Decision) {
        let text = serde_json::to_string(&would).unwrap_or_default();
        let next = u32::try_from(self.decisions.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(text).or_insert(next);
        if place == next {
            self.decisions.push(would);
        }
        self.by_change.entry(change).or_default().push((seq, place));
    }

    /// At most `limit`, newest first, with numbers below `before`.
    pub(super) fn page(&self, change: Change, before: Option<u64>, limit: usize) -> Vec<(u64, Decision)> {
        let all = self.by_change.get(&change).map(Vec::as_slice).unwrap_or_default();
        let end = before.map_or(all.len(), |before| all.partition_point(|(seq, _)| *seq < before));
        let page = all.iter().take(end).rev().take(limit);
        page.filter_map(|(seq, place)| Some((*seq, self.decisions.get(*place as usize)?.clone()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use evidence::reason::{Code, Reason};

    use super::*;

    #[test]
    fn pages_go_back_from_the_newest() {
        let mut differences = Differences::default();
        let denial = |code| Decision::deny(vec![Reason::new(code)]);
        for seq in [3, 5, 8, 13] {
            let code = if seq == 5 { Code::SystemFrozen } else { Code::BudgetExceeded };
            differences.push(Change::NewlyDenied, seq, denial(code));
        }
        let seqs = |before, limit| -> Vec<u64> {
            let page = differences.page(Change::NewlyDenied, before, limit);
            page.into_iter().map(|(seq, _)| seq).collect()
        };
        assert_eq!(seqs(None, 3), [13, 8, 5]);
        assert_eq!(seqs(Some(5), 3), [3]);
        assert_eq!(seqs(Some(4), 0), [0; 0]);
        assert_eq!(differences.page(Change::NewlyDenied, Some(8), 1), [(5, denial(Code::SystemFrozen))]);
        assert_eq!(differences.page(Change::NewlyAsked, None, 9), []);
        assert_eq!(differences.decisions.len(), 2);
    }
}
