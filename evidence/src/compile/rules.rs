//! One rule as one Cedar policy.

use super::check;
use super::fault;
use super::literal::{of_column, quoted, set};
use super::schema::{AGENT, AUTO, WITH_APPROVAL, action_id};
use crate::contract::{Class, Column, ColumnType, Contract, OperationKind, Table};
use crate::envelope::{Comparison, Condition, Effect, EnvelopeError, Rule, Side};
use crate::name::Identifier;
use crate::value::Value;

/// The most conditions of a rule. Cedar nests them, so they bound the stack that a decision needs.
const MAX_CONDITIONS: usize = 50;

/// The policy of a rule, in two forms of one meaning.
pub(super) struct RulePolicy {
    /// The policy, ending with a newline.
    pub(super) text: String,
    /// The same without its actions, for where the action is known to be one of them: to Cedar, looking for an action
    /// in a list is more work than the rest of a policy.
    pub(super) at_gate: String,
}

/// The policy of `rule`, or what in the rule does not fit the contract.
pub(super) fn policy(contract: &Contract, rule: &Rule) -> Result<RulePolicy, EnvelopeError> {
    let at = format!("rules.{}", rule.id);
    let table = contract.tables.get(&rule.table);
    let table = table
        .ok_or_else(|| fault(format!("{at}.table"), format!("the contract has no table {}", rule.table)))?;
    approval(&at, rule)?;
    let kinds = operations(&at, rule, table)?;
    let matches = [row_cap(&at, rule)?, agents(&at, rule)?, columns(&at, rule, table)?];
    let matches = matches.into_iter().flatten().map(Ok).chain(conditions(&at, rule, table, &kinds)?);
    let matches = matches.collect::<Result<Vec<String>, _>>()?;
    let conditions = if matches.is_empty() {
        String::new()
    } else {
        format!("\nwhen {{\n  {}\n}}", matches.join(" &&\n  "))
    };
    let id = quoted(rule.id.as_str());
    let (effect, actions) = effect(rule, &kinds);
    let with = |action: &str| {
        format!("@id({id})\n{effect} (\n  principal,\n  {action},\n  resource\n){conditions};\n")
    };
    let text = with(&format!("action in [\n    {}\n  ]", actions.join(",\n    ")));
    Ok(RulePolicy { text, at_gate: with("action") })
}

/// Cedar's word for the rule's effect, and the actions that it is about.
fn effect(rule: &Rule, kinds: &[OperationKind]) -> (&'static str, Vec<String>) {
    let (effect, manners): (_, &[&str]) = match rule.effect {
        Effect::Allow => ("permit", &[AUTO, WITH_APPROVAL]),
        Effect::Ask => ("permit", &[WITH_APPROVAL]),
        Effect::Never => ("forbid", &[AUTO, WITH_APPROVAL]),
    };
    let ids = kinds
        .iter()
        .flat_map(|kind| manners.iter().map(|manner| action_id(rule.table.as_str(), *kind, manner)));
    (effect, ids.map(|id| format!("Action::{}", quoted(&id))).collect())
}

fn approval(at: &str, rule: &Rule) -> Result<(), EnvelopeError> {
    let at = format!("{at}.approval");
    match (rule.effect, &rule.approval) {
        (Effect::Ask, Some(approval)) => check::approval(&at, approval),
        (Effect::Ask, None) => Err(fault(at, "is missing; say who approves")),
        (_, Some(_)) => Err(fault(at, "is for rules that ask; leave it out")),
        (_, None) => Ok(()),
    }
}

/// The operations that a rule is about, in one order whatever the rule's was.
fn operations(at: &str, rule: &Rule, table: &Table) -> Result<Vec<OperationKind>, EnvelopeError> {
    let at_operations = format!("{at}.operations");
    check::list(at, "operations", rule.operations.as_deref())?;
    if let Some(kind) = rule.operations.iter().flatten().find(|kind| !table.operations.contains_key(kind)) {
        return Err(fault(at_operations, format!("the contract has no {} on {}", kind.as_str(), rule.table)));
    }
    let named = |kind: &OperationKind| rule.operations.as_ref().is_none_or(|kinds| kinds.contains(kind));
    let kinds: Vec<OperationKind> = table.operations.keys().copied().filter(named).collect();
    if kinds.is_empty() {
        return Err(fault(at_operations, format!("the contract has no operation on {}", rule.table)));
    }
    Ok(kinds)
}

fn row_cap(at: &str, rule: &Rule) -> Result<Option<String>, EnvelopeError> {
    match rule.max_rows {
        Some(0) => Err(fault(
            format!("{at}.max_rows"),
            "is 0, so it matches nothing; name at least 1 or leave it out",
        )),
        Some(cap) => Ok(Some(format!("context.rows <= {cap}"))),
        None => Ok(None),
    }
}

fn agents(at: &str, rule: &Rule) -> Result<Option<String>, EnvelopeError> {
    check::list(at, "agents", rule.agents.as_deref())?;
    let entity = |name: &str| format!("{AGENT}::{}", quoted(name));
    Ok(rule.agents.as_deref().map(|agents| match agents {
        [agent] => format!("principal == {}", entity(agent.as_str())),
        // Not a chain of `||`, which would nest as deep as the list is long.
        _ => format!("{}.contains(principal)", set(agents.iter().map(|agent| entity(agent.as_str())))),
    }))
}

fn columns(at: &str, rule: &Rule, table: &Table) -> Result<Option<String>, EnvelopeError> {
    check::list(at, "columns", rule.columns.as_deref())?;
    if let Some(unknown) = rule.columns.iter().flatten().find(|name| !table.columns.contains_key(*name)) {
        return Err(fault(format!("{at}.columns"), format!("{} has no column {unknown}", rule.table)));
    }
    let test = if rule.effect == Effect::Never { "containsAny" } else { "containsAll" };
    let names = |columns: &[Identifier]| set(columns.iter().map(|name| quoted(name.as_str())));
    Ok(rule.columns.as_deref().map(|columns| format!("{}.{test}(context.columns)", names(columns))))
}

fn conditions<'a>(
    at: &'a str,
    rule: &'a Rule,
    table: &'a Table,
    kinds: &'a [OperationKind],
) -> Result<impl Iterator<Item = Result<String, EnvelopeError>> + 'a, EnvelopeError> {
    if rule.when.len() > MAX_CONDITIONS {
        return Err(fault(
            format!("{at}.when"),
            format!("has more than {MAX_CONDITIONS} conditions; use two rules"),
        ));
    }
    Ok(rule
        .when
        .iter()
        .enumerate()
        .map(move |(place, one)| condition(&format!("{at}.when.{place}"), one, table, kinds)))
}

fn condition(
    at: &str,
    condition: &Condition,
    table: &Table,
    kinds: &[OperationKind],
) -> Result<String, EnvelopeError> {
    let name = &condition.column;
    let column =
        table.columns.get(name).ok_or_else(|| fault(at, format!("the table has no column {name}")))?;
    if column.class == Class::Sealed {
        return Err(fault(
            at,
            format!("{name} is sealed, and sealed columns can't be read by rules; use an open column"),
        ));
    }
    if condition.of == Side::Set && kinds.contains(&OperationKind::Delete) {
        return Err(fault(
            at,
            "reads what is set, but a delete sets nothing; name the other operations only",
        ));
    }
    let record = match condition.of {
        Side::Before => "resource",
        Side::Set => "context.set",
    };
    let name = quoted(name.as_str());
    let test = comparison(at, &condition.is, column, &format!("{record}[{name}]"))?;
    Ok(format!("{record} has {name} && {test}"))
}

fn comparison(at: &str, is: &Comparison, column: &Column, left: &str) -> Result<String, EnvelopeError> {
    let literal = |value: &Value| {
        of_column(column, value)
            .ok_or_else(|| fault(at, format!("a value is null or not of the type {:?}", column.kind)))
    };
    if matches!(is, Comparison::AtLeast(_) | Comparison::AtMost(_)) && column.kind != ColumnType::Integer {
        return Err(fault(at, "only integer columns have an order; compare with equal or one_of"));
    }
    Ok(match is {
        Comparison::AtLeast(value) => format!("{left} >= {}", literal(value)?),
        Comparison::AtMost(value) => format!("{left} <= {}", literal(value)?),
        Comparison::Equal(value) => format!("{left} == {}", literal(value)?),
        Comparison::NotEqual(value) => format!("{left} != {}", literal(value)?),
        Comparison::OneOf(values) => {
            check::list(at, "one_of", Some(values))?;
            let values = values.iter().map(literal).collect::<Result<Vec<_>, _>>()?;
            format!("{}.contains({left})", set(values.into_iter()))
        }
    })
}
