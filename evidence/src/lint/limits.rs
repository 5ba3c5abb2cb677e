//! Limits that limit nothing, or more than they seem to.

use super::scope::Scope;
use super::{Lint, LintCode, Place, Surroundings, matching};
use crate::contract::{Contract, OperationKind};
use crate::envelope::{Effect, Envelope, Limit};

/// What can be said about all limits.
pub(super) fn all(
    contract: &Contract,
    envelope: &Envelope,
    scopes: &[Scope<'_>],
    around: &Surroundings<'_>,
) -> Vec<Lint> {
    let mut lints = Vec::new();
    for limit in &envelope.limits {
        let at = Place::Limit(limit.id.clone());
        let unknown = unknown(contract, limit, &at);
        let is_known = unknown.is_empty();
        lints.extend(unknown);
        lints.extend(matching::strangers(&at, limit.agents.as_deref(), around));
        if is_known {
            lints.extend(reach(envelope, limit, scopes));
        }
    }
    lints
}

/// Whether some of what a rule permits by this operation counts against the limit.
pub(super) fn counts_some(limit: &Limit, scope: &Scope<'_>, kind: OperationKind) -> bool {
    let agents = match (&limit.agents, &scope.rule.agents) {
        (Some(counted), Some(named)) => named.iter().any(|agent| counted.contains(agent)),
        _ => true,
    };
    agents && counts_table_and_kind(limit, scope, kind)
}

fn counts_all(limit: &Limit, scope: &Scope<'_>) -> bool {
    let agents = match (&limit.agents, &scope.rule.agents) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(counted), Some(named)) => named.iter().all(|agent| counted.contains(agent)),
    };
    agents && scope.kinds.iter().all(|kind| counts_table_and_kind(limit, scope, *kind))
}

fn counts_table_and_kind(limit: &Limit, scope: &Scope<'_>, kind: OperationKind) -> bool {
    limit.table.as_ref().is_none_or(|table| *table == scope.rule.table)
        && limit.operations.as_ref().is_none_or(|kinds| kinds.contains(&kind))
}

fn unknown(contract: &Contract, limit: &Limit, at: &Place) -> Vec<Lint> {
    let Some(name) = &limit.table else { return Vec::new() };
    let Some(table) = contract.tables.get(name) else {
        return vec![Lint::new(at.clone(), LintCode::UnknownTable).with("table", name)];
    };
    let missing = limit.operations.iter().flatten().filter(|kind| !table.operations.contains_key(kind));
    let lint = |kind: &OperationKind| {
        let lint = Lint::new(at.clone(), LintCode::UnknownOperation).with("operation", kind.as_str());
        lint.with("table", name)
    };
    missing.map(lint).collect()
}

/// Whether anything counts against it, and whether the caps of rules fit into it.
fn reach(envelope: &Envelope, limit: &Limit, scopes: &[Scope<'_>]) -> Vec<Lint> {
    let permits = || scopes.iter().filter(|scope| scope.rule.effect != Effect::Never);
    let lint = |code| Lint::new(Place::Limit(limit.id.clone()), code);
    let counts = |scope: &Scope<'_>| scope.kinds.iter().any(|kind| counts_some(limit, scope, *kind));
    if envelope.cedar.is_none() && !permits().any(counts) {
        return vec![lint(LintCode::LimitUnreached)];
    }
    if limit.max_rows == 0 {
        return vec![lint(LintCode::LimitZero)];
    }
    let too_wide = permits().filter_map(|scope| {
        let cap = scope.rule.max_rows.filter(|cap| limit.max_rows < u64::from(*cap))?;
        let lint = lint(LintCode::LimitBelowCap).with("rows", limit.max_rows).with("cap", cap);
        (!scope.kinds.is_empty() && counts_all(limit, scope)).then(|| lint.with("rule", &scope.rule.id))
    });
    too_wide.collect()
}
