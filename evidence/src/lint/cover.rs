//! Rules that other rules leave nothing to say.

use super::scope::Scope;
use super::{Lint, LintCode};
use crate::contract::OperationKind;
use crate::envelope::Effect;

/// The first rule that leaves nothing to the one at `place`.
pub(super) fn shadowed(scopes: &[Scope<'_>], place: usize) -> Option<Lint> {
    let scope = scopes.get(place)?;
    let mut others = scopes.iter().enumerate().filter(|(other, _)| *other != place);
    others.find_map(|(other, wider)| by(scope, wider, other < place))
}

/// How `wider` leaves nothing to `scope`, if it does.
fn by(scope: &Scope<'_>, wider: &Scope<'_>, is_earlier: bool) -> Option<Lint> {
    let code = code(scope, wider, is_earlier)?;
    // Of two that cover each other, the earlier one stays.
    let is_twin = || scope.rule.effect == wider.rule.effect && !is_earlier && covers(scope, wider);
    if !covers(wider, scope) || is_twin() {
        return None;
    }
    let lint = Lint::of_rule(scope, code).with("by", &wider.rule.id);
    Some(match &scope.rule.approval {
        Some(approval) if code == LintCode::AskAllowed => lint.with("group", &approval.group),
        _ => lint,
    })
}

/// What it comes to if `wider` covers `scope`. Of several rules that ask, the first says whom.
fn code(scope: &Scope<'_>, wider: &Scope<'_>, is_earlier: bool) -> Option<LintCode> {
    match (scope.rule.effect, wider.rule.effect) {
        (Effect::Allow, Effect::Allow) | (Effect::Never, Effect::Never) => Some(LintCode::Shadowed),
        (Effect::Ask, Effect::Ask) => {
            (is_earlier || scope.rule.approval == wider.rule.approval).then_some(LintCode::Shadowed)
        }
        (Effect::Ask, Effect::Allow) => Some(LintCode::AskAllowed),
        (Effect::Allow | Effect::Ask, Effect::Never) => Some(LintCode::Overruled),
        (Effect::Allow, Effect::Ask) | (Effect::Never, Effect::Allow | Effect::Ask) => None,
    }
}

/// Whether `wider` matches whatever `scope` matches.
fn covers(wider: &Scope<'_>, scope: &Scope<'_>) -> bool {
    let (outer, inner) = (wider.rule, scope.rule);
    let agents = match (&outer.agents, &inner.agents) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(outer), Some(inner)) => inner.iter().all(|agent| outer.contains(agent)),
    };
    agents
        && outer.table == inner.table
        && scope.kinds.is_subset(&wider.kinds)
        && outer.max_rows.is_none_or(|cap| scope.most_rows() <= cap)
        && covers_columns(wider, scope)
        && covers_conditions(wider, scope)
}

fn covers_columns(wider: &Scope<'_>, scope: &Scope<'_>) -> bool {
    let Some(outer) = &wider.rule.columns else { return true };
    let inner_any = scope.rule.columns.as_ref().filter(|_| scope.rule.effect == Effect::Never);
    let is_delete = scope.kinds.contains(&OperationKind::Delete);
    if wider.rule.effect == Effect::Never {
        // It matches where any of its columns is set, which a delete does not do.
        return match inner_any {
            Some(inner) => inner.iter().all(|column| outer.contains(column)),
            None => !is_delete && scope.sets().into_iter().all(|column| outer.contains(column)),
        };
    }
    scope.sets().into_iter().all(|column| outer.contains(column))
}

/// A value that is not there satisfies no condition, so each column that `wider` reads must be one that `scope` reads.
fn covers_conditions(wider: &Scope<'_>, scope: &Scope<'_>) -> bool {
    wider
        .domains
        .iter()
        .all(|(column, outer)| scope.domains.get(column).is_some_and(|inner| inner.is_within(outer)))
}
