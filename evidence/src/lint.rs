//! Lints: what in an envelope probably isn't what its author meant.
//!
//! An envelope that compiles may still say nothing by a rule, allow more than it seems to, or ask people who aren't
//! there. A [`Lint`] says so in facts; the sentence is made from them where it is read. Each follows from contract,
//! envelope and [`Surroundings`] alone: what can't be shown to be so is not said. It is about what agents propose;
//! rollbacks are measured by what they undo. Hand-written Cedar is not looked into, and where it might change the
//! answer, nothing is said.

mod approvals;
mod code;
mod cover;
mod domain;
mod limits;
mod matching;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use code::{LintCode, Severity};

use crate::contract::{Consequence, Contract, OperationKind};
use crate::envelope::{Effect, Envelope};
use crate::name::{Identifier, Name};
use scope::Scope;

/// What is known around an envelope. What is `None` is not looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// The tenant's agents.
    pub agents: Option<&'a BTreeSet<Name>>,
    /// The approval groups, and how many people vote for each.
    pub groups: Option<&'a BTreeMap<Name, u32>>,
}

/// One thing to look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What it is about.
    pub at: Place,
    /// What is the matter.
    pub code: LintCode,
    /// The facts, by the names that [`LintCode::template`] has for them.
    pub facts: Vec<(&'static str, String)>,
}

/// A part of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The rule with this id.
    Rule(Name),
    /// The limit with this id.
    Limit(Name),
    /// The envelope's own approval.
    Approval,
    /// A table of the contract.
    Table(Identifier),
}

/// Everything that can be said about `envelope`, in its order: rules, limits, approval, tables.
pub fn lint(contract: &Contract, envelope: &Envelope, around: &Surroundings<'_>) -> Vec<Lint> {
    let scopes: Vec<Scope<'_>> = envelope.rules.iter().map(|rule| Scope::of(contract, rule)).collect();
    let mut lints = Vec::new();
    for (place, scope) in scopes.iter().enumerate() {
        let unknown = matching::unknown(scope);
        if unknown.is_empty() {
            let never = matching::never(scope);
            if never.is_empty() {
                lints.extend(cover::shadowed(&scopes, place));
                lints.extend(dangers(envelope, scope));
            }
            lints.extend(never);
        }
        lints.extend(unknown);
        lints.extend(matching::strangers(
            &Place::Rule(scope.rule.id.clone()),
            scope.rule.agents.as_deref(),
            around,
        ));
        lints.extend(approvals::of_rule(scope.rule, around));
    }
    lints.extend(limits::all(contract, envelope, &scopes, around));
    lints.extend(approvals::check(&Place::Approval, &envelope.approval, around));
    lints.extend(unmentioned(contract, envelope));
    lints
}

impl Lint {
    fn new(at: Place, code: LintCode) -> Self {
        Self { at, code, facts: Vec::new() }
    }

    fn of_rule(scope: &Scope<'_>, code: LintCode) -> Self {
        Self::new(Place::Rule(scope.rule.id.clone()), code)
    }

    fn with(mut self, name: &'static str, fact: impl fmt::Display) -> Self {
        self.facts.push((name, fact.to_string()));
        self
    }

    /// How much it matters.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// In English, for a log or a terminal.
impl fmt::Display for Lint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filled = self.facts.iter().fold(self.code.template().to_owned(), |text, (name, fact)| {
            text.replace(&format!("{{{name}}}"), fact)
        });
        write!(formatter, "{}: {filled}", self.at)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(id) => write!(formatter, "rule {id}"),
            Self::Limit(id) => write!(formatter, "limit {id}"),
            Self::Approval => formatter.write_str("approval"),
            Self::Table(table) => write!(formatter, "table {table}"),
        }
    }
}

/// What a rule lets happen that its author may not have thought of.
fn dangers(envelope: &Envelope, scope: &Scope<'_>) -> Vec<Lint> {
    let Some(table) = scope.table.filter(|_| scope.rule.effect == Effect::Allow) else { return Vec::new() };
    let mut lints = Vec::new();
    if let Some(terms) = table.operations.get(&OperationKind::Delete)
        && scope.kinds.contains(&OperationKind::Delete)
        && scope.rule.max_rows.is_none()
        && !envelope.limits.iter().any(|limit| limits::counts_some(limit, scope, OperationKind::Delete))
    {
        lints.push(Lint::of_rule(scope, LintCode::DeleteUncapped).with("rows", terms.max_rows));
    }
    for kind in &scope.kinds {
        let terms = table.operations.get(kind);
        if terms.is_some_and(|terms| terms.consequence == Consequence::Irreversible) {
            let lint = Lint::of_rule(scope, LintCode::AllowIrreversible).with("operation", kind.as_str());
            lints.push(lint.with("group", &envelope.approval.group));
        }
    }
    lints
}

/// The tables that no rule is about: whatever is proposed there is denied. Hand-written Cedar may be about any.
fn unmentioned<'a>(contract: &'a Contract, envelope: &'a Envelope) -> impl Iterator<Item = Lint> + 'a {
    let is_mentioned = |table: &Identifier| envelope.rules.iter().any(|rule| rule.table == *table);
    let tables = contract.tables.keys().filter(move |table| envelope.cedar.is_none() && !is_mentioned(table));
    tables.map(|table| Lint::new(Place::Table(table.clone()), LintCode::UnmentionedTable))
}
