//! The oracle: what rules mean, said a second time and without Cedar. Both must agree on anything.

use std::collections::BTreeSet;

use evidence::action::{Action, Record};
use evidence::commitment::Cell;
use evidence::compile::Authorization;
use evidence::contract::OperationKind;
use evidence::envelope::{Comparison, Condition, Effect, Rule, Side};
use evidence::value::Value;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::fixture::*;

fn oracle(rules: &[Rule], action: &Action, effects: &[Effect]) -> Authorization {
    let matching = |record: &Record, effects: &[Effect]| -> BTreeSet<usize> {
        let rules = rules.iter().enumerate();
        let rules = rules.filter(|(_, rule)| effects.contains(&rule.effect) && matches(rule, action, record));
        rules.map(|(place, _)| place).collect()
    };
    let ids = |sets: Vec<BTreeSet<usize>>| {
        let places: BTreeSet<usize> = sets.into_iter().flatten().collect();
        places.into_iter().map(|place| name(rules[place].id.as_str())).collect()
    };
    let sets = |effects: &[Effect]| {
        action.records.iter().map(|record| matching(record, effects)).collect::<Vec<_>>()
    };
    let (never, permits) = (sets(&[Effect::Never]), sets(effects));
    if never.iter().any(|set| !set.is_empty()) {
        Authorization::Forbidden(ids(never))
    } else if !permits.is_empty() && permits.iter().all(|set| !set.is_empty()) {
        Authorization::Permitted(ids(permits))
    } else {
        Authorization::Unmatched
    }
}

fn matches(rule: &Rule, action: &Action, record: &Record) -> bool {
    let columns: Vec<&str> = action.columns().collect();
    rule.agents.as_ref().is_none_or(|agents| agents.contains(&action.agent))
        && rule.operations.iter().flatten().any(|kind| kind.as_str() == action.operation.as_str())
        && rule.max_rows.is_none_or(|cap| action.records.len() <= cap as usize)
        && rule.columns.as_ref().is_none_or(|listed| {
            let listed = |column: &&str| listed.iter().any(|one| one == *column);
            if rule.effect == Effect::Never { columns.iter().any(listed) } else { columns.iter().all(listed) }
        })
        && rule.when.iter().all(|condition| holds(condition, action, record))
}

fn holds(condition: &Condition, action: &Action, record: &Record) -> bool {
    let column = condition.column.as_str();
    let value = match condition.of {
        Side::Before => record.before.as_ref().and_then(|state| match state.cells.get(column) {
            Some(Cell::Open { value, .. }) => Some(value),
            _ => None,
        }),
        Side::Set => action.set.get(column).map(|value| match value {
            evidence::action::Proposed::Open(value) => value,
            _ => unreachable!("only open values are made here"),
        }),
    };
    let Some(value) = value.filter(|value| **value != Value::Null) else {
        return false;
    };
    match &condition.is {
        Comparison::AtLeast(bound) => value.as_integer() >= bound.as_integer(),
        Comparison::AtMost(bound) => value.as_integer() <= bound.as_integer(),
        Comparison::Equal(other) => value == other,
        Comparison::NotEqual(other) => value != other,
        Comparison::OneOf(others) => others.contains(value),
    }
}

fn value(column: &'static str) -> BoxedStrategy<Value> {
    match column {
        "score" => select(vec![i64::MIN, -1, 0, 1, i64::MAX]).prop_map(Value::from_integer).boxed(),
        "vip" => any::<bool>().prop_map(Value::Bool).boxed(),
        _ => select(vec!["", "a", "\"", "\\\"", "\n", "é"]).prop_map(Value::from).boxed(),
    }
}

const COLUMNS: [&str; 3] = ["score", "stage", "vip"];

fn condition(sides: Vec<Side>) -> impl Strategy<Value = Condition> {
    let order =
        |value: Value| prop_oneof![Just(Comparison::AtLeast(value.clone())), Just(Comparison::AtMost(value))];
    let comparison = move |column: &'static str| {
        let equality = prop_oneof![
            value(column).prop_map(Comparison::Equal),
            value(column).prop_map(Comparison::NotEqual),
            vec(value(column), 1..4).prop_map(Comparison::OneOf),
        ];
        if column == "score" {
            prop_oneof![equality, value(column).prop_flat_map(order)].boxed()
        } else {
            equality.boxed()
        }
    };
    let column = select(COLUMNS.to_vec()).prop_flat_map(move |column| (Just(column), comparison(column)));
    (select(sides), column).prop_map(|(of, (column, is))| Condition { of, column: name(column), is })
}

prop_compose! {
    fn a_rule()(
        effect in select(vec![Effect::Allow, Effect::Allow, Effect::Ask, Effect::Never]),
        kinds in subsequence(OperationKind::ALL.to_vec(), 1..=3),
        agents in option::of(subsequence(vec!["helper", "intake", "other"], 1..=3)),
        columns in option::of(subsequence(vec!["score", "stage", "vip", "ssn"], 1..=4)),
        max_rows in option::of(1_u32..4),
    )(
        when in vec(condition(if kinds.contains(&OperationKind::Delete) { vec![Side::Before] } else { vec![Side::Before, Side::Set] }), 0..3),
        effect in Just(effect), kinds in Just(kinds), agents in Just(agents), columns in Just(columns), max_rows in Just(max_rows),
    ) -> Rule {
        Rule {
            operations: Some(kinds),
            agents: agents.map(|agents| agents.into_iter().map(name).collect()),
            columns: columns.map(|columns| columns.into_iter().map(name).collect()),
            max_rows,
            when,
            ..rule("r", effect)
        }
    }
}

fn cells() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let cell = |column| {
        option::of(prop_oneof![1 => Just(Value::Null), 5 => value(column)])
            .prop_map(move |value| (column, value))
    };
    COLUMNS
        .map(cell)
        .prop_map(|cells| cells.into_iter().filter_map(|(column, value)| Some((column, value?))).collect())
}

prop_compose! {
    fn an_action()(
        agent in select(vec!["helper", "intake"]),
        kind in select(OperationKind::ALL.to_vec()),
        set in cells(),
        before in vec(cells(), 0..4),
    ) -> Action {
        let records = before.iter().zip(0..).map(|(cells, id)| {
            let mut one = record(id, cells);
            one.before = one.before.filter(|_| kind != OperationKind::Insert);
            one
        });
        let set = if kind == OperationKind::Delete { vec![] } else { set };
        Action { agent: name(agent), operation: name(kind.as_str()), ..update(records.collect(), &set) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn cedar_answers_what_the_rules_say(mut rules in vec(a_rule(), 0..6), actions in vec(an_action(), 8)) {
        for (place, rule) in rules.iter_mut().enumerate() {
            rule.id = name(&format!("r{place}"));
        }
        let compiled = compiled(rules.clone());
        for action in actions {
            let answer = ask(&compiled, &action);
            prop_assert_eq!(&answer.auto, &oracle(&rules, &action, &[Effect::Allow]));
            let approved = oracle(&rules, &action, &[Effect::Allow, Effect::Ask]);
            let expected = (!matches!(answer.auto, Authorization::Permitted(_))).then_some(approved);
            prop_assert_eq!(answer.with_approval, expected);
        }
    }
}
