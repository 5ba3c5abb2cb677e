//! A draft, made of the live schema and of what was said before.

use std::collections::{BTreeMap, BTreeSet};

use app::portal::{ColumnDraft, ContractDraft, OperationDraft, TableDraft, TableObstacle};
use evidence::contract::{Class, ColumnType, Contract, Database, OperationKind, Table};
use evidence::name::Identifier;

use crate::connectors::draft::{MAX_ROWS, RESTORE_SECONDS, tenant};
use crate::connectors::live::{LiveColumn, LiveTable, Obstacle};

/// A draft of the live schema. What `base` says of tables and columns that are still there, it says again; what is new is as
/// careful as can be. Without `base`, every table that can be governed is in it.
pub fn sketch(
    database: Database,
    live: &[LiveTable],
    base: Option<&ContractDraft>,
    tenant_column: Option<&str>,
) -> ContractDraft {
    let tables = live.iter().map(|live| {
        let before = base.and_then(|base| base.tables.get(&live.name));
        let mut table = table(live, before, tenant_column);
        let is_first = base.is_none() && table.obstacle.is_none() && !table.tenant_column.is_empty();
        table.included |= is_first;
        (live.name.clone(), table)
    });
    ContractDraft { database, tables: tables.collect() }
}

/// The draft from which this contract would come.
pub fn of_contract(contract: &Contract) -> ContractDraft {
    let tables = contract.tables.iter().map(|(name, table)| (name.to_string(), of_table(table)));
    ContractDraft { database: contract.database, tables: tables.collect() }
}

fn table(live: &LiveTable, before: Option<&TableDraft>, tenant_column: Option<&str>) -> TableDraft {
    let mut keys = keys(live);
    let has = |name: &str| live.columns.iter().any(|column| column.name == name);
    let said = before.filter(|before| has(&before.tenant_column)).map(|before| before.tenant_column.clone());
    let guessed = || tenant(live, tenant_column).map(str::to_owned).unwrap_or_default();
    let tenant_column = said.unwrap_or_else(guessed);
    let key = before.map(|before| &before.key).filter(|key| is_one_of(key, &keys));
    let key = key.or_else(|| keys.first()).cloned().unwrap_or_default();
    // The order of a key's columns is part of the contract.
    keys.iter_mut()
        .filter(|known| is_one_of(known, std::slice::from_ref(&key)))
        .for_each(|known| known.clone_from(&key));
    let is_structural = |name: &str| name == tenant_column || key.iter().any(|key| key == name);
    let columns = live.columns.iter().map(|column| {
        let known = before.and_then(|before| before.columns.iter().find(|known| known.name == column.name));
        let mut draft = self::column(column, known, is_structural(&column.name));
        // What was added to a table that somebody has gone through is for somebody to let in.
        draft.writable &= before.is_none() || known.is_some();
        draft
    });
    let columns: Vec<ColumnDraft> = columns.collect();
    let operations = match before {
        Some(before) => surviving(before, &columns),
        None => first_operations(&columns),
    };
    TableDraft {
        included: before.is_some_and(|before| before.included),
        obstacle: obstacle(live),
        tenant_column,
        key,
        keys,
        columns,
        operations,
    }
}

/// The primary key first.
fn keys(live: &LiveTable) -> Vec<Vec<String>> {
    let mut keys = Vec::new();
    if !live.primary_key.is_empty() {
        keys.push(live.primary_key.clone());
    }
    for unique in &live.unique {
        let key: Vec<String> = unique.iter().cloned().collect();
        if !key.is_empty() && !is_one_of(&key, &keys) {
            keys.push(key);
        }
    }
    keys
}

/// In whatever order.
fn is_one_of(key: &[String], keys: &[Vec<String>]) -> bool {
    let set = |key: &[String]| key.iter().cloned().collect::<BTreeSet<_>>();
    !key.is_empty() && keys.iter().any(|known| set(known) == set(key))
}

fn column(live: &LiveColumn, before: Option<&ColumnDraft>, is_structural: bool) -> ColumnDraft {
    let first = live.kinds.first().copied().unwrap_or(ColumnType::Text);
    let kind = before.map(|before| before.kind).filter(|kind| live.kinds.contains(kind)).unwrap_or(first);
    let careful = if is_structural { Class::Open } else { Class::Sealed };
    ColumnDraft {
        name: live.name.clone(),
        declared: live.declared.clone(),
        kinds: live.kinds.clone(),
        kind,
        nullable: live.nullable,
        class: before.map_or(careful, |before| before.class),
        writable: before.map_or(!is_structural && !live.identity, |before| before.writable),
    }
}

/// What was said of the operations, without the columns that are gone.
fn surviving(before: &TableDraft, columns: &[ColumnDraft]) -> BTreeMap<OperationKind, OperationDraft> {
    let mut operations = before.operations.clone();
    for operation in operations.values_mut() {
        operation.columns.retain(|name| columns.iter().any(|column| column.name == *name));
    }
    operations
}

/// Update and insert where there is something to set; a delete, of one record at a time, always.
fn first_operations(columns: &[ColumnDraft]) -> BTreeMap<OperationKind, OperationDraft> {
    let writable: BTreeSet<String> =
        columns.iter().filter(|column| column.writable).map(|column| column.name.clone()).collect();
    let operation = |kind| {
        let is_delete = kind == OperationKind::Delete;
        let mut operation = OperationDraft::new(if is_delete { 1 } else { MAX_ROWS }, RESTORE_SECONDS);
        if !is_delete {
            operation.columns.clone_from(&writable);
        }
        operation.offered = is_delete || !writable.is_empty();
        operation
    };
    OperationKind::ALL.into_iter().map(|kind| (kind, operation(kind))).collect()
}

fn obstacle(live: &LiveTable) -> Option<TableObstacle> {
    if let Some(obstacle) = live.obstacle {
        return Some(match obstacle {
            Obstacle::Foreign => TableObstacle::Foreign,
            Obstacle::Part => TableObstacle::Part,
            Obstacle::RowSecurity => TableObstacle::RowSecurity,
            Obstacle::View => TableObstacle::View,
        });
    }
    let names = std::iter::once(&live.name).chain(live.columns.iter().map(|column| &column.name));
    let odd = names.into_iter().find(|name| name.parse::<Identifier>().is_err());
    let unknown = live.columns.iter().find(|column| column.kinds.is_empty());
    odd.map(|name| TableObstacle::Name(name.clone()))
        .or_else(|| unknown.map(|column| TableObstacle::Type(column.name.clone())))
        .or_else(|| keys(live).is_empty().then_some(TableObstacle::NoKey))
}

fn of_table(table: &Table) -> TableDraft {
    let names = |names: &[Identifier]| names.iter().map(Identifier::to_string).collect::<Vec<_>>();
    let columns = table.columns.iter().map(|(name, column)| ColumnDraft {
        name: name.to_string(),
        declared: app::portal::kind_word(column.kind).to_owned(),
        kinds: vec![column.kind],
        kind: column.kind,
        nullable: column.nullable,
        class: column.class,
        writable: column.writable,
    });
    let operation = |kind| {
        let Some(known) = table.operations.get(&kind) else {
            let max_rows = if kind == OperationKind::Delete { 1 } else { MAX_ROWS };
            return OperationDraft::new(max_rows, RESTORE_SECONDS);
        };
        let mut operation = OperationDraft::new(known.max_rows, RESTORE_SECONDS).undone_by(&known.rollback);
        operation.offered = true;
        operation.columns = names(&known.columns).into_iter().collect();
        operation.consequence = known.consequence;
        operation
    };
    TableDraft {
        included: true,
        obstacle: None,
        tenant_column: table.tenant_column.to_string(),
        key: names(&table.key),
        keys: vec![names(&table.key)],
        columns: columns.collect(),
        operations: OperationKind::ALL.into_iter().map(|kind| (kind, operation(kind))).collect(),
    }
}
