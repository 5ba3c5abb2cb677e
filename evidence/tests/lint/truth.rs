//! What a lint says is so: no action of any shape shows the contrary.

use evidence::action::{Action, Proposed, State};
use evidence::commitment::Cell;
use evidence::compile::{Answers, Authorization};
use evidence::contract::OperationKind;
use evidence::digest::Digest;
use evidence::envelope::{Comparison, Condition, Effect, Envelope, Rule, Side};
use evidence::lint::{LintCode, Place, Surroundings, lint};
use evidence::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::fixture::{ask, contract, envelope, name, record, rule, update, valid};

const COLUMNS: [&str; 3] = ["stage", "score", "vip"];

fn integer() -> impl Strategy<Value = Value> {
    (1..4_i64).prop_map(Value::Integer)
}

fn condition() -> impl Strategy<Value = Condition> {
    let number = prop_oneof![
        integer().prop_map(Comparison::AtLeast),
        integer().prop_map(Comparison::AtMost),
        integer().prop_map(Comparison::Equal),
        integer().prop_map(Comparison::NotEqual),
        vec(integer(), 1..3).prop_map(Comparison::OneOf),
    ];
    let truth = any::<bool>().prop_map(Value::Bool);
    let truth = prop_oneof![truth.clone().prop_map(Comparison::Equal), truth.prop_map(Comparison::NotEqual)];
    let stage = select(vec!["a", "b"]).prop_map(Value::from);
    let stage = prop_oneof![stage.clone().prop_map(Comparison::Equal), stage.prop_map(Comparison::NotEqual)];
    let which = prop_oneof![
        3 => number.prop_map(|is| ("score", is)),
        1 => truth.prop_map(|is| ("vip", is)),
        1 => stage.prop_map(|is| ("stage", is)),
    ];
    (which, prop::bool::weighted(0.7)).prop_map(|((column, is), before)| Condition {
        of: if before { Side::Before } else { Side::Set },
        column: name(column),
        is,
    })
}

fn some_rule() -> impl Strategy<Value = Rule> {
    let effect = select(vec![Effect::Allow, Effect::Ask, Effect::Never]);
    let kinds = prop::option::of(subsequence(
        vec![OperationKind::Insert, OperationKind::Update, OperationKind::Delete],
        1..=3,
    ));
    let agents = prop::option::weighted(0.3, subsequence(vec!["helper", "seller"], 1..=2));
    let columns = prop::option::of(subsequence(vec!["stage", "score", "vip", "ssn", "id"], 1..=4));
    (effect, kinds, agents, columns, prop::option::weighted(0.4, 1..3_u32), vec(condition(), 0..3)).prop_map(
        |(effect, operations, agents, columns, max_rows, when)| {
            let deletes = operations.as_ref().is_none_or(|kinds| kinds.contains(&OperationKind::Delete));
            Rule {
                operations,
                agents: agents.map(|agents| agents.into_iter().map(name).collect()),
                columns: columns.map(|columns| columns.into_iter().map(name).collect()),
                max_rows,
                // A delete sets nothing, so the compiler refuses such a condition there.
                when: when.into_iter().filter(|one| one.of == Side::Before || !deletes).collect(),
                ..rule("r", effect)
            }
        },
    )
}

fn some_envelope() -> impl Strategy<Value = Envelope> {
    vec(some_rule(), 1..5).prop_map(|mut rules| {
        for (place, rule) in rules.iter_mut().enumerate() {
            rule.id = name(&format!("r{place}"));
        }
        envelope(rules)
    })
}

/// A value for each column, or nothing there.
fn row() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let values = (
        prop::option::of(select(vec!["a", "b"])),
        prop::option::of(integer()),
        prop::option::of(any::<bool>()),
    );
    values.prop_map(|(stage, score, vip)| {
        let cells = [stage.map(Value::from), score, vip.map(Value::Bool)];
        COLUMNS.into_iter().zip(cells).filter_map(|(column, value)| Some((column, value?))).collect()
    })
}

fn action() -> impl Strategy<Value = Action> {
    let kind = select(vec![
        OperationKind::Insert,
        OperationKind::Update,
        OperationKind::Update,
        OperationKind::Delete,
    ]);
    let set = row().prop_filter("something is set", |set| !set.is_empty());
    (kind, vec(row(), 1..4), set, any::<bool>(), any::<bool>()).prop_map(|(kind, rows, set, ssn, seller)| {
        let records = (1..).zip(&rows).map(|(id, row)| {
            let mut record = record(id, row);
            if kind == OperationKind::Insert {
                record.before = None;
                let cell = |value: &Value| Cell::Open { salt: String::new(), value: value.clone() };
                let cells = set.iter().map(|(column, value)| (name(column), cell(value))).collect();
                record.after = Some(State { cells, hash: Digest::of(b"state") });
            }
            record
        });
        let mut action = update(records.collect(), &set);
        action.operation = name(kind.as_str());
        match kind {
            OperationKind::Delete => action.set.clear(),
            _ if ssn => drop(action.set.insert(name("ssn"), Proposed::Sealed { conforms: true })),
            _ => {}
        }
        if seller {
            action.agent = name("seller");
        }
        action
    })
}

/// What an answer comes to, whoever determined it.
fn verdict(answers: &Answers) -> (u8, Option<u8>) {
    let rank = |answer: &Authorization| match answer {
        Authorization::Permitted(_) => 0,
        // Whether a rule forbids it or none permits it, it is denied.
        Authorization::Unmatched | Authorization::Forbidden(_) => 1,
        Authorization::Failed(_) => 2,
    };
    (rank(&answers.auto), answers.with_approval.as_ref().map(rank))
}

fn determines(answers: &Answers, rule: &str) -> bool {
    let of = |answer: &Authorization| match answer {
        Authorization::Permitted(ids) | Authorization::Forbidden(ids) | Authorization::Failed(ids) => {
            ids.iter().any(|id| id == rule)
        }
        Authorization::Unmatched => false,
    };
    of(&answers.auto) || answers.with_approval.as_ref().is_some_and(of)
}

/// Whom the first asking rule of an answer asks.
fn asked<'a>(envelope: &'a Envelope, answers: &Answers) -> Option<&'a evidence::envelope::Approval> {
    let Some(Authorization::Permitted(ids)) = &answers.with_approval else { return None };
    let mut rules = envelope.rules.iter().filter(|rule| ids.iter().any(|id| rule.id == *id.as_str()));
    rules.find_map(|rule| rule.approval.as_ref())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn no_action_shows_the_contrary(whole in some_envelope(), actions in vec(action(), 1..12)) {
        let Ok(compiled) = valid(&contract(), whole.clone()) else { return Ok(()) };
        for found in lint(&contract(), &whole, &Surroundings::default()) {
            let Place::Rule(id) = &found.at else { continue };
            let without = envelope(whole.rules.iter().filter(|rule| rule.id != *id).cloned());
            let smaller = valid(&contract(), without.clone()).unwrap();
            for action in &actions {
                let (answers, others) = (ask(&compiled, action), ask(&smaller, action));
                match found.code {
                    LintCode::Contradiction | LintCode::NeverSet | LintCode::NothingBefore | LintCode::ColumnsNeverSet => {
                        prop_assert!(!determines(&answers, id.as_str()), "{found}: {action:?}");
                    }
                    LintCode::Shadowed | LintCode::Overruled | LintCode::AskAllowed => {
                        prop_assert_eq!(verdict(&answers), verdict(&others), "{}: {:?}", found, action);
                        prop_assert_eq!(asked(&whole, &answers), asked(&without, &others), "{}", found);
                    }
                    _ => {}
                }
            }
        }
    }
}
