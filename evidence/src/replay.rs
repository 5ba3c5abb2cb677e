//! Replay: what another envelope would have answered to what was really asked.
//!
//! Before an envelope is put in force, people want to know what it changes. So the decisions that a log really has are
//! put to it, one after the other, through the same [`decide`]. A [`Candidate`] is the envelope with its contract, a
//! [`Past`] is a recorded decision, and a [`Replay`] follows them in the log's order.
//!
//! **What stays as it was.** The action, with what the connector saw, and the standing: who was frozen, suspended or
//! unknown, the votes, what a rollback undoes. The candidate's documents stand in the place of those in force, whatever
//! those were: a decision made under another contract is put to the candidate's contract as its receipt has it, so a
//! column that was sealed then can't be read now. Whether the candidate is valid at the time is not asked, since it
//! usually becomes valid after all of it.
//!
//! **Where the candidate itself was in force**, everything stays as recorded, the documents and their validity included.
//! So it answers there what it answered then: an unchanged envelope gives no difference at all.
//!
//! **Limits are counted again**, for the writes that the candidate would have let run. As nobody can know what would have
//! happened, the count keeps to what did:
//!
//! | really | under the candidate | counts |
//! |---|---|---|
//! | any | allowed at once | when it was asked |
//! | allowed at once | asked | when it was asked, as if people had said yes at once, since it did run |
//! | asked | asked | when it was decided again, if the candidate would have allowed it then, with the votes that there are |
//! | denied | asked | never: nobody was asked, so nobody said yes |
//! | any | denied | never |
//!
//! What was allowed before the replay begins counts as it really did. Where the candidate comes into force in the log,
//! the count is from then on that of the log, for that is what it decided on.

mod past;
mod tally;

use std::collections::BTreeMap;

pub use past::Past;
pub use tally::{Change, Tally};

use crate::compile::Compiled;
use crate::contract::Contract;
use crate::decide::decide;
use crate::decision::{Decision, Verdict};
use crate::history::window::{AllowedWrite, Window};
use crate::name::Name;
use crate::standing::Standing;

/// An envelope that may be put in force, with its contract.
#[derive(Clone, Debug)]
pub struct Candidate {
    contract: Contract,
    envelope: Compiled,
    /// The same for where it was not in force: valid at any time.
    timeless: Compiled,
}

impl Candidate {
    /// `envelope`, which was compiled for `contract`.
    pub fn new(contract: Contract, envelope: Compiled) -> Self {
        let timeless = envelope.valid_at_any_time();
        Self { contract, envelope, timeless }
    }

    /// The envelope.
    pub const fn envelope(&self) -> &Compiled {
        &self.envelope
    }

    /// The contract.
    pub const fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The connector that it is about; decisions of others are none of its business.
    pub const fn connector(&self) -> &Name {
        &self.contract.connector
    }

    /// The longest window of its limits, in seconds: how far before its beginning a replay has to know what was allowed.
    pub fn longest_window_seconds(&self) -> u32 {
        self.envelope.envelope().limits.iter().map(|limit| limit.window_seconds).max().unwrap_or_default()
    }

    /// What it answers where nothing of any limit is spent yet. Nearly all of a replay's work is here, and as it depends on
    /// nothing but `past`, it can be done for many at once. [`Replay::settle`] takes it from there.
    pub fn unspent(&self, past: &Past) -> Decision {
        let nothing = self.envelope.envelope().limits.iter().map(|limit| (limit.id.clone(), 0));
        self.decide(past, nothing.collect())
    }

    fn was_in_force(&self, past: &Past) -> bool {
        past.standing.envelope == Some(self.envelope.digest())
    }

    fn decide(&self, past: &Past, spent: BTreeMap<Name, u64>) -> Decision {
        let mut standing = Standing { spent, ..past.standing.clone() };
        if self.was_in_force(past) {
            return decide(Some(&self.contract), Some(&self.envelope), &past.action, &standing, past.time);
        }
        standing.contract = Some(self.envelope.envelope().contract);
        standing.envelope = Some(self.envelope.digest());
        if let Some(approval) = &mut standing.approval {
            approval.envelope = standing.envelope;
        }
        decide(Some(&self.contract), Some(&self.timeless), &past.action, &standing, past.time)
    }
}

/// The course that a log would have taken.
#[derive(Clone, Debug)]
pub struct Replay<'a> {
    candidate: &'a Candidate,
    /// What was really spent of the candidate's limits.
    really: Vec<Window>,
    /// What would have been.
    would: Vec<Window>,
    /// What the candidate would have answered to what people were really asked about, by the number of the decision that
    /// asked.
    asked: BTreeMap<u64, Verdict>,
    /// Whether the candidate was in force at the latest decision.
    in_force: bool,
}

impl<'a> Replay<'a> {
    /// The beginning, where nothing is spent.
    pub fn new(candidate: &'a Candidate) -> Self {
        let limits = &candidate.envelope.envelope().limits;
        let windows: Vec<Window> =
            limits.iter().map(|limit| Window::open(candidate.connector(), limit)).collect();
        Self { candidate, really: windows.clone(), would: windows, asked: BTreeMap::new(), in_force: false }
    }

    /// Takes in a decision from before the replay begins: it spent what it really spent.
    pub fn before(&mut self, past: &Past) {
        if past.decision.verdict == Verdict::Allow {
            let write = AllowedWrite::new(&past.action, past.time);
            self.really.iter_mut().chain(&mut self.would).for_each(|window| window.count(&write));
        }
    }

    /// What the candidate would have answered to the next decision of the log. `None` if it is not the first about its
    /// action, or of another connector.
    pub fn follow(&mut self, past: &Past) -> Option<Decision> {
        if past.action.connector != *self.candidate.connector() {
            return None;
        }
        self.settle(past, self.candidate.unspent(past))
    }

    /// The same, from what [`Candidate::unspent`] answered.
    pub fn settle(&mut self, past: &Past, unspent: Decision) -> Option<Decision> {
        if past.action.connector != *self.candidate.connector() {
            return None;
        }
        let in_force = self.candidate.was_in_force(past);
        if in_force && !self.in_force {
            self.would.clone_from(&self.really);
        }
        self.in_force = in_force;
        let would = self.within_limits(past, unspent);
        let runs = self.runs(past, &would);
        let write = AllowedWrite::new(&past.action, past.time);
        if past.decision.verdict == Verdict::Allow {
            self.really.iter_mut().for_each(|window| window.count(&write));
        }
        if runs {
            self.would.iter_mut().for_each(|window| window.count(&write));
        }
        past.is_first().then_some(would)
    }

    /// What is spent changes an answer only where it leaves too little: no other wall looks at it.
    fn within_limits(&mut self, past: &Past, unspent: Decision) -> Decision {
        let action = &past.action;
        let counting = self.would.iter_mut().filter(|window| {
            window.limit().counts(action.agent.as_str(), action.table.as_str(), action.operation.as_str())
        });
        let mut is_over = false;
        let mut spent = BTreeMap::new();
        for window in counting {
            let sum = window.sum_at(past.time);
            is_over |= sum.saturating_add(action.rows()) > window.limit().max_rows;
            spent.insert(window.limit().id.clone(), sum);
        }
        if is_over { self.candidate.decide(past, spent) } else { unspent }
    }

    /// Whether the write runs at this point of the course.
    fn runs(&mut self, past: &Past, would: &Decision) -> bool {
        let (really, would) = (past.decision.verdict, would.verdict);
        let Some(approval) = &past.standing.approval else {
            if really == Verdict::Escalate {
                self.asked.insert(past.seq, would);
            }
            return would == Verdict::Allow || (would == Verdict::Escalate && really == Verdict::Allow);
        };
        match self.asked.get(&approval.decision.seq) {
            // It was asked before the replay began.
            None => really == Verdict::Allow,
            Some(asked) => *asked == Verdict::Escalate && would == Verdict::Allow,
        }
    }
}
