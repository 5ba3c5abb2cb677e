//! What people's answers come to, and their silence.

use std::collections::BTreeSet;

use evidence::decision::Verdict;

use crate::action::{State, Undo};
use crate::cast::Person;
use crate::model::{Answer, Model, back};

impl Model {
    pub fn vote(&mut self, which: usize, by: Person, approve: bool) -> Answer {
        let Some(number) = back(&self.escalated(), which).copied() else { return Answer::Done };
        let now = self.now;
        let State::Waiting { until, votes, .. } = &mut self.actions[number].state else {
            return Answer::Over;
        };
        // A vote that comes too late counts for nothing.
        if now < *until || !approve {
            votes.push((by, approve));
        }
        match self.decide_again(number) {
            Some(_) => self.answer(number, true),
            None => Answer::Waits,
        }
    }

    /// What follows from the votes, or from there being none; `None` while it waits.
    fn decide_again(&mut self, number: usize) -> Option<Verdict> {
        let action = self.actions[number].clone();
        let State::Waiting { quorum, until, version, votes } = &action.state else { return None };
        let is_void = !self.passes(&action)
            || self.tenants[action.tenant].version != *version
            || action.undoes.is_some_and(|original| self.is_too_late_to_restore(original))
            || votes.iter().any(|(by, approve)| !approve || action.on_behalf_of == Some(*by));
        let approvers: BTreeSet<Person> = votes.iter().map(|(by, _)| *by).collect();
        if is_void {
            Some(self.permit(number, Verdict::Deny))
        } else if approvers.len() >= *quorum as usize {
            Some(self.permit(number, Verdict::Allow))
        } else {
            (self.now >= *until).then(|| self.permit(number, Verdict::Deny))
        }
    }

    /// Silence is a denial.
    pub fn expire(&mut self) {
        for number in 0..self.actions.len() {
            if matches!(self.actions[number].state, State::Waiting { until, .. } if self.now >= until) {
                self.decide_again(number);
            }
        }
    }

    fn is_too_late_to_restore(&self, original: usize) -> bool {
        matches!(self.actions[original].undo, Undo::Restore { until } if self.now >= until)
    }
}
