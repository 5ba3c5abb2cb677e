//! The lens: how the records of one table look in one tenant's log.
//!
//! Reading before a verdict and reading inside the write's own transaction must give the same hashes, so both look
//! through here.

use std::collections::BTreeMap;

use evidence::action::State;
use evidence::canonical::CanonicalError;
use evidence::commitment::{Cell, Key, Place, TenantSecret, state_hash};
use evidence::contract::{Class, Table};
use evidence::digest::Digest;
use evidence::name::{Identifier, Name, Text};
use evidence::value::Value;

/// A record as it stands in the system of record: every column of the contract with its value.
pub type Row = BTreeMap<Identifier, Value>;

/// Whether a tenant column's value names `tenant`.
pub fn names_tenant(value: &Value, tenant: &Name) -> bool {
    match value {
        Value::Text(text) => tenant == text.as_str(),
        Value::Integer(number) => *tenant == *number.to_string(),
        Value::Null | Value::Bool(_) => false,
    }
}

/// How records of `table` look to the tenant whose secret this is.
pub struct Lens<'a> {
    /// The connector.
    pub connector: &'a Name,
    /// The table's name.
    pub name: &'a Text,
    /// The tenant's secret.
    pub secret: &'a TenantSecret,
    /// What the contract says of the table.
    pub table: &'a Table,
}

impl Lens<'_> {
    /// The whole state of a record.
    pub fn state(&self, key: &Key, row: &Row) -> Result<State, CanonicalError> {
        let cells = self.cells(key, row)?;
        Ok(State { hash: state_hash(&cells)?, cells })
    }

    /// The hash of a record's state.
    pub fn hash(&self, key: &Key, row: &Row) -> Result<Digest, CanonicalError> {
        state_hash(&self.cells(key, row)?)
    }

    /// Where a record stands.
    pub const fn place<'a>(&'a self, key: &'a Key) -> Place<'a> {
        Place { connector: self.connector, key, table: self.name }
    }

    fn cells(&self, key: &Key, row: &Row) -> Result<BTreeMap<Text, Cell>, CanonicalError> {
        row.iter().map(|(column, value)| Ok((column.to_text(), self.cell(key, column, value)?))).collect()
    }

    fn cell(&self, key: &Key, column: &Identifier, value: &Value) -> Result<Cell, CanonicalError> {
        let disclosure = self.secret.disclose(&self.place(key), &column.to_text(), value)?;
        match self.table.columns.get(column).map(|column| column.class) {
            Some(Class::Open) => Ok(Cell::Open { salt: disclosure.0, value: disclosure.2 }),
            Some(Class::Sealed) | None => Ok(Cell::Sealed(disclosure.digest()?)),
        }
    }
}
