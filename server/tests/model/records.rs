//! The system of record, as whoever owns it sees it: without the portal.

use std::collections::BTreeMap;

use evidence::contract::Database;
use server::connectors::Place;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use tokio::sync::Mutex;

use crate::cast::{Record, Row, SECRETS, STATUSES, TABLES, TENANTS, Table, first_rows};
use crate::place::Place as Home;

/// A database with the two tables in it.
pub struct Records {
    home: Home,
    database: Database,
    connection: Mutex<AnyConnection>,
}

impl Records {
    pub async fn new(home: Home) -> Self {
        sqlx::any::install_default_drivers();
        let file = format!("sqlite://{}?mode=rwc", home.folder().join("records.db").display());
        let url = home.url().unwrap_or(&file);
        let mut connection = AnyConnection::connect(url).await.unwrap();
        let database = if home.url().is_some() { Database::Postgresql } else { Database::Sqlite };
        if database == Database::Sqlite {
            connection.execute("pragma journal_mode = wal").await.unwrap();
        }
        for table in TABLES {
            connection.execute(table).await.unwrap();
        }
        let records = Self { home, database, connection: Mutex::new(connection) };
        for (record, row) in first_rows() {
            records.put(record, Some(row)).await;
        }
        records
    }

    pub const fn database(&self) -> Database {
        self.database
    }

    /// Where a portal finds them.
    pub fn address(&self) -> Place {
        match self.home.url() {
            Some(url) => Place::Postgresql(url.to_owned()),
            None => Place::Sqlite(self.home.folder().join("records.db")),
        }
    }

    /// Makes a record this, or nothing.
    pub async fn put(&self, record: Record, row: Option<Row>) {
        let table = record.table.name();
        let key = match record.table {
            Table::Lines => format!("tenant_id = '{}' and no = {}", TENANTS[record.home], record.slot),
            Table::Notes | Table::Parts => format!("id = '{}'", record.id()),
        };
        self.execute(format!("delete from {table} where {key}")).await;
        if let Some(row) = row {
            let cells = record.cells(&row);
            let columns: Vec<&str> = cells.keys().map(String::as_str).collect();
            let values: Vec<String> =
                cells.values().map(|value| value.to_string().replace('"', "'")).collect();
            let (columns, values) = (columns.join(", "), values.join(", "));
            self.execute(format!("insert into {table} ({columns}) values ({values})")).await;
        }
    }

    /// Every record.
    pub async fn read(&self) -> BTreeMap<Record, Row> {
        let mut connection = self.connection.lock().await;
        let notes = "select substr(id, 3, 1), cast(substr(id, 4, 1) as integer), tenant_id, status, secret from notes";
        let lines = "select tenant_id, no, tenant_id, status, secret from lines";
        let mut records = BTreeMap::new();
        for (table, select) in [(Table::Notes, notes), (Table::Lines, lines)] {
            for row in connection.fetch_all(select).await.unwrap() {
                let home: String = row.try_get(0).unwrap();
                let slot = row.try_get::<i32, _>(1).unwrap().try_into().unwrap();
                let home = home.parse().unwrap_or_else(|_| tenant(&home));
                let text = |place: usize| row.try_get::<Option<String>, _>(place).unwrap();
                let row = Row {
                    owner: tenant(&text(2).unwrap()),
                    status: known(text(3).as_deref(), &[Some("vip")], &STATUSES),
                    secret: known(text(4).as_deref(), &[], &SECRETS),
                };
                records.insert(Record { table, home, slot }, row);
            }
        }
        records
    }

    async fn execute(&self, statement: String) {
        self.connection.lock().await.execute(AssertSqlSafe(statement)).await.unwrap();
    }
}

fn tenant(name: &str) -> usize {
    TENANTS.iter().position(|tenant| *tenant == name).unwrap()
}

/// One of the values that the cast knows.
fn known(
    text: Option<&str>,
    more: &[Option<&'static str>],
    values: &[Option<&'static str>],
) -> Option<&'static str> {
    *more.iter().chain(values).find(|value| **value == text).unwrap()
}
