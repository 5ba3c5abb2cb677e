//! What a candidate changes, counted.

use std::collections::BTreeMap;

use super::{Candidate, Past};
use crate::decision::{Decision, Verdict};
use crate::name::Text;
use crate::reason::Code;

/// How an answer differs from the one that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It was not allowed at once, and would be.
    NewlyAllowed,
    /// Nobody was asked, and people would be.
    NewlyAsked,
    /// It was not denied, and would be.
    NewlyDenied,
    /// The verdict is the same.
    Same,
}

impl Change {
    /// Every change.
    pub const ALL: [Self; 4] = [Self::NewlyAllowed, Self::NewlyAsked, Self::NewlyDenied, Self::Same];

    /// The change from what was recorded to what would be.
    pub const fn between(recorded: Verdict, would: Verdict) -> Self {
        match (recorded, would) {
            (Verdict::Allow, Verdict::Allow)
            | (Verdict::Deny, Verdict::Deny)
            | (Verdict::Escalate, Verdict::Escalate) => Self::Same,
            (_, Verdict::Allow) => Self::NewlyAllowed,
            (_, Verdict::Deny) => Self::NewlyDenied,
            (_, Verdict::Escalate) => Self::NewlyAsked,
        }
    }
}

/// First decisions of actions, counted by how the candidate's answer differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By the verdict that was recorded and the one that would be.
    pub verdicts: BTreeMap<(Verdict, Verdict), u64>,
    /// By the codes of the candidate's reasons; each code once a decision.
    pub codes: BTreeMap<(Change, Code), u64>,
    /// By the codes of the recorded reasons, for what would no longer stand in the way.
    pub recorded_codes: BTreeMap<(Change, Code), u64>,
    /// By the candidate's rules, limits and policies that determine its answer; each once a decision.
    pub rules: BTreeMap<(Change, Text), u64>,
    /// How many of them were made under another contract than the candidate's.
    pub other_contract: u64,
}

impl Tally {
    /// Counts one.
    pub fn count(&mut self, candidate: &Candidate, past: &Past, would: &Decision) -> Change {
        let change = Change::between(past.decision.verdict, would.verdict);
        add(&mut self.verdicts, (past.decision.verdict, would.verdict));
        for code in codes(would) {
            add(&mut self.codes, (change, code));
        }
        for code in codes(&past.decision) {
            add(&mut self.recorded_codes, (change, code));
        }
        let reasons = would.reasons.iter().filter_map(|reason| reason.rule.as_ref());
        let mut rules: Vec<&Text> = would.rules.iter().chain(reasons).collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            add(&mut self.rules, (change, rule.clone()));
        }
        if past.standing.contract != Some(candidate.envelope().envelope().contract) {
            self.other_contract = self.other_contract.saturating_add(1);
        }
        change
    }

    /// How many there are of one change.
    pub fn of(&self, change: Change) -> u64 {
        let is_one = |(recorded, would): &(Verdict, Verdict)| Change::between(*recorded, *would) == change;
        let counts = self.verdicts.iter().filter(|(pair, _)| is_one(pair));
        counts.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// How many were counted.
    pub fn total(&self) -> u64 {
        self.verdicts.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many differ.
    pub fn differences(&self) -> u64 {
        self.total().saturating_sub(self.of(Change::Same))
    }
}

fn codes(decision: &Decision) -> Vec<Code> {
    let mut codes: Vec<Code> = decision.reasons.iter().map(|reason| reason.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    let count = counts.entry(key).or_default();
    *count = count.saturating_add(1);
}
