//! A contract on its way: what a person makes of a live schema, table by table. It may be faulty at any moment, and is kept all
//! the same.

use std::collections::{BTreeMap, BTreeSet};

use evidence::contract::{Class, ColumnType, Consequence, Database, OperationKind, Rollback};
use serde::{Deserialize, Serialize};

use crate::text::Said;
use crate::visit::Form;

/// A contract on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractDraft {
    /// The kind of database.
    pub database: Database,
    /// Every table that is there, whether the contract is to have it or not.
    pub tables: BTreeMap<String, TableDraft>,
}

/// A table of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDraft {
    /// Whether the contract is to have it.
    pub included: bool,
    /// Why the contract can't have it, if so.
    pub obstacle: Option<TableObstacle>,
    /// The column that says whose a record is; empty if nobody has said which one that is.
    pub tenant_column: String,
    /// The columns by which records are told apart, in the key's order.
    pub key: Vec<String>,
    /// The sets of columns that can't occur twice: what the key may be.
    pub keys: Vec<Vec<String>>,
    /// The columns, in the table's order.
    pub columns: Vec<ColumnDraft>,
    /// The operations, offered or not.
    pub operations: BTreeMap<OperationKind, OperationDraft>,
}

/// Why no contract can have a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableObstacle {
    /// It is a foreign table.
    Foreign,
    /// The table or this column of it has a name that a contract can't hold.
    Name(String),
    /// No set of columns tells its records apart.
    NoKey,
    /// It is a part of a partitioned table.
    Part,
    /// Row-level security hides records.
    RowSecurity,
    /// This column has a type that is not known.
    Type(String),
    /// It is a view.
    View,
}

impl TableObstacle {
    /// What it is, and what to do.
    pub fn said(&self) -> Said {
        match self {
            Self::Foreign => Said::new("connectors.obstacle.foreign"),
            Self::Name(name) => Said::new("connectors.obstacle.name").with("name", name),
            Self::NoKey => Said::new("connectors.obstacle.no_key"),
            Self::Part => Said::new("connectors.obstacle.part"),
            Self::RowSecurity => Said::new("connectors.obstacle.row_security"),
            Self::Type(column) => Said::new("connectors.obstacle.type").with("column", column),
            Self::View => Said::new("connectors.obstacle.view"),
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDraft {
    /// Its name.
    pub name: String,
    /// Its type as the database writes it.
    pub declared: String,
    /// The kinds of values that it may be taken to hold.
    pub kinds: Vec<ColumnType>,
    /// The kind that it is taken to hold.
    pub kind: ColumnType,
    /// Whether it takes null.
    pub nullable: bool,
    /// Whether receipts may show its values.
    pub class: Class,
    /// Whether any operation may write it.
    pub writable: bool,
}

/// An operation on a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationDraft {
    /// Whether the contract is to have it.
    pub offered: bool,
    /// The columns that it may set.
    pub columns: BTreeSet<String>,
    /// The most records that one action may name, as it was typed.
    pub max_rows: String,
    /// How much depends on it.
    pub consequence: Consequence,
    /// How it is undone.
    pub rollback: RollbackKind,
    /// For how long a before-image is kept, as it was typed, in units.
    pub window: String,
    /// The unit, in seconds.
    pub unit: u32,
    /// The operation that makes up for it, as `table.operation`.
    pub compensation: String,
}

/// How an operation is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RollbackKind {
    /// By another operation.
    Compensate,
    /// Not at all.
    None,
    /// By writing the state before back.
    Restore,
}

/// What keeps a draft from being a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFault {
    /// The table; none, if it is about all of it.
    pub table: Option<String>,
    /// The id of the field in the table's form.
    pub field: String,
    /// What is wrong and what to do.
    pub said: Said,
}

/// The units of windows, in seconds.
pub const UNITS: [u32; 4] = [86_400, 3_600, 60, 1];

impl TableDraft {
    /// Whether `column` is one that says which record, or whose.
    pub fn is_structural(&self, column: &str) -> bool {
        self.tenant_column == column || self.key.iter().any(|key| key == column)
    }

    /// The table as a form says that it should be. What the form does not name stays as it is.
    #[must_use]
    pub fn of_form(&self, form: &Form) -> Self {
        let mut table = self.clone();
        table.included = form.has("included");
        if form.has("tenant_column") {
            form.text("tenant_column").clone_into(&mut table.tenant_column);
        }
        if let Some(key) = form.text("key").parse().ok().and_then(|place: usize| self.keys.get(place)) {
            table.key.clone_from(key);
        }
        for column in &mut table.columns {
            column.read(form);
        }
        let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        for (kind, operation) in &mut table.operations {
            operation.read(kind.as_str(), &names, form);
        }
        table
    }
}

impl ColumnDraft {
    fn read(&mut self, form: &Form) {
        match form.text(&format!("class-{}", self.name)) {
            "open" => self.class = Class::Open,
            "sealed" => self.class = Class::Sealed,
            _ => {}
        }
        let kind = form.text(&format!("kind-{}", self.name));
        if let Some(kind) = self.kinds.iter().find(|known| kind_word(**known) == kind) {
            self.kind = *kind;
        }
        self.writable = form.has(&format!("writable-{}", self.name));
    }
}

impl OperationDraft {
    /// An operation that is not offered, with `max_rows` at most and a before-image for `seconds`.
    pub fn new(max_rows: u32, seconds: u32) -> Self {
        let (window, unit) = window(seconds);
        Self {
            offered: false,
            columns: BTreeSet::new(),
            max_rows: max_rows.to_string(),
            consequence: Consequence::Consequential,
            rollback: RollbackKind::Restore,
            window,
            unit,
            compensation: String::new(),
        }
    }

    /// The same with this rollback.
    #[must_use]
    pub fn undone_by(mut self, rollback: &Rollback) -> Self {
        match rollback {
            Rollback::None => self.rollback = RollbackKind::None,
            Rollback::Compensate { operation } => {
                self.rollback = RollbackKind::Compensate;
                self.compensation = operation.to_string();
            }
            Rollback::Restore { window_seconds } => {
                self.rollback = RollbackKind::Restore;
                (self.window, self.unit) = window(*window_seconds);
            }
        }
        self
    }

    fn read(&mut self, kind: &str, columns: &[String], form: &Form) {
        let text = |field: &str| form.text(&format!("{field}-{kind}"));
        self.offered = form.has(&format!("offered-{kind}"));
        self.columns =
            columns.iter().filter(|column| form.has(&format!("{kind}-{column}"))).cloned().collect();
        self.max_rows = shortened(text("max_rows"));
        self.consequence = match text("consequence") {
            "low" => Consequence::Low,
            "irreversible" => Consequence::Irreversible,
            _ => Consequence::Consequential,
        };
        self.rollback = match text("rollback") {
            "compensate" => RollbackKind::Compensate,
            "none" => RollbackKind::None,
            _ => RollbackKind::Restore,
        };
        self.window = shortened(text("window"));
        self.unit = text("unit").parse().ok().filter(|unit| UNITS.contains(unit)).unwrap_or(self.unit);
        self.compensation = shortened(text("compensation"));
    }
}

/// The word for a kind of values, in forms.
pub const fn kind_word(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Boolean => "boolean",
        ColumnType::Bytes => "bytes",
        ColumnType::Decimal => "decimal",
        ColumnType::Integer => "integer",
        ColumnType::Text => "text",
        ColumnType::Timestamp => "timestamp",
    }
}

fn window(seconds: u32) -> (String, u32) {
    let unit = UNITS.into_iter().find(|unit| seconds.is_multiple_of(*unit)).unwrap_or(1);
    ((seconds / unit).to_string(), unit)
}

/// Nobody means more than this by a number or a name.
fn shortened(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_said_in_the_largest_unit_that_fits() {
        assert_eq!(window(30 * 86_400), ("30".to_owned(), 86_400));
        assert_eq!(window(90), ("90".to_owned(), 1));
        assert_eq!(window(7_200), ("2".to_owned(), 3_600));
    }
}
