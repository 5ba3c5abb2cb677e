//! Who is in these stories: one vendor, two tenants, two agents, and one table.

use std::collections::BTreeMap;

use evidence::contract::{
    Class, Column, ColumnType, Consequence, Contract, Database, Operation, OperationKind, Rollback, Table,
};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Effect, Envelope, Limit, Rule};
use evidence::name::Name;
use evidence::timestamp::Timestamp;
use server::ledger::{ActivationDraft, Document};

/// The tenants.
pub const TENANTS: [&str; 2] = ["acme", "globex"];

/// The system of record.
pub const TABLE: &str =
    "create table notes (id text not null primary key, tenant_id text not null, body text, phone text)";

/// What stands in a record before anybody writes to it.
pub const BEFORE: &str = "before";

/// The agent that may do everything at once.
pub const TRUSTED: &str = "support-agent";

/// The agent that has to ask.
pub const ASKING: &str = "trainee-agent";

pub fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The contract and the envelope of a tenant.
pub fn documents(tenant: &Name, database: Database, per_hour: u64) -> [ActivationDraft; 2] {
    let contract = contract(database);
    let envelope = envelope(tenant, contract.digest().unwrap(), per_hour);
    [Document::Contract(Box::new(contract)), Document::Envelope(Box::new(envelope))].map(|document| {
        ActivationDraft {
            by: name("ada"),
            changes: Vec::new(),
            connector: name("crm"),
            document,
            proposed_by: Some(name("grace")),
            reason: name("agreed"),
        }
    })
}

fn contract(database: Database) -> Contract {
    let column = |class, writable| Column { kind: ColumnType::Text, class, writable, nullable: writable };
    let operation = |columns: &[&str], rollback| Operation {
        columns: columns.iter().copied().map(name).collect(),
        max_rows: 100,
        consequence: Consequence::Low,
        rollback,
    };
    let restore = Rollback::Restore { window_seconds: 86_400 };
    let undone = Rollback::Compensate { operation: name("notes.delete") };
    let notes = Table {
        tenant_column: name("tenant_id"),
        key: vec![name("id")],
        columns: BTreeMap::from([
            (name("id"), column(Class::Open, false)),
            (name("tenant_id"), column(Class::Open, false)),
            (name("body"), column(Class::Open, true)),
            (name("phone"), column(Class::Sealed, true)),
        ]),
        operations: BTreeMap::from([
            (OperationKind::Update, operation(&["body", "phone"], restore.clone())),
            (OperationKind::Insert, operation(&["body", "phone"], undone)),
            (OperationKind::Delete, operation(&[], restore)),
        ]),
    };
    Contract {
        connector: name("crm"),
        version: 1,
        database,
        tables: BTreeMap::from([(name("notes"), notes)]),
    }
}

fn envelope(tenant: &Name, contract: Digest, per_hour: u64) -> Envelope {
    let approval = Approval { group: name("success"), quorum: 1, expires_seconds: 3_600 };
    let rule = |effect, agent: &str| Rule {
        id: name(agent),
        effect,
        agents: Some(vec![name(agent)]),
        table: name("notes"),
        operations: None,
        columns: None,
        max_rows: None,
        when: Vec::new(),
        approval: (effect == Effect::Ask).then(|| approval.clone()),
    };
    let hourly = Limit {
        id: name("hourly"),
        agents: None,
        table: None,
        operations: None,
        max_rows: per_hour,
        window_seconds: 3_600,
    };
    Envelope {
        tenant: tenant.clone(),
        version: 1,
        contract,
        valid_from: Timestamp::from_micros(0).unwrap(),
        valid_until: None,
        frozen: false,
        rules: vec![rule(Effect::Allow, TRUSTED), rule(Effect::Ask, ASKING)],
        limits: vec![hourly],
        approval,
        cedar: None,
    }
}
