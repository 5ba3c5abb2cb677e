//! The live schema of a `SQLite` file, and whether it is the one that a contract was written for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use evidence::contract::{ColumnType, Contract, Database, Table};
use evidence::digest::Digest;
use evidence::name::Identifier;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::connectors::ConnectorError;
use crate::connectors::live::{LiveColumn, LiveTable, drift};

/// The last comparisons, by contract and table. `SQLite` counts up `schema_version` with every change of the schema, so they
/// hold until then.
#[derive(Default)]
pub struct Checked(Mutex<Comparisons>);

#[derive(Default)]
struct Comparisons {
    version: i64,
    tables: HashMap<(Digest, Identifier), Compared>,
}

/// A live table, where it is the contract's; and otherwise nothing.
#[derive(Clone)]
struct Compared(Option<Arc<LiveTable>>);

impl Checked {
    /// The live table, if it is exactly as the contract says.
    pub async fn table(
        &self,
        read: &mut SqliteConnection,
        (contract, digest): (&Contract, Digest),
        (name, terms): (&Identifier, &Table),
    ) -> Result<Option<Arc<LiveTable>>, ConnectorError> {
        let version: i64 = sqlx::query_scalar("pragma schema_version").fetch_one(&mut *read).await?;
        let at = (digest, name.clone());
        if let Some(known) = self.known(version, &at) {
            return Ok(known.0);
        }
        let live = table(read, name.as_str()).await?;
        let matches = contract.database == Database::Sqlite && drift(name, terms, live.as_ref()).is_empty();
        let live = live.filter(|_| matches).map(Arc::new);
        self.remember(version, at, Compared(live.clone()));
        Ok(live)
    }

    fn known(&self, version: i64, at: &(Digest, Identifier)) -> Option<Compared> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.tables.get(at).filter(|_| last.version == version).cloned()
    }

    fn remember(&self, version: i64, at: (Digest, Identifier), compared: Compared) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.version != version {
            *last = Comparisons { version, ..Comparisons::default() };
        }
        last.tables.insert(at, compared);
    }
}

/// Every table but `SQLite`'s own and the outbox.
pub async fn introspect(read: &mut SqliteConnection) -> Result<Vec<LiveTable>, ConnectorError> {
    let names = "select name from pragma_table_list where schema = 'main' and type = 'table'
        and name not like 'sqlite\\_%' escape '\\' and name <> 'helm_outbox' order by name";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut *read).await?;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        tables.extend(table(read, &name).await?);
    }
    Ok(tables)
}

/// The ordinary table of this name.
async fn table(read: &mut SqliteConnection, name: &str) -> Result<Option<LiveTable>, ConnectorError> {
    let columns = "select c.name, c.type, c.\"notnull\", c.pk, c.hidden from pragma_table_list(?1) t, pragma_table_xinfo(?1) c
        where t.schema = 'main' and t.type = 'table' order by c.cid";
    let rows = sqlx::query(columns).bind(name.to_owned()).fetch_all(&mut *read).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let primary_key = primary_key(&rows)?;
    let mut unique = unique(read, name).await?;
    unique.push(primary_key.iter().cloned().collect());
    let stored = rows.iter().filter(|row| !matches!(row.try_get::<i64, _>(4), Ok(2 | 3)));
    let columns = stored.map(column).collect::<Result<_, _>>()?;
    Ok(Some(LiveTable { name: name.to_owned(), columns, primary_key, unique, obstacle: None }))
}

fn primary_key(rows: &[SqliteRow]) -> Result<Vec<String>, sqlx::Error> {
    let mut key: Vec<(i64, String)> = Vec::new();
    for row in rows {
        key.push((row.try_get(3)?, row.try_get(0)?));
    }
    key.retain(|(place, _)| *place > 0);
    key.sort();
    Ok(key.into_iter().map(|(_, name)| name).collect())
}

async fn unique(read: &mut SqliteConnection, name: &str) -> Result<Vec<BTreeSet<String>>, ConnectorError> {
    let columns = "select l.name, i.name from pragma_index_list(?) l, pragma_index_info(l.name) i
        where l.\"unique\" = 1 and l.partial = 0";
    let rows = sqlx::query(columns).bind(name.to_owned()).fetch_all(read).await?;
    let mut indexes: HashMap<String, Option<BTreeSet<String>>> = HashMap::new();
    for row in rows {
        // An index on an expression has no column to name.
        let column: Option<String> = row.try_get(1)?;
        let index = indexes.entry(row.try_get(0)?).or_insert_with(|| Some(BTreeSet::new()));
        *index = index.take().zip(column).map(|(mut columns, column)| {
            columns.insert(column);
            columns
        });
    }
    Ok(indexes.into_values().flatten().collect())
}

fn column(row: &SqliteRow) -> Result<LiveColumn, sqlx::Error> {
    let (declared, not_null): (String, i64) = (row.try_get(1)?, row.try_get(2)?);
    let kinds = kinds(&declared);
    Ok(LiveColumn { name: row.try_get(0)?, kinds, declared, nullable: not_null == 0, identity: false })
}

/// The kinds of values that a column declared so holds, by the rules of <https://sqlite.org/datatype3.html> §3.1 and the
/// names that people give to what `SQLite` has no type for.
fn kinds(declared: &str) -> Vec<ColumnType> {
    use ColumnType::{Boolean, Bytes, Decimal, Integer, Text, Timestamp};
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["INT"]) {
        return vec![Integer, Boolean, Timestamp];
    }
    if has(&["CHAR", "CLOB", "TEXT"]) {
        return vec![Text, Timestamp, Decimal];
    }
    if declared.is_empty() || has(&["BLOB"]) {
        return vec![Bytes];
    }
    if has(&["BOOL"]) {
        return vec![Boolean];
    }
    if has(&["DATE", "TIME"]) {
        return vec![Timestamp];
    }
    vec![Decimal]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_have_one_or_a_few_kinds() {
        assert_eq!(kinds("varchar(20)")[0], ColumnType::Text);
        assert!(kinds("INTEGER").contains(&ColumnType::Boolean));
        assert_eq!(kinds("double precision"), [ColumnType::Decimal]);
        assert!(!kinds("integer").contains(&ColumnType::Text));
        assert!(!kinds("text").contains(&ColumnType::Bytes));
    }
}
