//! Whether the live schema is the one that the contract was written for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use evidence::contract::{ColumnType, Contract, Table};
use evidence::digest::Digest;
use evidence::name::Identifier;
use sqlx::{Row as _, SqliteConnection};

use crate::connectors::ConnectorError;

/// The last comparison. `SQLite` counts up `schema_version` with every change of the schema, so a comparison holds
/// until then.
#[derive(Default)]
pub struct Checked(Mutex<Option<Comparison>>);

struct Comparison {
    version: i64,
    contract: Digest,
    matches: bool,
}

impl Checked {
    /// Whether every table of the contract is there with exactly the contract's columns.
    pub async fn matches(
        &self,
        read: &mut SqliteConnection,
        contract: &Contract,
        digest: Digest,
    ) -> Result<bool, ConnectorError> {
        let version: i64 = sqlx::query_scalar("pragma schema_version").fetch_one(&mut *read).await?;
        if let Some(known) = self.known(version, digest) {
            return Ok(known);
        }
        let matches = compare(read, contract).await?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Comparison { version, contract: digest, matches });
        Ok(matches)
    }

    fn known(&self, version: i64, contract: Digest) -> Option<bool> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref()
            .filter(|last| last.version == version && last.contract == contract)
            .map(|last| last.matches)
    }
}

async fn compare(read: &mut SqliteConnection, contract: &Contract) -> Result<bool, ConnectorError> {
    for (name, table) in &contract.tables {
        if !same_columns(table, &live_columns(read, name).await?) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn live_columns(
    read: &mut SqliteConnection,
    table: &Identifier,
) -> Result<BTreeMap<String, String>, ConnectorError> {
    let columns = sqlx::query("select name, type from pragma_table_xinfo(?)")
        .bind(table.as_str())
        .fetch_all(read)
        .await?;
    Ok(columns
        .iter()
        .map(|column| Ok((column.try_get(0)?, column.try_get(1)?)))
        .collect::<Result<_, sqlx::Error>>()?)
}

fn same_columns(table: &Table, live: &BTreeMap<String, String>) -> bool {
    live.len() == table.columns.len()
        && table
            .columns
            .iter()
            .all(|(name, column)| live.get(name.as_str()).is_some_and(|kind| fits(column.kind, kind)))
}

/// Whether a column declared so holds values of this kind, by the rules of <https://sqlite.org/datatype3.html> §3.1 and
/// the names that people give to what `SQLite` has no type for.
fn fits(kind: ColumnType, declared: &str) -> bool {
    use ColumnType::{Boolean, Bytes, Decimal, Integer, Text, Timestamp};
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["INT"]) {
        return matches!(kind, Integer | Boolean | Timestamp);
    }
    if has(&["CHAR", "CLOB", "TEXT"]) {
        return matches!(kind, Text | Timestamp | Decimal);
    }
    if declared.is_empty() || has(&["BLOB"]) {
        return kind == Bytes;
    }
    if has(&["BOOL"]) {
        return kind == Boolean;
    }
    if has(&["DATE", "TIME"]) {
        return kind == Timestamp;
    }
    kind == Decimal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_have_one_or_a_few_kinds() {
        assert!(fits(ColumnType::Text, "varchar(20)"));
        assert!(fits(ColumnType::Boolean, "INTEGER"));
        assert!(fits(ColumnType::Decimal, "double precision"));
        assert!(!fits(ColumnType::Text, "integer"));
        assert!(!fits(ColumnType::Bytes, "text"));
    }
}
