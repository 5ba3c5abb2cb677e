//! What rules mean, one effect, test and corner at a time.

use evidence::action::{Action, Owner, Proposed, Record, RecordKey};
use evidence::commitment::Cell;
use evidence::compile::{Answers, Authorization};
use evidence::contract::OperationKind;
use evidence::digest::Digest;
use evidence::envelope::{Comparison, Effect, Rule, Side};
use evidence::value::Value;

use crate::fixture::*;

#[test]
fn allow_proceeds_ask_waits_never_wins() {
    let action = small_update();
    let [allow, asks, no] =
        [("a", Effect::Allow), ("b", Effect::Ask), ("c", Effect::Never)].map(|(id, effect)| rule(id, effect));
    assert_eq!(ask(&compiled([]), &action), nothing());
    assert_eq!(ask(&compiled([allow.clone()]), &action), at_once(&["a"]));
    assert_eq!(ask(&compiled([asks.clone()]), &action), after_approval(&["b"]));
    assert_eq!(ask(&compiled([allow.clone(), asks.clone()]), &action), at_once(&["a"]));
    assert_eq!(ask(&compiled([allow, asks, no]), &action), never(&["c"]));
}

#[test]
fn rules_are_named_in_the_envelopes_order() {
    let rules = ["z", "m", "a", "k"].map(|id| rule(id, Effect::Allow));
    let both = compiled_cedar(rules, &"permit (principal, action, resource);".repeat(11));
    let expected = (1..=11).map(|number| format!("cedar/{number}"));
    let expected: Vec<String> = ["z", "m", "a", "k"].map(String::from).into_iter().chain(expected).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    assert_eq!(ask(&both, &small_update()), at_once(&expected));
}

#[test]
fn a_rule_is_about_its_operations_and_agents_only() {
    let rules = compiled([
        Rule { operations: Some(vec![OperationKind::Delete]), ..rule("delete", Effect::Allow) },
        Rule { agents: Some(vec![name("intake")]), ..rule("intake", Effect::Allow) },
        Rule { agents: Some(vec![name("x"), name("helper")]), ..rule("some", Effect::Ask) },
    ]);
    assert_eq!(ask(&rules, &small_update()), after_approval(&["some"]));
    assert_eq!(ask(&rules, &Action { agent: name("intake"), ..small_update() }), at_once(&["intake"]));
    let delete = Action { operation: name("delete"), set: [].into(), ..small_update() };
    assert_eq!(ask(&rules, &delete), at_once(&["delete"]));
}

#[test]
fn allow_covers_all_columns_and_never_any() {
    let with = |effect, columns: &[&str]| {
        let columns = Some(columns.iter().map(|column| name(column)).collect());
        compiled([Rule { columns, ..rule("r", effect) }])
    };
    let action = small_update();
    assert_eq!(ask(&with(Effect::Allow, &["stage"]), &action), nothing());
    assert_eq!(ask(&with(Effect::Allow, &["vip", "stage", "score"]), &action), at_once(&["r"]));
    assert_eq!(ask(&with(Effect::Ask, &["stage"]), &action), nothing());
    assert_eq!(ask(&with(Effect::Never, &["score", "ssn"]), &action), never(&["r"]));
    assert_eq!(ask(&with(Effect::Never, &["ssn"]), &action), nothing());
    let sealed = Proposed::Sealed { conforms: true };
    let action = Action { set: [(name("ssn"), sealed)].into(), ..action };
    assert_eq!(ask(&with(Effect::Never, &["ssn"]), &action), never(&["r"]));
}

#[test]
fn a_cap_matches_up_to_its_rows() {
    let rules = compiled([
        Rule { max_rows: Some(2), ..rule("few", Effect::Allow) },
        Rule { max_rows: Some(1), ..rule("single", Effect::Never) },
    ]);
    let rows = |count| update((0..count).map(|id| record(id, &[])).collect(), &[("stage", "won".into())]);
    assert_eq!(ask(&rules, &rows(1)), never(&["single"]));
    assert_eq!(ask(&rules, &rows(2)), at_once(&["few"]));
    assert_eq!(ask(&rules, &rows(3)), nothing());
}

#[test]
fn every_record_has_to_be_permitted() {
    let rules = compiled([
        when(rule("leads", Effect::Allow), Side::Before, "stage", Comparison::Equal("lead".into())),
        when(rule("cold", Effect::Allow), Side::Before, "score", Comparison::AtMost(Value::Integer(1))),
        when(rule("vips", Effect::Never), Side::Before, "vip", Comparison::Equal(Value::Bool(true))),
    ]);
    let lead = record(1, &[("stage", "lead".into()), ("score", Value::Integer(9))]);
    let cold = record(2, &[("stage", "won".into()), ("score", Value::Integer(0))]);
    let warm = record(3, &[("stage", "won".into()), ("score", Value::Integer(2))]);
    let vip = record(4, &[("stage", "lead".into()), ("vip", Value::Bool(true))]);
    let set = |records| update(records, &[("stage", "lost".into())]);
    assert_eq!(ask(&rules, &set(vec![lead.clone(), cold.clone()])), at_once(&["leads", "cold"]));
    assert_eq!(ask(&rules, &set(vec![lead.clone(), warm.clone()])), nothing());
    assert_eq!(ask(&rules, &set(vec![lead, warm, vip, cold])), never(&["vips"]));
    assert_eq!(ask(&rules, &set(vec![])), nothing(), "nothing named is nothing permitted");
}

#[test]
fn conditions_compare_before_and_set() {
    let holds = |of, column: &str, is| {
        let answer = ask(&compiled([when(rule("r", Effect::Allow), of, column, is)]), &small_update());
        assert!(answer == at_once(&["r"]) || answer == nothing());
        answer == at_once(&["r"])
    };
    let number = Value::Integer;
    assert!(holds(Side::Before, "stage", Comparison::Equal("lead".into())));
    assert!(!holds(Side::Set, "stage", Comparison::Equal("lead".into())));
    assert!(holds(Side::Set, "stage", Comparison::NotEqual("lead".into())));
    assert!(!holds(Side::Before, "stage", Comparison::NotEqual("lead".into())));
    assert!(holds(Side::Set, "stage", Comparison::OneOf(vec!["lost".into(), "won".into()])));
    assert!(!holds(Side::Set, "stage", Comparison::OneOf(vec!["lost".into()])));
    assert!(holds(Side::Before, "score", Comparison::AtLeast(number(3))));
    assert!(!holds(Side::Before, "score", Comparison::AtLeast(number(4))));
    assert!(holds(Side::Set, "score", Comparison::AtMost(number(5))));
    assert!(!holds(Side::Set, "score", Comparison::AtMost(number(4))));
    assert!(holds(Side::Before, "vip", Comparison::Equal(Value::Bool(false))));
}

#[test]
fn null_and_absent_satisfy_no_condition() {
    for is in
        [Comparison::Equal("x".into()), Comparison::NotEqual("x".into()), Comparison::OneOf(vec!["x".into()])]
    {
        for side in [Side::Before, Side::Set] {
            let rules = compiled([when(rule("r", Effect::Allow), side, "stage", is.clone())]);
            let null = [("stage", Value::Null)];
            for before in [&null[..], &[]] {
                for set in [&null[..], &[]] {
                    assert_eq!(
                        ask(&rules, &update(vec![record(1, before)], set)),
                        nothing(),
                        "{is:?} {side:?}"
                    );
                }
            }
            let mut insert = Action { operation: name("insert"), ..update(vec![record(1, &[])], &null) };
            insert.records[0].before = None;
            insert.records[0].owner = Owner::Absent;
            let rules = compiled([Rule {
                operations: Some(vec![OperationKind::Insert]),
                ..when(rule("r", Effect::Allow), side, "stage", is.clone())
            }]);
            assert_eq!(ask(&rules, &insert), nothing());
        }
    }
}

#[test]
fn integers_of_any_size_are_numbers() {
    let least = Value::from_integer(i64::MIN);
    let large = Value::from_integer(i64::MAX - 1);
    let rules = compiled([
        when(rule("least", Effect::Allow), Side::Before, "score", Comparison::Equal(least.clone())),
        when(rule("large", Effect::Allow), Side::Before, "score", Comparison::AtLeast(large)),
    ]);
    let score = |value| update(vec![record(1, &[("score", value)])], &[("stage", "won".into())]);
    assert_eq!(ask(&rules, &score(least)), at_once(&["least"]));
    assert_eq!(ask(&rules, &score(Value::from_integer(i64::MAX))), at_once(&["large"]));
    assert_eq!(ask(&rules, &score(Value::Integer(9))), nothing());
}

#[test]
fn hostile_text_stays_text() {
    let hostile = [
        "\"",
        "\\",
        "\\\"",
        "\" || true || \"",
        "\"};permit(principal,action,resource);//",
        "\n\r\t\u{1}",
        "\\u{41}",
        "*",
        "\u{202e}abc",
        "\u{feff}",
        "é😀\u{10ffff}",
        "?principal",
        "",
    ];
    for (place, text) in hostile.iter().enumerate() {
        let rules =
            compiled([when(rule("r", Effect::Allow), Side::Set, "stage", Comparison::Equal((*text).into()))]);
        for (other_place, other) in hostile.iter().enumerate() {
            let expected = if place == other_place { at_once(&["r"]) } else { nothing() };
            assert_eq!(
                ask(&rules, &update(vec![record(1, &[])], &[("stage", (*other).into())])),
                expected,
                "{text:?}"
            );
        }
    }
}

#[test]
fn what_cedar_cannot_evaluate_is_a_failure() {
    let overflow = "forbid (principal, action, resource) when { context.rows + 9223372036854775807 > 0 };";
    let rules = compiled_cedar([rule("r", Effect::Allow)], overflow);
    let expected = Answers { auto: failed(&["cedar/1"]), with_approval: None };
    assert_eq!(ask(&rules, &small_update()), expected);
    let late = r#"permit (principal, action, resource);
        forbid (principal, action == Action::"contacts.update:with_approval", resource)
        unless { context.rows * -9223372036854775808 < 0 };
        forbid (principal, action == Action::"contacts.update:auto", resource);"#;
    let two = update(vec![record(1, &[]), record(2, &[])], &[("stage", "won".into())]);
    let expected = Answers { auto: forbidden(&["cedar/3"]), with_approval: Some(failed(&["cedar/2"])) };
    assert_eq!(ask(&compiled_cedar([], late), &two), expected);
}

#[test]
fn one_records_failure_outweighs_anothers_prohibition() {
    let cedar = r#"
        forbid (principal, action == Action::"contacts.update:auto", resource)
        when { resource has vip && resource.vip };
        forbid (principal, action == Action::"contacts.update:auto", resource)
        when { resource has score && resource.score + 9223372036854775807 < 0 };"#;
    let rules = compiled_cedar([rule("r", Effect::Allow)], cedar);
    let vip = record(1, &[("vip", Value::Bool(true))]);
    let scored = record(2, &[("score", Value::Integer(1))]);
    let of = |records| ask(&rules, &update(records, &[("stage", "won".into())]));
    let waits = Answers { auto: forbidden(&["cedar/1"]), with_approval: Some(permitted(&["r"])) };
    assert_eq!(of(vec![vip.clone()]), waits);
    let fails = Answers { auto: failed(&["cedar/2"]), with_approval: None };
    assert_eq!(of(vec![vip.clone(), scored.clone()]), fails);
    assert_eq!(of(vec![scored, vip]), fails);
}

#[test]
fn a_question_that_cannot_be_put_is_a_failure() {
    let failure = Answers { auto: Authorization::Failed(vec![]), with_approval: None };
    let rules = compiled_cedar([rule("r", Effect::Allow)], "");
    let with = |change: &dyn Fn(&mut Action)| {
        let mut action = small_update();
        change(&mut action);
        ask(&rules, &action)
    };
    let before = |action: &mut Action, cell| {
        let state = action.records[0].before.as_mut().unwrap();
        state.cells.insert(name("stage"), cell);
    };
    assert_eq!(with(&|_| {}), at_once(&["r"]));
    assert_eq!(with(&|action| action.table = name("secrets")), failure);
    assert_eq!(with(&|action| action.records[0].key = RecordKey::Foreign(Digest::of(b"x"))), failure);
    assert_eq!(with(&|action| before(action, Cell::Sealed("digest".into()))), failure);
    assert_eq!(
        with(&|action| before(action, Cell::Open { salt: String::new(), value: Value::Bool(true) })),
        failure
    );
    let set =
        |value: Proposed| move |action: &mut Action| _ = action.set.insert(name("stage"), value.clone());
    assert_eq!(with(&set(Proposed::Sealed { conforms: true })), failure);
    assert_eq!(with(&set(Proposed::Foreign(Digest::of(b"x")))), failure);
    assert_eq!(with(&set(Proposed::Open(Value::Integer(1)))), failure);
}

#[test]
fn a_value_that_is_another_in_each_record_is_read_from_each() {
    let limit = when(rule("r", Effect::Allow), Side::Set, "score", Comparison::AtMost(Value::Integer(5)));
    let rules = compiled([limit]);
    let restoring = |scores: [i64; 2]| {
        let records = scores.into_iter().zip(1..).map(|(score, id)| {
            let before = record(id, &[("score", Value::Integer(9))]);
            let after = record(id, &[("score", Value::Integer(score))]).before;
            Record { after, ..before }
        });
        let mut action = update(records.collect(), &[]);
        action.set.insert(name("score"), Proposed::Sealed { conforms: true });
        ask(&rules, &action)
    };
    assert_eq!(restoring([3, 5]), at_once(&["r"]));
    assert_eq!(restoring([3, 6]).auto, Authorization::Unmatched);
}

#[test]
fn hand_written_policies_read_what_rules_read() {
    let cedar = r#"
        permit (principal == Agent::"helper", action, resource is Table_contacts)
        when { resource has stage && resource.stage like "l*d" && context.set has score && context.set.score > 4 };
        forbid (principal, action in [Action::"contacts.update:auto"], resource == Table_contacts::"{\"id\":7}");"#;
    let rules = compiled_cedar([], cedar);
    assert_eq!(ask(&rules, &small_update()), at_once(&["cedar/1"]));
    let seventh = Action { records: vec![record(7, &[("stage", "lead".into())])], ..small_update() };
    let expected = Answers { auto: forbidden(&["cedar/2"]), with_approval: Some(permitted(&["cedar/1"])) };
    assert_eq!(ask(&rules, &seventh), expected);
}
