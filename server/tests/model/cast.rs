//! The vendor's tenants, tables, contracts and envelopes: small, but with a case of everything that decides.

use std::collections::BTreeMap;

use evidence::contract::{
    Class, Column, ColumnType, Consequence, Contract, Database, Operation, OperationKind, Rollback,
    Table as Terms,
};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Comparison, Condition, Effect, Envelope, Limit, Rule, Side};
use evidence::name::Identifier;
use evidence::timestamp::Timestamp;
use evidence::value::Value;
use serde_json::{Map, Value as Json};

use OperationKind::{Delete, Insert, Update};

/// The tenants. Their names occur in no other text, so that a receipt that gives one away is found out.
pub const TENANTS: [&str; 3] = ["acme", "globex", "initech"];
/// What the open column may hold.
pub const STATUSES: [Option<&str>; 3] = [None, Some("open"), Some("closed")];
/// What the sealed column may hold, and no receipt.
pub const SECRETS: [Option<&str>; 3] = [None, Some("sesame-17"), Some("xyzzy-42")];
/// The most records of any action.
pub const MAX_ROWS: u32 = 3;
/// For how long a before-image is kept, in seconds.
pub const RESTORE_SECONDS: u32 = 3_600;
/// For how long people may think, in seconds.
pub const APPROVAL_SECONDS: u32 = 1_000;
/// The group that approves.
pub const GROUP: &str = "stewards";

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Keyed by tenant and number. A new line is undone by a deletion, and a deletion not at all.
    Lines,
    /// Keyed by an id. Every write is undone by a restore.
    Notes,
    /// The vendor writes these by itself.
    Parts,
}

/// What a column holds.
pub type Content = Option<&'static str>;

/// Which record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    pub table: Table,
    /// The tenant whose it is at first; for a line, for ever.
    pub home: usize,
    pub slot: u8,
}

/// A record as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub owner: usize,
    pub status: Content,
    pub secret: Content,
}

/// Somebody who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    Dana,
    Jo,
}

impl Person {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dana => "dana",
            Self::Jo => "jo",
        }
    }
}

impl Table {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Notes => "notes",
            Self::Parts => "parts",
        }
    }

    pub const fn connector(self) -> &'static str {
        match self {
            Self::Lines | Self::Notes => "crm",
            Self::Parts => "erp",
        }
    }
}

impl Record {
    /// The key columns and their values.
    pub fn key(&self) -> Map<String, Json> {
        let pairs: Vec<(&str, Json)> = match self.table {
            Table::Lines => vec![("tenant_id", TENANTS[self.home].into()), ("no", self.slot.into())],
            Table::Notes | Table::Parts => vec![("id", self.id().into())],
        };
        pairs.into_iter().map(|(column, value)| (column.to_owned(), value)).collect()
    }

    /// A note's or a part's key.
    pub fn id(&self) -> String {
        format!("{}-{}{}", &self.table.name()[..1], self.home, self.slot)
    }

    /// The whole record, column by column.
    pub fn cells(&self, row: &Row) -> Map<String, Json> {
        let mut cells = self.key();
        cells.insert("tenant_id".to_owned(), TENANTS[row.owner].into());
        cells.insert("status".to_owned(), row.status.into());
        cells.insert("secret".to_owned(), row.secret.into());
        cells
    }
}

/// What every case begins with: three notes and three lines a tenant.
pub fn first_rows() -> BTreeMap<Record, Row> {
    let homes = (0..TENANTS.len()).flat_map(|home| (0..3).map(move |slot| (home, slot)));
    let rows = homes.flat_map(|(home, slot)| {
        let row = Row { owner: home, status: Some("open"), secret: SECRETS[usize::from(slot)] };
        [Table::Lines, Table::Notes].map(|table| (Record { table, home, slot }, row))
    });
    rows.collect()
}

/// The tables of the system of record.
pub const TABLES: [&str; 2] = [
    "create table notes (id varchar(9) not null primary key, tenant_id text not null, status text, secret text)",
    "create table lines (tenant_id varchar(9) not null, no integer not null, status text, secret text, \
     primary key (tenant_id, no))",
];

/// What the connector to the system of record may touch.
pub fn records_contract(database: Database) -> Contract {
    let restore = || Rollback::Restore { window_seconds: RESTORE_SECONDS };
    let notes = [(Update, restore()), (Insert, restore()), (Delete, restore())];
    let compensate = Rollback::Compensate { operation: "lines.delete".parse().unwrap() };
    let lines = [(Update, restore()), (Insert, compensate), (Delete, Rollback::None)];
    Contract {
        connector: named("crm"),
        version: 1,
        database,
        tables: BTreeMap::from([
            (named("notes"), terms(&["id"], notes)),
            (named("lines"), terms(&["tenant_id", "no"], lines)),
        ]),
    }
}

/// What the vendor asks about before it writes by itself.
pub fn parts_contract() -> Contract {
    let compensate = Rollback::Compensate { operation: "parts.insert".parse().unwrap() };
    let parts = [(Update, Rollback::None), (Insert, Rollback::None), (Delete, compensate)];
    Contract {
        connector: named("erp"),
        version: 1,
        database: Database::Sqlite,
        tables: BTreeMap::from([(named("parts"), terms(&["id"], parts))]),
    }
}

/// What agents may do to the records: widely or tightly.
pub fn records_envelope(tenant: usize, contract: &Contract, version: u32, tight: bool) -> Envelope {
    let (rules, limit) = if tight { tight_rules() } else { wide_rules() };
    envelope(tenant, contract, version, rules, vec![limit])
}

/// What the vendor's own code may do.
pub fn parts_envelope(tenant: usize, contract: &Contract) -> Envelope {
    envelope(tenant, contract, 1, vec![rule("parts", Effect::Allow, "parts", None)], Vec::new())
}

fn wide_rules() -> (Vec<Rule>, Limit) {
    let vip = Condition { of: Side::Set, column: named("status"), is: Comparison::Equal(Value::from("vip")) };
    let never = Rule { when: vec![vip], ..rule("vip", Effect::Never, "notes", Some(vec![Update])) };
    let never_new = Rule { id: named("new-vip"), operations: Some(vec![Insert]), ..never.clone() };
    let rules = vec![
        never,
        never_new,
        Rule { max_rows: Some(2), ..rule("care", Effect::Allow, "notes", Some(vec![Update])) },
        asks(2, rule("bulk", Effect::Ask, "notes", Some(vec![Update]))),
        rule("new", Effect::Allow, "notes", Some(vec![Insert])),
        asks(1, rule("gone", Effect::Ask, "notes", Some(vec![Delete]))),
        rule("lines", Effect::Allow, "lines", None),
    ];
    (rules, limit(Some("notes"), 12, 3_600))
}

fn tight_rules() -> (Vec<Rule>, Limit) {
    let rules = vec![
        asks(1, rule("care", Effect::Ask, "notes", Some(vec![Update]))),
        Rule { max_rows: Some(1), ..rule("new", Effect::Allow, "notes", Some(vec![Insert])) },
        rule("keep", Effect::Never, "notes", Some(vec![Delete])),
        rule("lines", Effect::Allow, "lines", Some(vec![Update])),
        Rule { max_rows: Some(2), ..rule("new-lines", Effect::Allow, "lines", Some(vec![Insert])) },
    ];
    (rules, limit(None, 5, 1_800))
}

fn envelope(
    tenant: usize,
    contract: &Contract,
    version: u32,
    rules: Vec<Rule>,
    limits: Vec<Limit>,
) -> Envelope {
    Envelope {
        tenant: named(TENANTS[tenant]),
        version,
        contract: digest(contract),
        valid_from: Timestamp::from_micros(0).unwrap(),
        valid_until: None,
        frozen: false,
        rules,
        limits,
        approval: approval(1),
        cedar: None,
    }
}

fn terms(key: &[&str], operations: [(OperationKind, Rollback); 3]) -> Terms {
    let column = |kind, class, writable| Column { kind, class, writable, nullable: writable };
    let mut columns = BTreeMap::from([
        (named("tenant_id"), column(ColumnType::Text, Class::Open, false)),
        (named("status"), column(ColumnType::Text, Class::Open, true)),
        (named("secret"), column(ColumnType::Text, Class::Sealed, true)),
    ]);
    for name in key.iter().filter(|name| **name != "tenant_id") {
        let kind = if *name == "no" { ColumnType::Integer } else { ColumnType::Text };
        columns.insert(named(name), column(kind, Class::Open, false));
    }
    Terms {
        tenant_column: named("tenant_id"),
        key: key.iter().map(|name| named(name)).collect(),
        columns,
        operations: operations
            .into_iter()
            .map(|(kind, rollback)| (kind, operation(kind, rollback)))
            .collect(),
    }
}

fn operation(kind: OperationKind, rollback: Rollback) -> Operation {
    let is_final = kind == Delete && rollback == Rollback::None;
    Operation {
        columns: if kind == Delete { Vec::new() } else { vec![named("status"), named("secret")] },
        max_rows: MAX_ROWS,
        consequence: if is_final { Consequence::Irreversible } else { Consequence::Low },
        rollback,
    }
}

fn rule(id: &str, effect: Effect, table: &str, operations: Option<Vec<OperationKind>>) -> Rule {
    Rule {
        id: named(id),
        effect,
        agents: None,
        table: named(table),
        operations,
        columns: None,
        max_rows: None,
        when: Vec::new(),
        approval: None,
    }
}

fn asks(quorum: u32, rule: Rule) -> Rule {
    Rule { approval: Some(approval(quorum)), ..rule }
}

fn approval(quorum: u32) -> Approval {
    Approval { expires_seconds: APPROVAL_SECONDS, group: named(GROUP), quorum }
}

fn limit(table: Option<&str>, max_rows: u64, window_seconds: u32) -> Limit {
    let table: Option<Identifier> = table.map(named);
    Limit { id: named("window"), agents: None, table, operations: None, max_rows, window_seconds }
}

fn digest(contract: &Contract) -> Digest {
    contract.digest().unwrap()
}

pub fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
