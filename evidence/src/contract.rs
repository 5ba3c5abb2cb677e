//! The contract: what a connector may touch at all.
//!
//! A contract is drafted from a live schema and then edited by a person; a [`Contract`] that exists has passed
//! [`Contract::check`], so no rule in an envelope can reach beyond it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError};
use crate::digest::Digest;
use crate::name::{Identifier, Name, Text};
use crate::value::Value;

/// The most rows that any contract may let one action touch; it bounds the size of a receipt.
pub const MAX_ROWS: u32 = 1_000;

/// What a connector may touch: tables, their keys and columns, and the operations on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// The connector that this contract binds.
    pub connector: Name,
    /// Counts up with each change; the digest is what pins it.
    pub version: u32,
    /// The kind of database behind the connector.
    pub database: Database,
    /// The tables that exist for an agent. Any other table does not.
    pub tables: BTreeMap<Identifier, Table>,
}

/// The kind of a system of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    /// A `PostgreSQL` database.
    Postgresql,
    /// A `SQLite` file.
    Sqlite,
}

/// One table of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The column that says to which tenant a record belongs.
    pub tenant_column: Identifier,
    /// The key columns, in the key's order.
    pub key: Vec<Identifier>,
    /// Every column of the live table.
    pub columns: BTreeMap<Identifier, Column>,
    /// The operations that exist for an agent.
    pub operations: BTreeMap<OperationKind, Operation>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The type that values must have.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether receipts may show the value.
    pub class: Class,
    /// Whether any operation may write it.
    pub writable: bool,
    /// Whether null is a value of it.
    pub nullable: bool,
}

/// The types of column values and the form in which a [`Value`] carries each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// `true` or `false`.
    Boolean,
    /// Bytes, as canonical base64 text.
    Bytes,
    /// A decimal or floating-point number, as text.
    Decimal,
    /// A 64-bit integer: a number up to 2^53−1, text beyond.
    Integer,
    /// Text.
    Text,
    /// A point in time, as text in the database's own form.
    Timestamp,
}

/// Who may see a column's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The value may stand in receipts, and rules may read it.
    Open,
    /// Only a commitment stands in receipts, and no rule may read it.
    Sealed,
}

/// What can be done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    /// Remove records.
    Delete,
    /// Add records.
    Insert,
    /// Change columns of records.
    Update,
}

impl OperationKind {
    /// Every kind, in order.
    pub const ALL: [Self; 3] = [Self::Delete, Self::Insert, Self::Update];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Insert => "insert",
            Self::Update => "update",
        }
    }

    /// The kind that takes this one's effect back.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::Delete => Self::Insert,
            Self::Insert => Self::Delete,
            Self::Update => Self::Update,
        }
    }

    /// The kind that an agent named, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The terms of one operation on one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The columns it may set; empty for a delete.
    pub columns: Vec<Identifier>,
    /// The most records one action may name.
    pub max_rows: u32,
    /// How much depends on it.
    pub consequence: Consequence,
    /// How it is undone.
    pub rollback: Rollback,
}

/// How much depends on an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consequence {
    /// It matters; an envelope should think about it.
    Consequential,
    /// It can't be undone: a person approves, whatever the envelope says.
    Irreversible,
    /// Little.
    Low,
}

/// How an operation is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Rollback {
    /// By running another operation, named `table.operation`.
    Compensate {
        /// The compensating operation.
        operation: Text,
    },
    /// Not at all, and the contract says so.
    None,
    /// By writing the before-image back.
    Restore {
        /// How long the before-image is kept.
        window_seconds: u32,
    },
}

/// Why a contract can't be put in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {fault}")]
pub struct ContractError {
    /// Where in the contract, as `tables.contacts.columns.email`.
    pub at: String,
    /// What is wrong there.
    pub fault: &'static str,
}

impl Contract {
    /// Reads a contract from its canonical bytes and checks it.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError<ContractError>> {
        let contract: Self = canonical::from_slice(bytes)?;
        contract.check().map_err(DocumentError::Rule)?;
        Ok(contract)
    }

    /// Whether the parts fit each other.
    pub fn check(&self) -> Result<(), ContractError> {
        for (name, table) in &self.tables {
            table.check().map_err(|mut error| {
                error.at = format!("tables.{name}.{}", error.at);
                error
            })?;
            self.check_rollbacks(name, table)?;
        }
        Ok(())
    }

    /// The digest that envelopes and receipts cite.
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        Ok(Digest::of(&canonical::to_vec(self)?))
    }

    /// The terms of `operation` on `table`, if the contract has them.
    pub fn operation(&self, table: &str, operation: &str) -> Option<(&Table, &Operation)> {
        let table = self.tables.get(table)?;
        Some((table, table.operations.get(&OperationKind::parse(operation)?)?))
    }

    /// Whether the rollback semantics of an operation can be carried out under this contract.
    pub fn can_undo(&self, rollback: &Rollback) -> bool {
        match rollback {
            Rollback::Compensate { operation } => operation
                .as_str()
                .split_once('.')
                .is_some_and(|(table, operation)| self.operation(table, operation).is_some()),
            Rollback::None => true,
            Rollback::Restore { window_seconds } => *window_seconds > 0,
        }
    }

    fn check_rollbacks(&self, name: &Identifier, table: &Table) -> Result<(), ContractError> {
        for (kind, operation) in &table.operations {
            if !self.can_undo(&operation.rollback) {
                let at = format!("tables.{name}.operations.{}.rollback", kind.as_str());
                return Err(ContractError {
                    at,
                    fault: "names no operation of this contract, or an empty window",
                });
            }
        }
        Ok(())
    }
}

impl Table {
    /// Whether `column` is one that says which record, or whose.
    pub fn is_structural(&self, column: &str) -> bool {
        self.tenant_column == *column || self.key.iter().any(|key| key == column)
    }

    fn check(&self) -> Result<(), ContractError> {
        let fault = |at: String, fault| Err(ContractError { at, fault });
        if self.key.is_empty() {
            return fault("key".into(), "has no column");
        }
        for column in self.key.iter().chain([&self.tenant_column]) {
            match self.columns.get(column) {
                None => {
                    return fault(
                        format!("columns.{column}"),
                        "is part of the key or names the tenant, but is missing",
                    );
                }
                Some(found) if found.class == Class::Sealed => {
                    return fault(
                        format!("columns.{column}"),
                        "says which record or whose it is, so it must be open",
                    );
                }
                Some(_) => {}
            }
        }
        self.operations.iter().try_for_each(|(kind, operation)| self.check_operation(*kind, operation))
    }

    fn check_operation(&self, kind: OperationKind, operation: &Operation) -> Result<(), ContractError> {
        let at = format!("operations.{}", kind.as_str());
        let fault = |at: String, fault| Err(ContractError { at, fault });
        if operation.max_rows == 0 || operation.max_rows > MAX_ROWS {
            return fault(format!("{at}.max_rows"), "must be between 1 and 1,000");
        }
        if (kind == OperationKind::Delete) != operation.columns.is_empty() {
            return fault(format!("{at}.columns"), "must be empty for a delete and not for anything else");
        }
        for column in &operation.columns {
            let at = format!("{at}.columns.{column}");
            match self.columns.get(column) {
                None => return fault(at, "is not a column of the table"),
                Some(found) if !found.writable => return fault(at, "is not writable"),
                Some(_) if kind == OperationKind::Update && self.is_structural(column.as_str()) => {
                    return fault(at, "says which record or whose it is, so no update may set it");
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

impl Column {
    /// Whether `value` is one of this column's.
    pub fn accepts(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (_, Value::Null) => self.nullable,
            (ColumnType::Boolean, Value::Bool(_)) => true,
            (ColumnType::Integer, value) => {
                value.as_integer().is_some_and(|number| Value::from_integer(number) == *value)
            }
            (ColumnType::Bytes, Value::Text(text)) => crate::digest::from_base64(text).is_some(),
            (ColumnType::Decimal, Value::Text(text)) => is_decimal(text),
            (ColumnType::Text | ColumnType::Timestamp, Value::Text(text)) => !text.contains('\0'),
            _ => false,
        }
    }
}

/// Why a document (a contract, an envelope) can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError<Rule: std::error::Error> {
    /// The bytes are not canonical JSON of the right shape.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The parts do not fit each other.
    #[error("{0}")]
    Rule(Rule),
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_digits =
        |part: &str| !part.is_empty() && part.len() <= 400 && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && is_digits(exponent.strip_prefix('-').unwrap_or(exponent))
}
