//! Questions to people who aren't there.

use super::{Lint, LintCode, Place, Surroundings};
use crate::envelope::{Approval, Rule};

/// Of a rule that asks.
pub(super) fn of_rule(rule: &Rule, around: &Surroundings<'_>) -> Option<Lint> {
    check(&Place::Rule(rule.id.clone()), rule.approval.as_ref()?, around)
}

/// Whether enough people can answer.
pub(super) fn check(at: &Place, approval: &Approval, around: &Surroundings<'_>) -> Option<Lint> {
    let people = around.groups?.get(&approval.group).copied().unwrap_or_default();
    let lint = |code| Lint::new(at.clone(), code).with("group", &approval.group);
    if people == 0 {
        return Some(lint(LintCode::GroupEmpty));
    }
    let is_short = approval.quorum > people;
    is_short.then(|| lint(LintCode::QuorumTooLarge).with("quorum", approval.quorum).with("people", people))
}
