//! One small contract, and short ways to write envelopes and actions for it.

use std::collections::BTreeMap;

use evidence::action::{Action, LiveSchema, Owner, Proposed, Record, RecordKey, Source, State};
use evidence::commitment::Cell;
use evidence::compile::{Answers, Authorization, Compiled, compile};
use evidence::contract::{
    Class, Column, ColumnType, Consequence, Contract, Database, Operation, OperationKind, Rollback, Table,
};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Comparison, Condition, Effect, Envelope, EnvelopeError, Rule, Side};
use evidence::name::Text;
use evidence::timestamp::Timestamp;
use evidence::value::Value;

pub fn name<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no name"))
}

pub fn contract() -> Contract {
    let operation = |columns: &[&str]| Operation {
        columns: columns.iter().map(|column| name(column)).collect(),
        max_rows: 10,
        consequence: Consequence::Low,
        rollback: Rollback::Restore { window_seconds: 60 },
    };
    let column = |kind, class| Column { kind, class, writable: true, nullable: true };
    Contract {
        connector: name("crm"),
        version: 1,
        database: Database::Sqlite,
        tables: BTreeMap::from([(
            name("contacts"),
            Table {
                tenant_column: name("tenant_id"),
                key: vec![name("id")],
                columns: BTreeMap::from([
                    (name("id"), column(ColumnType::Integer, Class::Open)),
                    (name("tenant_id"), column(ColumnType::Text, Class::Open)),
                    (name("stage"), column(ColumnType::Text, Class::Open)),
                    (name("score"), column(ColumnType::Integer, Class::Open)),
                    (name("vip"), column(ColumnType::Boolean, Class::Open)),
                    (name("ssn"), column(ColumnType::Text, Class::Sealed)),
                ]),
                operations: BTreeMap::from([
                    (OperationKind::Update, operation(&["stage", "score", "vip", "ssn"])),
                    (OperationKind::Insert, operation(&["id", "tenant_id", "stage", "score", "vip", "ssn"])),
                    (OperationKind::Delete, operation(&[])),
                ]),
            },
        )]),
    }
}

pub fn approval() -> Approval {
    Approval { group: name("owners"), quorum: 1, expires_seconds: 3_600 }
}

pub fn rule(id: &str, effect: Effect) -> Rule {
    Rule {
        id: name(id),
        effect,
        agents: None,
        table: name("contacts"),
        operations: Some(vec![OperationKind::Update]),
        columns: None,
        max_rows: None,
        when: Vec::new(),
        approval: (effect == Effect::Ask).then(approval),
    }
}

pub fn when(mut rule: Rule, of: Side, column: &str, is: Comparison) -> Rule {
    rule.when.push(Condition { of, column: name(column), is });
    rule
}

pub fn envelope(rules: impl IntoIterator<Item = Rule>) -> Envelope {
    Envelope {
        tenant: name("acme"),
        version: 1,
        contract: contract().digest().unwrap(),
        valid_from: Timestamp::from_micros(0).unwrap(),
        valid_until: None,
        frozen: false,
        rules: rules.into_iter().collect(),
        limits: Vec::new(),
        approval: approval(),
        cedar: None,
    }
}

/// What may be put in force: compiles, and passes the validator.
pub fn valid(contract: &Contract, envelope: Envelope) -> Result<Compiled, EnvelopeError> {
    let compiled = compile(contract, envelope)?;
    compiled.validate()?;
    Ok(compiled)
}

pub fn compiled(rules: impl IntoIterator<Item = Rule>) -> Compiled {
    valid(&contract(), envelope(rules)).unwrap()
}

pub fn compiled_cedar(rules: impl IntoIterator<Item = Rule>, cedar: &str) -> Compiled {
    valid(&contract(), Envelope { cedar: Some(cedar.into()), ..envelope(rules) }).unwrap()
}

/// One record with these cells before.
pub fn record(id: i64, before: &[(&str, Value)]) -> Record {
    let cell = |value: &Value| Cell::Open { salt: "c2FsdA".into(), value: value.clone() };
    let cells = before.iter().map(|(column, value)| (name(column), cell(value))).collect();
    let hash = Digest::of(b"state");
    Record {
        after: None,
        before: Some(State { cells, hash }),
        key: RecordKey::Open(BTreeMap::from([(name("id"), Value::from_integer(id))])),
        owner: Owner::Tenant,
    }
}

pub fn update(records: Vec<Record>, set: &[(&str, Value)]) -> Action {
    Action {
        agent: name("helper"),
        connector: name("crm"),
        id: name("a1"),
        on_behalf_of: None,
        operation: name("update"),
        reason: name("because"),
        records,
        schema: LiveSchema::Matches,
        set: set.iter().map(|(column, value)| (name(column), Proposed::Open(value.clone()))).collect(),
        source: Source::Observed,
        table: name("contacts"),
        tenant: name("acme"),
        undoes: None,
    }
}

/// An update of one record whose stage and score are set.
pub fn small_update() -> Action {
    let before = [("stage", "lead".into()), ("score", Value::Integer(3)), ("vip", Value::Bool(false))];
    update(vec![record(1, &before)], &[("stage", "won".into()), ("score", Value::Integer(5))])
}

pub fn ask(compiled: &Compiled, action: &Action) -> Answers {
    compiled.authorize(action, OperationKind::parse(action.operation.as_str()).unwrap())
}

fn ids(ids: &[&str]) -> Vec<Text> {
    ids.iter().map(|id| name(id)).collect()
}

pub fn permitted(by: &[&str]) -> Authorization {
    Authorization::Permitted(ids(by))
}

pub fn forbidden(by: &[&str]) -> Authorization {
    Authorization::Forbidden(ids(by))
}

pub fn failed(by: &[&str]) -> Authorization {
    Authorization::Failed(ids(by))
}

pub fn at_once(by: &[&str]) -> Answers {
    Answers { auto: permitted(by), with_approval: None }
}

pub fn after_approval(by: &[&str]) -> Answers {
    Answers { auto: Authorization::Unmatched, with_approval: Some(permitted(by)) }
}

pub fn never(by: &[&str]) -> Answers {
    Answers { auto: forbidden(by), with_approval: Some(forbidden(by)) }
}

pub fn nothing() -> Answers {
    Answers { auto: Authorization::Unmatched, with_approval: Some(Authorization::Unmatched) }
}
