//! The texts themselves: a pack carries them, so they may never change for the same documents.

use evidence::compile::Compiled;
use evidence::envelope::{Comparison, Effect, Envelope, Rule, Side};
use evidence::name::Identifier;
use evidence::value::Value;

use crate::fixture::{compiled, contract, envelope, name, rule, valid, when};

fn documents() -> Envelope {
    let few = Rule {
        agents: Some(vec![name("helper"), name("intake")]),
        operations: None,
        columns: Some(vec![name("stage"), name("score")]),
        max_rows: Some(5),
        ..rule("few", Effect::Allow)
    };
    let small = when(rule("small", Effect::Ask), Side::Set, "score", Comparison::AtMost(Value::Integer(-7)));
    let small = Rule { agents: Some(vec![name("helper")]), ..small };
    let stages = Comparison::OneOf(vec!["a\"b\\".into(), "\u{e9}\n".into()]);
    let closed = when(rule("closed", Effect::Never), Side::Before, "stage", stages);
    let cedar = "// Nobody at night.\nforbid (principal, action, resource) when { context.rows > 9 };";
    let rules = [few, small, closed, rule("any", Effect::Allow)];
    Envelope { cedar: Some(cedar.into()), ..envelope(rules) }
}

#[test]
fn a_person_can_read_the_policies() {
    let compiled = valid(&contract(), documents()).unwrap();
    assert_eq!(compiled.policies(), POLICIES);
}

#[test]
fn a_person_can_read_the_schema() {
    assert_eq!(compiled([]).schema(), SCHEMA);
    assert_eq!(compiled([]).policies(), "");
}

#[test]
fn the_digest_is_the_envelopes() {
    let compiled = valid(&contract(), documents()).unwrap();
    assert_eq!(compiled.digest(), documents().digest().unwrap());
    assert_eq!(compiled.envelope(), &documents());
}

#[test]
fn threads_may_share_what_is_compiled() {
    const fn shared<T: Send + Sync>() {}
    shared::<Compiled>();
}

#[test]
fn names_that_mean_something_to_cedar_do_no_harm() {
    for word in ["Action", "Agent", "String", "Long", "__cedar", "in", "if", "true", "entity", "_"] {
        let mut contract = contract();
        let mut table = contract.tables.remove("contacts").unwrap();
        let column = table.columns.get("stage").unwrap().clone();
        table.columns.insert(name(word), column);
        contract.tables.insert(name(word), table);
        let rule = when(rule("r", Effect::Allow), Side::Before, word, Comparison::Equal("x".into()));
        let rule = Rule { table: name::<Identifier>(word), ..rule };
        let envelope = Envelope { contract: contract.digest().unwrap(), ..envelope([rule]) };
        valid(&contract, envelope).unwrap_or_else(|error| panic!("{word}: {error}"));
    }
}

#[test]
fn an_empty_contract_has_a_schema() {
    let mut contract = contract();
    contract.tables.clear();
    let envelope = Envelope { contract: contract.digest().unwrap(), ..envelope([]) };
    assert_eq!(valid(&contract, envelope).unwrap().schema(), "entity Agent;\n");
}

const POLICIES: &str = r#"@id("few")
permit (
  principal,
  action in [
    Action::"contacts.delete:auto",
    Action::"contacts.delete:with_approval",
    Action::"contacts.insert:auto",
    Action::"contacts.insert:with_approval",
    Action::"contacts.update:auto",
    Action::"contacts.update:with_approval"
  ],
  resource
)
when {
  context.rows <= 5 &&
  [Agent::"helper", Agent::"intake"].contains(principal) &&
  ["stage", "score"].containsAll(context.columns)
};

@id("small")
permit (
  principal,
  action in [
    Action::"contacts.update:with_approval"
  ],
  resource
)
when {
  principal == Agent::"helper" &&
  context.set has "score" && context.set["score"] <= -7
};

@id("closed")
forbid (
  principal,
  action in [
    Action::"contacts.update:auto",
    Action::"contacts.update:with_approval"
  ],
  resource
)
when {
  resource has "stage" && ["a\"b\\", "\u{e9}\u{a}"].contains(resource["stage"])
};

@id("any")
permit (
  principal,
  action in [
    Action::"contacts.update:auto",
    Action::"contacts.update:with_approval"
  ],
  resource
);

// Written by hand: cedar/1, cedar/2 and so on, in order of appearance.
// Nobody at night.
forbid (principal, action, resource) when { context.rows > 9 };"#;

const SCHEMA: &str = r#"entity Agent;

entity Table_contacts = {
  "id"?: Long,
  "score"?: Long,
  "stage"?: String,
  "tenant_id"?: String,
  "vip"?: Bool,
};

type Write_contacts = {
  "columns": Set<String>,
  "rows": Long,
  "set": {
    "id"?: Long,
    "score"?: Long,
    "stage"?: String,
    "tenant_id"?: String,
    "vip"?: Bool,
  },
};

action "contacts.delete:auto", "contacts.delete:with_approval" appliesTo {
  principal: [Agent],
  resource: [Table_contacts],
  context: Write_contacts,
};

action "contacts.insert:auto", "contacts.insert:with_approval" appliesTo {
  principal: [Agent],
  resource: [Table_contacts],
  context: Write_contacts,
};

action "contacts.update:auto", "contacts.update:with_approval" appliesTo {
  principal: [Agent],
  resource: [Table_contacts],
  context: Write_contacts,
};
"#;
