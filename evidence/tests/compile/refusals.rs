//! What can't be compiled, and that the refusal says where and what to do.

use evidence::compile::Authorization;
use evidence::contract::OperationKind;
use evidence::digest::Digest;
use evidence::envelope::{Comparison, Effect, Envelope, EnvelopeError, Limit, Rule, Side};
use evidence::timestamp::Timestamp;
use evidence::value::Value;

use crate::fixture::*;

fn refusal(envelope: Envelope) -> EnvelopeError {
    valid(&contract(), envelope).map(|compiled| compiled.policies().to_owned()).unwrap_err()
}

#[track_caller]
fn refused(envelope: Envelope, at: &str, fault: &str) {
    let error = refusal(envelope);
    assert_eq!(error.at, at, "{error}");
    assert!(error.fault.contains(fault), "{error}");
}

#[track_caller]
fn rule_refused(rule: Rule, at: &str, fault: &str) {
    refused(envelope([rule]), at, fault);
}

#[track_caller]
fn cedar_refused(cedar: impl Into<String>, fault: &str) {
    refused(Envelope { cedar: Some(cedar.into()), ..envelope([]) }, "cedar", fault);
}

fn allow() -> Rule {
    rule("r", Effect::Allow)
}

#[test]
fn another_contract_or_an_empty_validity() {
    refused(
        Envelope { contract: Digest::of(b"other"), ..envelope([]) },
        "contract",
        "review the rules against sha256:",
    );
    for end in [-1, 0] {
        let valid_until = Timestamp::from_micros(end);
        refused(Envelope { valid_until, ..envelope([]) }, "valid_until", "not after valid_from");
    }
}

#[test]
fn ids_that_are_not_unique_or_too_many() {
    refused(envelope([allow(), allow()]), "rules.r", "choose a new one");
    refused(Envelope { limits: vec![limit(), limit()], ..envelope([]) }, "limits.l", "choose a new one");
    refused(
        Envelope { limits: vec![Limit { id: name("r"), ..limit() }], ..envelope([allow()]) },
        "limits.r",
        "another",
    );
    let rules = (0..201).map(|number| rule(&format!("r{number}"), Effect::Allow));
    refused(envelope(rules), "rules", "more than 200");
    let limits = (0..201).map(|number| Limit { id: name(&format!("l{number}")), ..limit() }).collect();
    refused(Envelope { limits, ..envelope([]) }, "limits", "more than 200");
}

#[test]
fn what_the_contract_does_not_have() {
    rule_refused(Rule { table: name("secrets"), ..allow() }, "rules.r.table", "no table secrets");
    rule_refused(
        Rule { columns: Some(vec![name("stage"), name("nope")]), ..allow() },
        "rules.r.columns",
        "no column nope",
    );
    let on_nothing = when(allow(), Side::Before, "nope", Comparison::Equal("x".into()));
    rule_refused(on_nothing, "rules.r.when.0", "no column nope");
    let mut contract = contract();
    contract.tables.get_mut("contacts").unwrap().operations.remove(&OperationKind::Update);
    let digest = contract.digest().unwrap();
    let error = valid(&contract, Envelope { contract: digest, ..envelope([allow()]) }).unwrap_err();
    assert_eq!(error.to_string(), "rules.r.operations: the contract has no update on contacts");
    contract.tables.get_mut("contacts").unwrap().operations.clear();
    let digest = contract.digest().unwrap();
    let any = Rule { operations: None, ..allow() };
    let error = valid(&contract, Envelope { contract: digest, ..envelope([any]) }).unwrap_err();
    assert_eq!(error.to_string(), "rules.r.operations: the contract has no operation on contacts");
}

#[test]
fn lists_that_name_nothing_or_too_much() {
    rule_refused(Rule { agents: Some(vec![]), ..allow() }, "rules.r.agents", "is empty");
    rule_refused(Rule { operations: Some(vec![]), ..allow() }, "rules.r.operations", "is empty");
    rule_refused(Rule { columns: Some(vec![]), ..allow() }, "rules.r.columns", "is empty");
    rule_refused(Rule { max_rows: Some(0), ..allow() }, "rules.r.max_rows", "matches nothing");
    let one_of = |count| when(allow(), Side::Before, "stage", Comparison::OneOf(vec!["x".into(); count]));
    rule_refused(one_of(0), "rules.r.when.0.one_of", "is empty");
    rule_refused(one_of(1_001), "rules.r.when.0.one_of", "more than 1,000");
    rule_refused(
        Rule { agents: Some(vec![name("a"); 1_001]), ..allow() },
        "rules.r.agents",
        "more than 1,000",
    );
    let many =
        (0..51).fold(allow(), |rule, _| when(rule, Side::Before, "stage", Comparison::Equal("x".into())));
    rule_refused(many, "rules.r.when", "more than 50");
}

#[test]
fn conditions_on_what_they_cannot_read() {
    let number = Value::Integer(1);
    for side in [Side::Before, Side::Set] {
        let refused =
            |column: &str, is, fault| rule_refused(when(allow(), side, column, is), "rules.r.when.0", fault);
        refused("ssn", Comparison::Equal("x".into()), "sealed columns can't be read by rules");
        refused("score", Comparison::Equal("x".into()), "not of the type Integer");
        refused("score", Comparison::AtLeast("1".into()), "not of the type Integer");
        refused("stage", Comparison::Equal(number.clone()), "not of the type Text");
        refused("stage", Comparison::NotEqual(Value::Null), "null");
        refused("vip", Comparison::OneOf(vec![Value::Bool(true), number.clone()]), "not of the type Boolean");
        refused("stage", Comparison::AtLeast("a".into()), "only integer columns have an order");
        refused("vip", Comparison::AtMost(Value::Bool(true)), "only integer columns have an order");
    }
    for operations in [None, Some(vec![OperationKind::Update, OperationKind::Delete])] {
        let rule =
            Rule { operations, ..when(allow(), Side::Set, "score", Comparison::Equal(number.clone())) };
        rule_refused(rule, "rules.r.when.0", "a delete sets nothing");
    }
}

#[test]
fn approvals_where_they_do_not_belong_or_out_of_bounds() {
    let asks = rule("r", Effect::Ask);
    rule_refused(Rule { approval: None, ..asks.clone() }, "rules.r.approval", "say who approves");
    for effect in [Effect::Allow, Effect::Never] {
        rule_refused(
            Rule { approval: Some(approval()), ..rule("r", effect) },
            "rules.r.approval",
            "leave it out",
        );
    }
    for quorum in [0, 21] {
        let mut approval = approval();
        approval.quorum = quorum;
        rule_refused(
            Rule { approval: Some(approval.clone()), ..asks.clone() },
            "rules.r.approval.quorum",
            "between 1 and 20",
        );
        refused(Envelope { approval, ..envelope([]) }, "approval.quorum", "between 1 and 20");
    }
    for seconds in [0, 59, 2_592_001] {
        let mut approval = approval();
        approval.expires_seconds = seconds;
        refused(Envelope { approval, ..envelope([]) }, "approval.expires_seconds", "30 days");
    }
}

fn limit() -> Limit {
    Limit { id: name("l"), agents: None, table: None, operations: None, max_rows: 100, window_seconds: 60 }
}

#[test]
fn limits_of_what_is_not_there() {
    let refused = |limit, at, fault| refused(Envelope { limits: vec![limit], ..envelope([]) }, at, fault);
    refused(Limit { window_seconds: 0, ..limit() }, "limits.l.window_seconds", "31 days");
    refused(Limit { window_seconds: 2_678_401, ..limit() }, "limits.l.window_seconds", "31 days");
    refused(Limit { table: Some(name("secrets")), ..limit() }, "limits.l.table", "no table secrets");
    refused(Limit { agents: Some(vec![]), ..limit() }, "limits.l.agents", "is empty");
    refused(Limit { operations: Some(vec![]), ..limit() }, "limits.l.operations", "is empty");
    let mut contract = contract();
    contract.tables.get_mut("contacts").unwrap().operations.remove(&OperationKind::Delete);
    for table in [None, Some(name("contacts"))] {
        let limit = Limit { operations: Some(vec![OperationKind::Delete]), table, ..limit() };
        let envelope = Envelope { contract: contract.digest().unwrap(), limits: vec![limit], ..envelope([]) };
        let error = valid(&contract, envelope).unwrap_err();
        assert_eq!(error.to_string(), "limits.l.operations: the contract has no delete there");
    }
}

#[test]
fn cedar_that_does_not_parse_or_is_no_plain_policy() {
    cedar_refused(
        "permit (principal, action, resource)\nwhen { context.rows < };",
        "line 2, column 23: unexpected token `}`",
    );
    cedar_refused("\n  permit (principal", "line 2");
    cedar_refused("permit (principal == ?principal, action, resource);", "template");
    cedar_refused("permit (principal, action, resource);".repeat(201), "more than 200");
    cedar_refused(" ".repeat(65_537), "longer than 65,536 bytes");
    cedar_refused(
        "// \u{202e}\npermit (principal, action, resource);",
        "line 1, column 4: U+202E can't be seen",
    );
    cedar_refused("permit (principal, action, resource);\0", "U+0000");
}

#[test]
fn cedar_that_is_not_valid_for_the_contract() {
    let with = |condition: &str| format!("permit (principal, action, resource) when {{\n{condition} }};");
    cedar_refused(with("resource.ssn == \"x\""), "line 2, column 1: for policy `cedar/1`, attribute `ssn`");
    cedar_refused(with("resource.stage == \"x\""), "attribute `stage`");
    cedar_refused(with("context.rows == \"x\""), "are not compatible");
    cedar_refused(with("context.nope == \"x\""), "nope");
    cedar_refused(with("context.rows > 5 && false"), "policy is impossible");
    cedar_refused(
        "permit (principal, action == Action::\"contacts.drop:auto\", resource);",
        "contacts.drop:auto",
    );
    cedar_refused("permit (principal == User::\"x\", action, resource);", "User");
    let second = format!("{}\n{}", with("true"), with("nope"));
    assert!(refusal(Envelope { cedar: Some(second), ..envelope([]) }).fault.contains("line 4"));
}

#[test]
fn cedar_that_nests_too_deep() {
    let with = |condition: String| format!("permit (principal, action, resource) when {{ {condition} }};");
    let deep = [
        "(".repeat(10_000),
        with(format!("{}true{}", "(".repeat(10_000), ")".repeat(10_000))),
        with(format!("{}context.rows{} > 1", "(".repeat(33), ")".repeat(33))),
        with(format!("{}true{}", "[".repeat(5_000), "]".repeat(5_000))),
        with("true && ".repeat(7_000) + "true"),
        with("1 + ".repeat(7_000) + "1 > 0"),
        with("resource".to_owned() + &".a".repeat(7_000)),
        with("resource".to_owned() + &"[1]".repeat(7_000)),
        with("resource".to_owned() + &"(1)".repeat(7_000)),
        with("if true then true else ".repeat(2_000) + "true"),
        with("!".repeat(30_000) + "true"),
        with("{a:".repeat(5_000) + "1" + &"}".repeat(5_000)),
        "permit (principal, action, resource)".to_owned() + &"when { true }".repeat(4_000) + ";",
        "@a(\"\")".repeat(9_000) + "permit (principal, action, resource);",
    ];
    for cedar in deep {
        cedar_refused(cedar, "nests deeper than 32");
    }
}

/// Whatever is not too deep must fit a small stack, because a browser has no larger one.
#[test]
fn the_deepest_policies_fit_a_small_stack() {
    let with = |condition: String| format!("permit (principal, action, resource) when {{ {condition} }};");
    let deepest = [
        with(format!("{}context.rows > 1{}", "(".repeat(28), ")".repeat(28))),
        with(format!("{}true{}", "!(".repeat(14), ")".repeat(14))),
        with("context.rows > 1 && ".repeat(26) + "true"),
        with("if context.rows > 1 then true else ".repeat(26) + "true"),
        with("1 + ".repeat(27) + "1 > 0"),
        with("{a:".repeat(14) + "true" + &"}.a".repeat(14)),
    ];
    let conditions =
        (0..50).fold(allow(), |rule, _| when(rule, Side::Before, "stage", Comparison::NotEqual("x".into())));
    let work = move || {
        for cedar in deepest {
            let envelope = Envelope { cedar: Some(cedar), ..envelope([conditions.clone()]) };
            match valid(&contract(), envelope).map(|compiled| ask(&compiled, &small_update()).auto) {
                Ok(answer) => assert!(matches!(answer, Authorization::Permitted(_)), "{answer:?}"),
                Err(error) => assert!(error.fault.contains("impossible"), "{error}"),
            }
        }
    };
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap();
}
