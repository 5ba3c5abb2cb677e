//! The demo's documents: one contract for the CRM, and three envelopes that differ in kind.

use std::collections::BTreeMap;

use evidence::contract::{
    Class, Column, ColumnType, Consequence, Contract, Database, Operation, OperationKind, Rollback, Table,
};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Comparison, Condition, Effect, Envelope, Limit, Rule, Side};
use evidence::name::{Identifier, NameError};
use evidence::timestamp::Timestamp;
use evidence::value::Value;

use super::cast::CONNECTOR;
use Class::{Open, Sealed};
use ColumnType::{Boolean, Integer, Text};
use OperationKind::{Delete, Insert, Update};

const DAY: u32 = 24 * 60 * 60;

/// What the connector may touch.
pub fn contract() -> Result<Contract, NameError> {
    let tables = [
        ("companies", companies()?),
        ("contacts", contacts()?),
        ("invoices", invoices()?),
        ("tickets", tickets()?),
    ];
    let tables = tables.into_iter().map(|(name, table)| Ok((name.parse()?, table)));
    Ok(Contract {
        connector: CONNECTOR.parse()?,
        version: 1,
        database: Database::Sqlite,
        tables: tables.collect::<Result<_, NameError>>()?,
    })
}

/// What the agents of `tenant` may do.
pub fn envelope(tenant: &str, contract: Digest, valid_from: Timestamp) -> Result<Envelope, NameError> {
    let (rules, limits, group) = match tenant {
        "acme" => (capped()?, capped_limits()?, "success-managers"),
        "globex" => (four_eyes()?, Vec::new(), "data-stewards"),
        _ => (wide()?, wide_limits()?, "operations"),
    };
    Ok(Envelope {
        tenant: tenant.parse()?,
        version: 1,
        contract,
        valid_from,
        valid_until: None,
        frozen: false,
        rules,
        limits,
        approval: approval(group, 1)?,
        cedar: None,
    })
}

fn contacts() -> Result<Table, NameError> {
    let columns = [
        ("id", Text, Open, false),
        ("tenant_id", Text, Open, false),
        ("company_id", Text, Open, true),
        ("name", Text, Sealed, true),
        ("email", Text, Sealed, true),
        ("phone", Text, Sealed, true),
        ("status", Text, Open, true),
        ("owner", Text, Open, true),
        ("notes", Text, Sealed, true),
    ];
    let edits = ["company_id", "name", "email", "phone", "status", "owner", "notes"];
    table(
        &columns,
        &["id", "tenant_id", "name", "status"],
        [
            (Update, operation(&edits, 50, Consequence::Low, restore(30))?),
            (Insert, operation(&edits, 10, Consequence::Low, compensate("contacts.delete")?)?),
            (Delete, operation(&[], 5, Consequence::Irreversible, Rollback::None)?),
        ],
    )
}

fn companies() -> Result<Table, NameError> {
    let columns = [
        ("id", Text, Open, false),
        ("tenant_id", Text, Open, false),
        ("name", Text, Open, true),
        ("industry", Text, Open, true),
        ("tier", Text, Open, true),
        ("employees", Integer, Open, true),
        ("credit_limit_cents", Integer, Open, false),
    ];
    let required = ["id", "tenant_id", "name", "tier", "credit_limit_cents"];
    table(
        &columns,
        &required,
        [(Update, operation(&["name", "industry", "tier", "employees"], 20, Consequence::Low, restore(30))?)],
    )
}

fn tickets() -> Result<Table, NameError> {
    let columns = [
        ("id", Text, Open, false),
        ("tenant_id", Text, Open, false),
        ("contact_id", Text, Open, true),
        ("subject", Text, Sealed, true),
        ("status", Text, Open, true),
        ("priority", Integer, Open, true),
        ("assignee", Text, Open, true),
        ("opened_on", Text, Open, true),
    ];
    let new = ["contact_id", "subject", "status", "priority", "assignee", "opened_on"];
    table(
        &columns,
        &["id", "tenant_id", "subject", "status", "priority"],
        [
            (Update, operation(&["status", "priority", "assignee"], 100, Consequence::Low, restore(30))?),
            (Insert, operation(&new, 20, Consequence::Low, compensate("tickets.update")?)?),
        ],
    )
}

fn invoices() -> Result<Table, NameError> {
    let columns = [
        ("id", Text, Open, false),
        ("tenant_id", Text, Open, false),
        ("company_id", Text, Open, false),
        ("amount_cents", Integer, Open, false),
        ("currency", Text, Open, false),
        ("status", Text, Open, true),
        ("due_on", Text, Open, true),
        ("paid", Boolean, Open, true),
        ("iban", Text, Sealed, false),
    ];
    let required = ["id", "tenant_id", "amount_cents", "currency", "status", "paid"];
    table(
        &columns,
        &required,
        [(Update, operation(&["status", "due_on", "paid"], 10, Consequence::Consequential, restore(7))?)],
    )
}

/// Capped writes: everyday care at once, bulk and money ask.
fn capped() -> Result<Vec<Rule>, NameError> {
    let care = ["email", "phone", "status", "owner", "notes"];
    Ok(vec![
        rule("contact-care", Effect::Allow, "contacts")?.of("support-agent")?.to(Update).set(&care)?.rows(5),
        rule("contact-bulk", Effect::Ask, "contacts")?
            .of("support-agent")?
            .to(Update)
            .set(&care)?
            .ask("success-managers", 1)?,
        rule("contact-removal", Effect::Ask, "contacts")?
            .of("support-agent")?
            .to(Delete)
            .ask("success-managers", 1)?,
        rule("legal-hold", Effect::Never, "contacts")?.when(
            Side::Before,
            "status",
            Comparison::Equal("legal_hold".into()),
        )?,
        rule("ticket-work", Effect::Allow, "tickets")?.of("support-agent")?.rows(20),
        rule("small-invoices", Effect::Allow, "invoices")?
            .of("billing-agent")?
            .to(Update)
            .set(&["status"])?
            .when(Side::Before, "amount_cents", Comparison::AtMost(Value::Integer(50_000)))?,
        rule("large-invoices", Effect::Ask, "invoices")?.of("billing-agent")?.to(Update).ask("finance", 1)?,
    ])
}

fn capped_limits() -> Result<Vec<Limit>, NameError> {
    Ok(vec![
        limit("contacts-an-hour", "contacts", 500, 60 * 60)?,
        limit("invoices-a-day", "invoices", 100, DAY)?,
    ])
}

/// Four eyes: an agent may move a ticket along, and asks for anything else.
fn four_eyes() -> Result<Vec<Rule>, NameError> {
    let moves = vec!["open".into(), "pending".into(), "solved".into()];
    Ok(vec![
        rule("move-a-ticket", Effect::Allow, "tickets")?
            .of("support-agent")?
            .to(Update)
            .set(&["status", "assignee"])?
            .rows(1)
            .when(Side::Set, "status", Comparison::OneOf(moves))?,
        rule("other-ticket-work", Effect::Ask, "tickets")?.ask("data-stewards", 2)?,
        rule("contact-changes", Effect::Ask, "contacts")?.to(Update).ask("data-stewards", 2)?,
        rule("no-removal", Effect::Never, "contacts")?.to(Delete),
        rule("no-invoices", Effect::Never, "invoices")?,
    ])
}

/// Wide: every agent may do what the contract has, in limited amounts.
fn wide() -> Result<Vec<Rule>, NameError> {
    Ok(vec![
        rule("contacts", Effect::Allow, "contacts")?,
        rule("companies", Effect::Allow, "companies")?,
        rule("tickets", Effect::Allow, "tickets")?,
        rule("invoices", Effect::Allow, "invoices")?.of("billing-agent")?,
        rule("no-renaming", Effect::Never, "contacts")?.to(Update).set(&["name"])?,
    ])
}

fn wide_limits() -> Result<Vec<Limit>, NameError> {
    Ok(vec![
        limit("contacts-an-hour", "contacts", 200, 60 * 60)?,
        limit("invoices-a-day", "invoices", 12, DAY)?,
        limit("tickets-an-hour", "tickets", 300, 60 * 60)?,
    ])
}

/// An envelope's rule, part by part, as a sentence would say it.
trait Sentence: Sized {
    fn of(self, agent: &str) -> Result<Self, NameError>;
    fn to(self, operation: OperationKind) -> Self;
    fn set(self, columns: &[&str]) -> Result<Self, NameError>;
    fn rows(self, most: u32) -> Self;
    fn when(self, of: Side, column: &str, is: Comparison) -> Result<Self, NameError>;
    fn ask(self, group: &str, quorum: u32) -> Result<Self, NameError>;
}

impl Sentence for Rule {
    fn of(mut self, agent: &str) -> Result<Self, NameError> {
        self.agents = Some(vec![agent.parse()?]);
        Ok(self)
    }

    fn to(mut self, operation: OperationKind) -> Self {
        self.operations = Some(vec![operation]);
        self
    }

    fn set(mut self, columns: &[&str]) -> Result<Self, NameError> {
        self.columns = Some(names(columns)?);
        Ok(self)
    }

    fn rows(mut self, most: u32) -> Self {
        self.max_rows = Some(most);
        self
    }

    fn when(mut self, of: Side, column: &str, is: Comparison) -> Result<Self, NameError> {
        self.when.push(Condition { of, column: column.parse()?, is });
        Ok(self)
    }

    fn ask(mut self, group: &str, quorum: u32) -> Result<Self, NameError> {
        self.approval = Some(approval(group, quorum)?);
        Ok(self)
    }
}

fn rule(id: &str, effect: Effect, table: &str) -> Result<Rule, NameError> {
    Ok(Rule {
        id: id.parse()?,
        effect,
        agents: None,
        table: table.parse()?,
        operations: None,
        columns: None,
        max_rows: None,
        when: Vec::new(),
        approval: None,
    })
}

fn limit(id: &str, table: &str, max_rows: u64, window_seconds: u32) -> Result<Limit, NameError> {
    Ok(Limit {
        id: id.parse()?,
        agents: None,
        table: Some(table.parse()?),
        operations: None,
        max_rows,
        window_seconds,
    })
}

fn approval(group: &str, quorum: u32) -> Result<Approval, NameError> {
    Ok(Approval { group: group.parse()?, quorum, expires_seconds: DAY })
}

fn table<const N: usize>(
    columns: &[(&str, ColumnType, Class, bool)],
    required: &[&str],
    operations: [(OperationKind, Operation); N],
) -> Result<Table, NameError> {
    let columns = columns.iter().map(|(name, kind, class, writable)| {
        let nullable = !required.contains(name);
        Ok((name.parse()?, Column { kind: *kind, class: *class, writable: *writable, nullable }))
    });
    Ok(Table {
        tenant_column: "tenant_id".parse()?,
        key: names(&["id"])?,
        columns: columns.collect::<Result<_, NameError>>()?,
        operations: BTreeMap::from(operations),
    })
}

fn operation(
    columns: &[&str],
    max_rows: u32,
    consequence: Consequence,
    rollback: Rollback,
) -> Result<Operation, NameError> {
    Ok(Operation { columns: names(columns)?, max_rows, consequence, rollback })
}

fn names(names: &[&str]) -> Result<Vec<Identifier>, NameError> {
    names.iter().map(|name| name.parse()).collect()
}

const fn restore(days: u32) -> Rollback {
    Rollback::Restore { window_seconds: days * DAY }
}

fn compensate(operation: &str) -> Result<Rollback, NameError> {
    Ok(Rollback::Compensate { operation: operation.parse()? })
}
