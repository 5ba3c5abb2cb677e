//! From a draft to a contract, or to everything that is wrong with it.

use std::collections::BTreeMap;

use app::portal::{ContractDraft, DraftFault, OperationDraft, RollbackKind, TableDraft};
use app::text::Said;
use evidence::contract::{Class, Column, Contract, MAX_ROWS, Operation, OperationKind, Rollback, Table};
use evidence::name::{Identifier, Name};

/// The contract that `draft` describes, as `version`.
pub fn contract(connector: &Name, version: u32, draft: &ContractDraft) -> Result<Contract, Vec<DraftFault>> {
    let (mut tables, mut faults) = (BTreeMap::new(), Vec::new());
    for (name, draft_table) in draft.tables.iter().filter(|(_, table)| table.included) {
        let mut judge = Judge { draft, name, table: draft_table, faults: &mut faults };
        if let Some((name, table)) = judge.table() {
            tables.insert(name, table);
        }
    }
    if tables.is_empty() && faults.is_empty() {
        let said = Said::new("connectors.fault.no_table");
        faults.push(DraftFault { table: None, field: "tables".to_owned(), said });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let contract = Contract { connector: connector.clone(), version, database: draft.database, tables };
    // Everything that this could find has been found above, in words that name the field.
    contract.check().map_err(|error| {
        let said = Said::new("connectors.fault.other").with("at", &error.at).with("fault", error.fault);
        vec![DraftFault { table: None, field: "tables".to_owned(), said }]
    })?;
    Ok(contract)
}

/// Looks at one table.
struct Judge<'a> {
    draft: &'a ContractDraft,
    name: &'a str,
    table: &'a TableDraft,
    faults: &'a mut Vec<DraftFault>,
}

impl Judge<'_> {
    fn fault(&mut self, field: impl Into<String>, said: Said) {
        self.faults.push(DraftFault { table: Some(self.name.to_owned()), field: field.into(), said });
    }

    fn table(&mut self) -> Option<(Identifier, Table)> {
        if let Some(obstacle) = &self.table.obstacle {
            self.fault("included", obstacle.said());
            return None;
        }
        let before = self.faults.len();
        self.structure();
        let operations = self.operations();
        if self.faults.len() > before {
            return None;
        }
        let identifiers =
            |names: &[String]| names.iter().map(|name| name.parse().ok()).collect::<Option<_>>();
        let table = Table {
            tenant_column: self.table.tenant_column.parse().ok()?,
            key: identifiers(&self.table.key)?,
            columns: self.columns()?,
            operations,
        };
        Some((self.name.parse().ok()?, table))
    }

    fn structure(&mut self) {
        let table = self.table;
        let has = |name: &str| table.columns.iter().any(|column| column.name == name);
        if table.tenant_column.is_empty() {
            self.fault("tenant_column", Said::new("connectors.fault.no_tenant"));
        } else if !has(&table.tenant_column) {
            let said = Said::new("connectors.fault.tenant_gone").with("column", &table.tenant_column);
            self.fault("tenant_column", said);
        }
        if table.key.is_empty() || !table.key.iter().all(|name| has(name)) {
            self.fault("key", Said::new("connectors.fault.no_key"));
        }
        let sealed =
            |name: &&String| table.columns.iter().any(|c| c.name == **name && c.class == Class::Sealed);
        let structural = table.key.iter().chain([&table.tenant_column]);
        let mut seen = Vec::new();
        for column in structural.filter(sealed) {
            if !seen.contains(&column) {
                seen.push(column);
                let said = Said::new("connectors.fault.sealed").with("column", column);
                self.fault(format!("class-{column}"), said);
            }
        }
    }

    fn columns(&self) -> Option<BTreeMap<Identifier, Column>> {
        let column = |draft: &app::portal::ColumnDraft| {
            let is_key = self.table.key.contains(&draft.name);
            let column = Column {
                kind: draft.kind,
                class: draft.class,
                writable: draft.writable,
                // A key is never null, whatever the database would let it be.
                nullable: draft.nullable && !is_key,
            };
            Some((draft.name.parse().ok()?, column))
        };
        self.table.columns.iter().map(column).collect()
    }

    fn operations(&mut self) -> BTreeMap<OperationKind, Operation> {
        let table = self.table;
        let offered = table.operations.iter().filter(|(_, operation)| operation.offered);
        let operations = offered.filter_map(|(kind, draft)| Some((*kind, self.operation(*kind, draft)?)));
        operations.collect()
    }

    fn operation(&mut self, kind: OperationKind, draft: &OperationDraft) -> Option<Operation> {
        let columns = if kind == OperationKind::Delete { Vec::new() } else { self.settable(kind, draft) };
        let max_rows = draft.max_rows.parse().ok().filter(|rows| (1..=MAX_ROWS).contains(rows));
        if max_rows.is_none() {
            let said =
                Said::new("connectors.fault.max_rows").with("typed", &draft.max_rows).with("most", MAX_ROWS);
            self.fault(format!("max_rows-{}", kind.as_str()), said);
        }
        let rollback = self.rollback(kind, draft);
        Some(Operation { columns, max_rows: max_rows?, consequence: draft.consequence, rollback: rollback? })
    }

    fn settable(&mut self, kind: OperationKind, draft: &OperationDraft) -> Vec<Identifier> {
        let word = kind.as_str();
        if draft.columns.is_empty() {
            let said = Said::new("connectors.fault.no_columns").with("operation", word);
            self.fault(format!("offered-{word}"), said);
        }
        for name in &draft.columns {
            let column = self.table.columns.iter().find(|column| column.name == *name);
            let key = match column {
                None => "connectors.fault.unknown_column",
                Some(column) if !column.writable => "connectors.fault.not_writable",
                Some(_) if kind == OperationKind::Update && self.table.is_structural(name) => {
                    "connectors.fault.structural"
                }
                Some(_) => continue,
            };
            let field = if column.is_some() { format!("{word}-{name}") } else { format!("offered-{word}") };
            self.fault(field, Said::new(key).with("column", name).with("operation", word));
        }
        draft.columns.iter().filter_map(|name| name.parse().ok()).collect()
    }

    fn rollback(&mut self, kind: OperationKind, draft: &OperationDraft) -> Option<Rollback> {
        match draft.rollback {
            RollbackKind::None => Some(Rollback::None),
            RollbackKind::Restore => {
                let number: Option<u32> = draft.window.parse().ok();
                let seconds = number.and_then(|number| number.checked_mul(draft.unit)).filter(|s| *s > 0);
                if seconds.is_none() {
                    let said = Said::new("connectors.fault.window").with("typed", &draft.window);
                    self.fault(format!("window-{}", kind.as_str()), said);
                }
                seconds.map(|window_seconds| Rollback::Restore { window_seconds })
            }
            RollbackKind::Compensate => {
                let operation = self.compensation(&draft.compensation);
                if operation.is_none() {
                    let said = Said::new("connectors.fault.compensation").with("typed", &draft.compensation);
                    self.fault(format!("compensation-{}", kind.as_str()), said);
                }
                operation
            }
        }
    }

    /// The operation must be in the contract as well.
    fn compensation(&self, typed: &str) -> Option<Rollback> {
        let (table, operation) = typed.split_once('.')?;
        let table = self.draft.tables.get(table).filter(|table| table.included)?;
        table.operations.get(&OperationKind::parse(operation)?).filter(|operation| operation.offered)?;
        Some(Rollback::Compensate { operation: typed.parse().ok()? })
    }
}
