//! How often what matters happened: what holds for cases in which nothing happens says nothing.

use std::collections::BTreeMap;

use evidence::decision::Verdict;
use evidence::receipt::OutcomeStatus;

use crate::action::{Action, State};
use crate::cast::Table;
use crate::model::Model;

/// How often each happened, in all cases together.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    /// Adds what happened in a case.
    pub fn count(&mut self, model: &Model) {
        for action in &model.actions {
            self.add("actions", 1);
            for (happened, what) in happened(action) {
                self.add(what, usize::from(happened));
            }
        }
        let pairs = model.writes.values().flat_map(|writes| writes.windows(2));
        self.add("records changed outside", pairs.filter(|pair| pair[0].after != pair[1].before).count());
        self.add("notices", model.notices.len());
    }

    /// What never happened.
    pub fn missing(&self) -> Vec<&'static str> {
        self.0.iter().filter(|(_, count)| **count == 0).map(|(what, _)| *what).collect()
    }

    fn add(&mut self, what: &'static str, count: usize) {
        *self.0.entry(what).or_default() += count;
    }
}

fn happened(action: &Action) -> [(bool, &'static str); 9] {
    let committed = action.state == State::Settled(OutcomeStatus::Committed);
    let undoes = action.undoes.is_some();
    let first = action.verdicts[0];
    let last = action.verdicts[1..].last();
    [
        (first == Verdict::Allow, "allowed at once"),
        (first == Verdict::Deny, "denied at once"),
        (last == Some(&Verdict::Allow), "allowed by people"),
        (last == Some(&Verdict::Deny), "denied after a while"),
        (committed, "committed"),
        (action.state == State::Settled(OutcomeStatus::NotApplied), "not applied"),
        (committed && undoes && action.table == Table::Notes, "restored"),
        (committed && undoes && action.table == Table::Lines, "restored or compensated"),
        (committed && action.table == Table::Parts, "attested"),
    ]
}
