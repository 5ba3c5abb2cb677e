//! A `PostgreSQL` database as files, one line a row, and back.
//!
//! Tables and their order are taken from the database's own catalogue, so a table that is added later is not forgotten
//! here. It needs no tool beside the portal.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use super::{Store, StoreError};

/// How many rows are on their way at once.
const ROWS: usize = 200;

impl Store {
    /// Writes every table into a file of its own in `folder`, all as they are at one moment; gives the tables' names.
    pub(crate) async fn dump(&self, folder: &Path) -> Result<Vec<String>, StoreError> {
        let mut connection = self.connect().await?;
        let mut snapshot = self.snapshot(&mut connection).await?;
        let tables = tables(&mut snapshot).await?;
        for table in &tables {
            let file = File::create_new(file(folder, table)).map_err(sqlx::Error::from)?;
            dump(&mut snapshot, table, file).await?;
        }
        snapshot.rollback().await?;
        connection.close().await?;
        Ok(tables)
    }

    /// Whether there is nothing in the database at `url`.
    pub(crate) async fn is_empty(url: &str) -> Result<bool, StoreError> {
        let (dialect, url) = super::Dialect::at(Path::new("."), Some(url))?;
        let mut connection = dialect.create(&url).await?;
        let row = sqlx::query(
            "select count(*) as tables from information_schema.tables where table_schema = current_schema()",
        );
        let tables: i64 = row.fetch_one(&mut connection).await?.try_get("tables")?;
        connection.close().await?;
        Ok(tables == 0)
    }

    /// Fills the empty database at `url` with what was dumped into `folder` when its tables were at `step`. All of it or
    /// nothing but empty tables.
    pub(crate) async fn load(url: &str, folder: &Path, step: i64) -> Result<(), StoreError> {
        let mut connection = Self::begin_at(url, step).await?;
        let order = parents_first(&mut connection).await?;
        let mut transaction = connection.begin().await?;
        for table in &order {
            if let Ok(file) = File::open(file(folder, table)) {
                load(&mut transaction, table, file).await?;
            }
        }
        transaction.commit().await?;
        connection.close().await?;
        Ok(())
    }
}

/// The file of a table.
fn file(folder: &Path, table: &str) -> std::path::PathBuf {
    folder.join(format!("{table}.jsonl"))
}

async fn tables(connection: &mut AnyConnection) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::query(
        "select table_name::text as name from information_schema.tables where table_schema = current_schema() \
         and table_type = 'BASE TABLE' and table_name <> '_sqlx_migrations' order by table_name",
    );
    rows.fetch_all(connection).await?.iter().map(|row| row.try_get("name")).collect()
}

/// The tables, each after those whose rows its own rows name.
async fn parents_first(connection: &mut AnyConnection) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::query(
        "select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint \
         where contype = 'f' and conrelid <> confrelid",
    );
    let mut waiting = BTreeSet::new();
    for row in rows.fetch_all(&mut *connection).await? {
        waiting.insert((row.try_get::<String, _>("child")?, row.try_get::<String, _>("parent")?));
    }
    let mut left = tables(connection).await?;
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|table| waiting.iter().all(|(child, _)| child != table));
        waiting.retain(|(_, parent)| !ready.contains(parent));
        // Tables that wait for each other in a circle are left to the database to refuse.
        left = if ready.is_empty() { Vec::new() } else { later.clone() };
        order.extend(if ready.is_empty() { later } else { ready });
    }
    Ok(order)
}

async fn dump(connection: &mut AnyConnection, table: &str, mut file: File) -> Result<(), StoreError> {
    let table = quoted(table);
    let open =
        format!("declare dumped no scroll cursor for select row_to_json(t)::text as line from {table} t");
    sqlx::raw_sql(AssertSqlSafe(open)).execute(&mut *connection).await?;
    loop {
        let next = format!("fetch {ROWS} from dumped");
        let rows = sqlx::query(AssertSqlSafe(next)).persistent(false).fetch_all(&mut *connection).await?;
        for row in &rows {
            writeln!(file, "{}", row.try_get::<String, _>("line")?).map_err(sqlx::Error::from)?;
        }
        if rows.is_empty() {
            break;
        }
    }
    sqlx::raw_sql("close dumped").execute(connection).await?;
    file.sync_all().map_err(sqlx::Error::from)?;
    Ok(())
}

async fn load(connection: &mut AnyConnection, table: &str, file: File) -> Result<(), StoreError> {
    let table = quoted(table);
    let mut lines = BufReader::new(file).lines();
    loop {
        let rows: Vec<String> =
            lines.by_ref().take(ROWS).collect::<Result<_, _>>().map_err(sqlx::Error::from)?;
        if rows.is_empty() {
            return Ok(());
        }
        let insert = format!(
            "insert into {table} select * from json_populate_recordset(null::{table}, cast($1 as json))"
        );
        let rows = format!("[{}]", rows.join(","));
        sqlx::query(AssertSqlSafe(insert)).bind(rows).execute(&mut *connection).await?;
    }
}

/// A name from the catalogue, as SQL has it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
