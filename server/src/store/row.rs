//! Single statements and what their rows say: for tables beside the logs, whose values are few and plain.

use std::fmt::Display;
use std::str::FromStr;

use evidence::timestamp::Timestamp;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::Store;

impl Store {
    /// The rows that a statement gives.
    pub(crate) async fn ask<const N: usize>(
        &self,
        text: &str,
        values: [&str; N],
    ) -> Result<Vec<AnyRow>, sqlx::Error> {
        statement(text, values).fetch_all(&mut *self.pool.acquire().await?).await
    }

    /// How many rows a statement changed.
    pub(crate) async fn tell<const N: usize>(
        &self,
        text: &str,
        values: [&str; N],
    ) -> Result<u64, sqlx::Error> {
        let done = statement(text, values).execute(&mut *self.pool.acquire().await?).await?;
        Ok(done.rows_affected())
    }

    /// Begins some statements that are done together or not at all. The first one must write, so that `SQLite` knows at once
    /// who comes first.
    pub(crate) async fn together(&self) -> Result<Together, sqlx::Error> {
        Ok(Together(self.pool.begin().await?))
    }
}

/// Statements that are done together or not at all: whoever drops it before [`Together::done`] has changed nothing.
pub(crate) struct Together(Transaction<'static, Any>);

impl Together {
    /// The rows that one more statement gives.
    pub(crate) async fn ask<const N: usize>(
        &mut self,
        text: &str,
        values: [&str; N],
    ) -> Result<Vec<AnyRow>, sqlx::Error> {
        statement(text, values).fetch_all(&mut *self.0).await
    }

    /// How many rows one more statement changed.
    pub(crate) async fn tell<const N: usize>(
        &mut self,
        text: &str,
        values: [&str; N],
    ) -> Result<u64, sqlx::Error> {
        Ok(statement(text, values).execute(&mut *self.0).await?.rows_affected())
    }

    /// Makes it last.
    pub(crate) async fn done(self) -> Result<(), sqlx::Error> {
        self.0.commit().await
    }
}

/// `PostgreSQL` keeps no NUL in a text.
fn statement<const N: usize>(text: &str, values: [&str; N]) -> Query<'static, Any, AnyArguments> {
    let query = sqlx::query(AssertSqlSafe(text.to_owned()));
    values.into_iter().fold(query, |query, value| query.bind(value.replace('\0', "\u{fffd}")))
}

/// The column's text, read.
pub(crate) fn parsed<T: FromStr<Err: Display>>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error: T::Err| unreadable(column, &error))
}

/// The same where there may be nothing.
pub(crate) fn maybe<T: FromStr<Err: Display>>(row: &AnyRow, column: &str) -> Result<Option<T>, sqlx::Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse()).transpose().map_err(|error: T::Err| unreadable(column, &error))
}

/// The column's JSON, read.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(column, &error))
}

/// The column's microseconds since 1970 as a time.
pub(crate) fn time(row: &AnyRow, column: &str) -> Result<Timestamp, sqlx::Error> {
    let micros: i64 = row.try_get(column)?;
    Timestamp::from_micros(micros).ok_or_else(|| unreadable(column, &"is a time out of all bounds"))
}

fn unreadable(column: &str, fault: &dyn Display) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: fault.to_string().into() }
}
