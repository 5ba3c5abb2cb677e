//! The bare database: the same rows on the same disk, and nothing else.

use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use crate::load::{Measured, now};
use crate::place::Place;

const LONG: Duration = Duration::from_secs(2);

/// What the bare database does, by one connection that waits for each commit.
pub struct Bare {
    /// One row a commit.
    pub one: Measured,
    /// 64 rows a commit.
    pub many: Measured,
    /// One changed row a commit.
    pub update: Measured,
}

impl Bare {
    /// Rows of `bytes` bytes each.
    pub async fn measure(place: &Place, bytes: usize) -> Self {
        let mut connection = connect(place).await;
        let row = "x".repeat(bytes);
        execute(&mut connection, "create table bare (id bigint primary key, body text not null)").await;
        execute(&mut connection, "create table contacts (id bigint primary key, phone text not null)").await;
        execute(&mut connection, "insert into contacts values (1, '0')").await;
        let mut written = 0;
        let one = inserts(&mut connection, &row, 1, &mut written).await;
        let many = inserts(&mut connection, &row, 64, &mut written).await;
        let update = updates(&mut connection).await;
        execute(&mut connection, "drop table bare").await;
        Self { one, many, update }
    }
}

async fn connect(place: &Place) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let file = format!("sqlite://{}?mode=rwc", place.folder().join("bare.db").display());
    let mut connection = AnyConnection::connect(place.url().unwrap_or(&file)).await.expect("a database");
    let durable = match place.url() {
        Some(_) => "set synchronous_commit = on",
        None => "pragma journal_mode = wal; pragma synchronous = full",
    };
    sqlx::raw_sql(durable).execute(&mut connection).await.expect("durable");
    connection
}

async fn execute(connection: &mut AnyConnection, statement: &'static str) {
    connection.execute(statement).await.expect("a statement");
}

async fn inserts(connection: &mut AnyConnection, row: &str, rows: usize, written: &mut usize) -> Measured {
    let values: Vec<String> = (0..rows).map(|place| format!("($1 + {place}, $2)")).collect();
    let statement = format!("insert into bare (id, body) values {}", values.join(","));
    let mut measured = Measured::new(rows);
    let begun = now();
    while begun.elapsed() < LONG {
        let asked = now();
        let first = i64::try_from(*written).unwrap_or(i64::MAX);
        let query = sqlx::query(AssertSqlSafe(statement.clone())).bind(first).bind(row);
        query.execute(&mut *connection).await.expect("an insert");
        measured.times.push(asked.elapsed());
        *written += rows;
    }
    measured.elapsed = begun.elapsed();
    measured.times.sort_unstable();
    measured
}

async fn updates(connection: &mut AnyConnection) -> Measured {
    let mut measured = Measured::new(1);
    let begun = now();
    while begun.elapsed() < LONG {
        let asked = now();
        let phone = measured.times.len().to_string();
        let query = sqlx::query("update contacts set phone = $1 where id = 1").bind(phone);
        query.execute(&mut *connection).await.expect("an update");
        measured.times.push(asked.elapsed());
    }
    measured.elapsed = begun.elapsed();
    measured.times.sort_unstable();
    measured
}
