//! A first contract for a system of record, drafted from its live schema for a person to edit.

use std::collections::BTreeMap;

use evidence::contract::{
    Class, Column, ColumnType, Consequence, Contract, Database, Operation, OperationKind, Rollback, Table,
};
use evidence::name::{Identifier, Name};

use super::live::{LiveColumn, LiveTable};

/// The names that tenant columns usually have, the likeliest first.
const TENANT_COLUMNS: [&str; 8] = [
    "tenant_id",
    "tenant",
    "org_id",
    "organization_id",
    "account_id",
    "workspace_id",
    "company_id",
    "customer_id",
];

/// For how long a drafted contract has before-images kept.
pub const RESTORE_SECONDS: u32 = 7 * 24 * 60 * 60;

/// How many records one drafted insert or update may name.
pub const MAX_ROWS: u32 = 50;

/// A drafted contract, and what is not in it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The contract.
    pub contract: Contract,
    /// Each table that was left out, and why.
    pub left_out: Vec<(String, String)>,
}

/// Drafts a contract. The tenant column is the one called `tenant_column`, or else by one of the usual names.
pub fn draft(connector: Name, database: Database, live: &[LiveTable], tenant_column: Option<&str>) -> Draft {
    let mut tables = BTreeMap::new();
    let mut left_out = Vec::new();
    for table in live {
        match terms(table, tenant_column) {
            Ok((name, terms)) => drop(tables.insert(name, terms)),
            Err(reason) => left_out.push((table.name.clone(), reason)),
        }
    }
    Draft { contract: Contract { connector, version: 1, database, tables }, left_out }
}

fn terms(live: &LiveTable, tenant_column: Option<&str>) -> Result<(Identifier, Table), String> {
    if let Some(obstacle) = &live.obstacle {
        return Err(obstacle.to_string());
    }
    if live.primary_key.is_empty() {
        return Err("it has no primary key".to_owned());
    }
    let name = identifier(&live.name)?;
    let tenant = tenant(live, tenant_column).ok_or("no column of it names a tenant")?;
    let mut columns = BTreeMap::new();
    for column in &live.columns {
        columns.insert(identifier(&column.name)?, terms_of(column, live, tenant)?);
    }
    let key: Vec<Identifier> =
        live.primary_key.iter().map(|name| identifier(name)).collect::<Result<_, _>>()?;
    let mut table = Table { tenant_column: identifier(tenant)?, key, columns, operations: BTreeMap::new() };
    table.operations = operations(&table);
    Ok((name, table))
}

/// The column of `live` that says whose a record is: the one called `given`, or else by one of the usual names.
pub fn tenant<'a>(live: &'a LiveTable, given: Option<&str>) -> Option<&'a str> {
    let find = |name: &str| live.columns.iter().find(|column| column.name == name);
    let found = match given {
        Some(name) => find(name),
        None => TENANT_COLUMNS.iter().find_map(|name| find(name)),
    }?;
    let can_name_one = found.kinds.iter().any(|kind| matches!(kind, ColumnType::Text | ColumnType::Integer));
    can_name_one.then_some(found.name.as_str())
}

fn terms_of(column: &LiveColumn, live: &LiveTable, tenant: &str) -> Result<Column, String> {
    let is_key = live.primary_key.contains(&column.name);
    let is_structural = is_key || column.name == tenant;
    let kind = column.kinds.first().ok_or_else(|| format!("column {} has no known type", column.name))?;
    Ok(Column {
        kind: *kind,
        class: if is_structural { Class::Open } else { Class::Sealed },
        writable: !is_structural && !column.identity,
        nullable: column.nullable && !is_key,
    })
}

/// Update and insert where there is something to set; a delete, of one record at a time, always.
fn operations(table: &Table) -> BTreeMap<OperationKind, Operation> {
    let writable = table.columns.iter().filter(|(_, column)| column.writable);
    let columns: Vec<Identifier> = writable.map(|(name, _)| name.clone()).collect();
    let operation = |columns, max_rows| Operation {
        columns,
        max_rows,
        consequence: Consequence::Consequential,
        rollback: Rollback::Restore { window_seconds: RESTORE_SECONDS },
    };
    let mut operations = BTreeMap::from([(OperationKind::Delete, operation(Vec::new(), 1))]);
    if !columns.is_empty() {
        operations.insert(OperationKind::Insert, operation(columns.clone(), MAX_ROWS));
        operations.insert(OperationKind::Update, operation(columns, MAX_ROWS));
    }
    operations
}

fn identifier(name: &str) -> Result<Identifier, String> {
    name.parse()
        .map_err(|_| format!("{name:?} is no name that a contract can hold: letters, digits and underscores"))
}
