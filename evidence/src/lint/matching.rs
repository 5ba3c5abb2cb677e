//! Rules that match nothing.

use super::scope::Scope;
use super::{Lint, LintCode, Place, Surroundings};
use crate::contract::{Class, OperationKind};
use crate::name::Name;

/// What the contract does not have, or no rule may read. All of it, where the compiler stops at the first.
pub(super) fn unknown(scope: &Scope<'_>) -> Vec<Lint> {
    let rule = scope.rule;
    let Some(table) = scope.table else {
        return vec![Lint::of_rule(scope, LintCode::UnknownTable).with("table", &rule.table)];
    };
    let mut lints = Vec::new();
    for kind in rule.operations.iter().flatten().filter(|kind| !table.operations.contains_key(kind)) {
        let lint = Lint::of_rule(scope, LintCode::UnknownOperation).with("operation", kind.as_str());
        lints.push(lint.with("table", &rule.table));
    }
    for column in rule.columns.iter().flatten().chain(rule.when.iter().map(|condition| &condition.column)) {
        if !table.columns.contains_key(column) {
            let lint = Lint::of_rule(scope, LintCode::UnknownColumn).with("table", &rule.table);
            lints.push(lint.with("column", column));
        }
    }
    for condition in &rule.when {
        if table.columns.get(&condition.column).is_some_and(|column| column.class == Class::Sealed) {
            lints.push(Lint::of_rule(scope, LintCode::SealedCondition).with("column", &condition.column));
        }
    }
    lints
}

/// Why it can't match anything.
pub(super) fn never(scope: &Scope<'_>) -> Vec<Lint> {
    let mut lints = Vec::new();
    for ((_, column), domain) in &scope.domains {
        if domain.is_empty() {
            lints.push(Lint::of_rule(scope, LintCode::Contradiction).with("column", column));
        }
    }
    let only_inserts = scope.kinds.iter().all(|kind| *kind == OperationKind::Insert);
    let sets = scope.sets();
    for (is_set, column) in scope.domains.keys() {
        if *is_set && !sets.contains(column) {
            lints.push(Lint::of_rule(scope, LintCode::NeverSet).with("column", column));
        }
        if !is_set && only_inserts {
            lints.push(Lint::of_rule(scope, LintCode::NothingBefore).with("column", column));
        }
    }
    if sets_none_of_its_columns(scope) {
        lints.push(Lint::of_rule(scope, LintCode::ColumnsNeverSet));
    }
    lints
}

/// A delete sets no column, so `allow` and `ask` match it whatever columns they name, and `never` does not.
fn sets_none_of_its_columns(scope: &Scope<'_>) -> bool {
    let Some(named) = &scope.rule.columns else { return false };
    let is_delete_matched =
        scope.rule.effect != crate::envelope::Effect::Never && scope.kinds.contains(&OperationKind::Delete);
    let settable = scope.settable();
    !is_delete_matched && !named.iter().any(|column| settable.contains(column))
}

/// Agents that the tenant does not have.
pub(super) fn strangers(at: &Place, agents: Option<&[Name]>, around: &Surroundings<'_>) -> Option<Lint> {
    let (named, known) = (agents?, around.agents?);
    let strangers: Vec<&str> =
        named.iter().filter(|agent| !known.contains(*agent)).map(Name::as_str).collect();
    let code = match strangers.len() {
        0 => return None,
        all if all == named.len() => LintCode::NoAgent,
        _ => LintCode::UnknownAgents,
    };
    Some(Lint::new(at.clone(), code).with("agents", strangers.join(", ")))
}
