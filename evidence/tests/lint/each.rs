//! Each lint beside the smallest change after which it is no longer said.

use std::collections::{BTreeMap, BTreeSet};

use evidence::contract::{Consequence, Contract, OperationKind};
use evidence::envelope::{Comparison, Effect, Envelope, Limit, Rule, Side};
use evidence::lint::{LintCode, Place, Severity, Surroundings, lint};
use evidence::value::Value;

use crate::fixture::{contract, envelope, name, rule, when};

use Comparison::{AtLeast, AtMost, Equal, NotEqual, OneOf};
use Effect::{Allow, Ask, Never};
use LintCode as Code;

fn agents() -> BTreeSet<evidence::name::Name> {
    BTreeSet::from([name("helper"), name("seller")])
}

/// What is said of an envelope for a contract, in short.
fn said_for(contract: &Contract, envelope: &Envelope) -> Vec<Code> {
    let (agents, groups) = (agents(), BTreeMap::from([(name("owners"), 2), (name("nobody"), 0)]));
    let around = Surroundings { agents: Some(&agents), groups: Some(&groups) };
    lint(contract, envelope, &around).into_iter().map(|one| one.code).collect()
}

fn said(envelope: &Envelope) -> Vec<Code> {
    said_for(&contract(), envelope)
}

/// Asserts that the rules get this lint alone, and none with the better ones.
#[track_caller]
fn rules(code: Code, bad: &[Rule], good: &[Rule]) {
    assert_eq!(said(&envelope(bad.to_vec())), [code]);
    assert_eq!(said(&envelope(good.to_vec())), []);
}

fn allow(id: &str) -> Rule {
    rule(id, Allow)
}

fn score(side: Side, is: Comparison) -> Rule {
    when(allow("r"), side, "score", is)
}

fn number(number: i64) -> Value {
    Value::Integer(number)
}

#[test]
fn what_the_contract_does_not_have() {
    let bad = Rule { table: name("secrets"), ..allow("r") };
    assert_eq!(said(&envelope([bad])), [Code::UnknownTable, Code::UnmentionedTable]);
    rules(Code::UnknownColumn, &[Rule { columns: Some(vec![name("nope")]), ..allow("r") }], &[allow("r")]);
    rules(Code::UnknownColumn, &[when(allow("r"), Side::Before, "nope", Equal(number(1)))], &[allow("r")]);
    let ssn = |is| when(allow("r"), Side::Before, is, Equal("x".into()));
    rules(Code::SealedCondition, &[ssn("ssn")], &[ssn("stage")]);
    let mut smaller = contract();
    smaller.tables.get_mut("contacts").unwrap().operations.remove(&OperationKind::Update);
    assert_eq!(said_for(&smaller, &envelope([allow("r")])), [Code::UnknownOperation]);
    assert_eq!(said_for(&contract(), &envelope([allow("r")])), []);
}

#[test]
fn agents_that_are_not_there() {
    let named =
        |names: &[&str]| Rule { agents: Some(names.iter().map(|one| name(one)).collect()), ..allow("r") };
    rules(Code::NoAgent, &[named(&["ghost"])], &[named(&["helper"])]);
    rules(Code::UnknownAgents, &[named(&["helper", "ghost"])], &[named(&["helper", "seller"])]);
    let ghost = envelope([named(&["ghost"])]);
    assert_eq!(lint(&contract(), &ghost, &Surroundings::default()), [], "who there is was not said");
}

#[test]
fn conditions_that_nothing_satisfies() {
    let both =
        |one: Comparison, other: Comparison| when(score(Side::Before, one), Side::Before, "score", other);
    rules(
        Code::Contradiction,
        &[both(AtLeast(number(5)), AtMost(number(4)))],
        &[both(AtLeast(number(5)), AtMost(number(5)))],
    );
    rules(
        Code::Contradiction,
        &[both(Equal(number(1)), Equal(number(2)))],
        &[both(Equal(number(1)), Equal(number(1)))],
    );
    rules(
        Code::Contradiction,
        &[both(Equal(number(1)), NotEqual(number(1)))],
        &[both(Equal(number(1)), NotEqual(number(2)))],
    );
    rules(
        Code::Contradiction,
        &[both(OneOf(vec![number(1)]), AtLeast(number(2)))],
        &[both(OneOf(vec![number(1), number(2)]), AtLeast(number(2)))],
    );
    let between = |most| {
        when(both(AtLeast(number(5)), AtMost(number(most))), Side::Before, "score", NotEqual(number(5)))
    };
    rules(Code::Contradiction, &[between(5)], &[between(6)]);
    let vip = |truth| {
        when(
            when(allow("r"), Side::Before, "vip", NotEqual(Value::Bool(true))),
            Side::Before,
            "vip",
            NotEqual(Value::Bool(truth)),
        )
    };
    rules(Code::Contradiction, &[vip(false)], &[vip(true)]);
    let other_side = when(score(Side::Before, Equal(number(1))), Side::Set, "score", Equal(number(2)));
    assert_eq!(said(&envelope([other_side])), []);
}

#[test]
fn conditions_on_what_is_not_there_to_read() {
    let set = |columns: &[&str]| Rule {
        columns: Some(columns.iter().map(|one| name(one)).collect()),
        ..score(Side::Set, Equal(number(1)))
    };
    rules(Code::NeverSet, &[set(&["stage"])], &[set(&["stage", "score"])]);
    // `never` matches where any of its columns is set, so others may be set beside them.
    let never = Rule { effect: Never, ..set(&["stage"]) };
    assert_eq!(said(&envelope([never, allow("a")])), []);
    let of = |kind| Rule { operations: Some(vec![kind]), ..score(Side::Before, Equal(number(1))) };
    rules(Code::NothingBefore, &[of(OperationKind::Insert)], &[of(OperationKind::Update)]);
}

#[test]
fn columns_that_nothing_sets() {
    let named = |effect, columns: &[&str]| Rule {
        columns: Some(columns.iter().map(|one| name(one)).collect()),
        ..rule("r", effect)
    };
    // No update may set an id.
    rules(Code::ColumnsNeverSet, &[named(Allow, &["id"])], &[named(Allow, &["id", "stage"])]);
    rules(Code::ColumnsNeverSet, &[named(Never, &["id"])], &[named(Never, &["id", "stage"])]);
    let deletes = |effect| Rule {
        operations: Some(vec![OperationKind::Delete]),
        max_rows: Some(1),
        ..named(effect, &["stage"])
    };
    rules(Code::ColumnsNeverSet, &[deletes(Never)], &[deletes(Allow)]);
}

#[test]
fn rules_that_others_leave_nothing_to_say() {
    let narrow = |id: &str, effect| Rule {
        agents: Some(vec![name("helper")]),
        columns: Some(vec![name("stage")]),
        max_rows: Some(3),
        ..when(rule(id, effect), Side::Before, "score", Equal(number(7)))
    };
    let wide = |id: &str, effect| Rule {
        max_rows: Some(5),
        ..when(rule(id, effect), Side::Before, "score", AtLeast(number(5)))
    };
    let other = |id: &str, effect| Rule { max_rows: Some(2), ..wide(id, effect) };
    for (code, inner, outer) in [
        (Code::Shadowed, Allow, Allow),
        (Code::Shadowed, Never, Never),
        (Code::Shadowed, Ask, Ask),
        (Code::AskAllowed, Ask, Allow),
        (Code::Overruled, Allow, Never),
        (Code::Overruled, Ask, Never),
    ] {
        rules(code, &[wide("wide", outer), narrow("r", inner)], &[other("wide", outer), narrow("r", inner)]);
        rules(code, &[narrow("r", inner), wide("wide", outer)], &[narrow("r", inner), other("wide", outer)]);
        let bad = envelope([wide("wide", outer), narrow("r", inner)]);
        let found = lint(&contract(), &bad, &Surroundings::default()).remove(0);
        assert_eq!((found.at, &found.facts[0]), (Place::Rule(name("r")), &("by", "wide".to_owned())));
    }
    for (inner, outer) in [(Allow, Ask), (Never, Allow), (Never, Ask)] {
        assert_eq!(said(&envelope([wide("wide", outer), narrow("r", inner)])), []);
    }
    // The first rule that asks says whom, so a later one takes nothing away from it; unless it asks the same people.
    let mut later = wide("wide", Ask);
    later.approval.as_mut().unwrap().quorum = 2;
    assert_eq!(said(&envelope([narrow("r", Ask), later.clone()])), []);
    assert_eq!(said(&envelope([later, narrow("r", Ask)])), [Code::Shadowed]);
    // Of twins, the second is one too many.
    let twins = envelope([allow("a"), allow("b")]);
    let found = lint(&contract(), &twins, &Surroundings::default());
    assert_eq!(found.iter().map(|one| one.at.clone()).collect::<Vec<_>>(), [Place::Rule(name("b"))]);
}

#[test]
fn deletes_without_an_end() {
    let deletes = |max_rows| Rule { operations: Some(vec![OperationKind::Delete]), max_rows, ..allow("r") };
    rules(Code::DeleteUncapped, &[deletes(None)], &[deletes(Some(2))]);
    let limited = Envelope { limits: vec![limit(5)], ..envelope([deletes(None)]) };
    assert_eq!(said(&limited), []);
    let elsewhere = Limit { operations: Some(vec![OperationKind::Insert]), ..limit(5) };
    let limited = Envelope { limits: vec![elsewhere], ..envelope([deletes(None)]) };
    assert_eq!(said(&limited), [Code::DeleteUncapped, Code::LimitUnreached]);
}

#[test]
fn what_cannot_be_undone_is_asked_about() {
    let mut hard = contract();
    let update = hard.tables.get_mut("contacts").unwrap().operations.get_mut(&OperationKind::Update).unwrap();
    update.consequence = Consequence::Irreversible;
    assert_eq!(said_for(&hard, &envelope([allow("r")])), [Code::AllowIrreversible]);
    assert_eq!(said_for(&hard, &envelope([rule("r", Ask)])), []);
    assert_eq!(said_for(&contract(), &envelope([allow("r")])), []);
}

#[test]
fn tables_that_no_rule_is_about() {
    let mut larger = contract();
    let contacts = larger.tables[&name::<evidence::name::Identifier>("contacts")].clone();
    larger.tables.insert(name("orders"), contacts);
    assert_eq!(said_for(&larger, &envelope([allow("r")])), [Code::UnmentionedTable]);
    let by_hand = Envelope {
        cedar: Some("permit (principal, action, resource);".to_owned()),
        ..envelope([allow("r")])
    };
    assert_eq!(said_for(&larger, &by_hand), [], "it may be about any table");
    assert_eq!(Code::UnmentionedTable.severity(), Severity::Info);
}

fn limit(max_rows: u64) -> Limit {
    Limit { id: name("l"), agents: None, table: None, operations: None, max_rows, window_seconds: 60 }
}

#[test]
fn limits_that_limit_nothing_or_too_much() {
    let with = |limit: Limit, max_rows| Envelope {
        limits: vec![limit],
        ..envelope([Rule { max_rows, agents: Some(vec![name("helper")]), ..allow("r") }])
    };
    assert_eq!(said(&with(limit(10), Some(10))), []);
    assert_eq!(said(&with(limit(9), Some(10))), [Code::LimitBelowCap]);
    assert_eq!(said(&with(limit(0), None)), [Code::LimitZero]);
    for unreached in [
        Limit { agents: Some(vec![name("seller")]), ..limit(10) },
        Limit { operations: Some(vec![OperationKind::Insert]), ..limit(10) },
    ] {
        assert_eq!(said(&with(unreached.clone(), None)), [Code::LimitUnreached]);
        let by_hand = Envelope { cedar: Some(String::new()), ..with(unreached, None) };
        assert_eq!(said(&by_hand), []);
    }
    let some = Limit { agents: Some(vec![name("helper")]), ..limit(9) };
    let all = Envelope { limits: vec![some], ..envelope([Rule { max_rows: Some(10), ..allow("r") }]) };
    assert_eq!(said(&all), [], "the other agents have the whole cap");
    let ghost = Limit { agents: Some(vec![name("ghost"), name("helper")]), ..limit(10) };
    assert_eq!(said(&with(ghost, None)), [Code::UnknownAgents]);
    let nowhere = Limit { table: Some(name("secrets")), ..limit(10) };
    assert_eq!(said(&with(nowhere, None)), [Code::UnknownTable]);
}

#[test]
fn questions_that_nobody_can_answer() {
    let asks = |group: &str, quorum| {
        let mut asks = rule("r", Ask);
        let approval = asks.approval.as_mut().unwrap();
        (approval.group, approval.quorum) = (name(group), quorum);
        asks
    };
    rules(Code::GroupEmpty, &[asks("nobody", 1)], &[asks("owners", 2)]);
    rules(Code::GroupEmpty, &[asks("never-heard-of", 1)], &[asks("owners", 1)]);
    rules(Code::QuorumTooLarge, &[asks("owners", 3)], &[asks("owners", 2)]);
    let mut own = envelope([allow("r")]);
    own.approval.group = name("nobody");
    assert_eq!(said(&own), [Code::GroupEmpty]);
    assert_eq!(lint(&contract(), &own, &Surroundings::default()), [], "who there is was not said");
}

#[test]
fn every_sentence_is_whole() {
    let groups = BTreeMap::from([(name("owners"), 1)]);
    let (agents, around) = (agents(), Surroundings { agents: None, groups: Some(&groups) });
    let around = Surroundings { agents: Some(&agents), ..around };
    let mut asks = rule("asks", Ask);
    asks.approval.as_mut().unwrap().quorum = 2;
    let bad = Envelope {
        limits: vec![limit(5)],
        ..envelope([
            Rule { max_rows: Some(7), agents: Some(vec![name("ghost"), name("helper")]), ..allow("a") },
            Rule { max_rows: Some(10), ..allow("b") },
            asks,
            Rule { table: name("secrets"), ..allow("c") },
            when(allow("d"), Side::Before, "ssn", Equal("x".into())),
        ])
    };
    let told: Vec<String> = lint(&contract(), &bad, &around).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "rule a: It changes nothing: b says the same of everything that it is about.",
            "rule a: It names agents that the tenant doesn't have: ghost.",
            "rule asks: Nobody of owners is asked: b allows everything that it is about.",
            "rule asks: It needs 2 votes of owners, which has 1.",
            "rule c: The contract has no table secrets.",
            "rule d: A condition reads ssn, which is sealed.",
            "limit l: It lets 5 records pass, so the 7 an action of a can never be used.",
            "limit l: It lets 5 records pass, so the 10 an action of b can never be used.",
        ]
    );
    let words: BTreeSet<&str> = LintCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(words.len(), LintCode::ALL.len());
}
