//! One record in and out: each value in the form that its column's type prescribes, or not at all.

use std::collections::BTreeMap;

use evidence::commitment::Key;
use evidence::contract::{Class, Column, ColumnType};
use evidence::digest::{from_base64, to_base64};
use evidence::name::Identifier;
use evidence::value::{MAX_VALUE_BYTES, Value};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow, SqliteValueRef};
use sqlx::{AssertSqlSafe, Decode, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _};

use super::statement::Statements;
use crate::connectors::ConnectorError;
use crate::connectors::lens::Row;
use crate::connectors::observation::Sighting;

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Looks for the record with this key.
pub async fn look(
    read: &mut SqliteConnection,
    statements: &Statements<'_>,
    key: &Key,
) -> Result<Sighting, ConnectorError> {
    let Some(values) = key_values(statements, key) else { return Ok(Sighting::Unseen) };
    let found = bind_all(prepare(statements.select()), values).fetch_all(read).await?;
    match found.as_slice() {
        [] => Ok(Sighting::Absent),
        [row] => Ok(record(statements, row)?.map_or(Sighting::Unseen, |row| Sighting::of(key, row))),
        _ => Ok(Sighting::Unseen),
    }
}

/// Sets columns of the tenant's record; says how many records that were.
pub async fn update(
    write: &mut SqliteConnection,
    statements: &Statements<'_>,
    key: &Key,
    tenant: &str,
    set: &BTreeMap<Identifier, Value>,
) -> Result<u64, ConnectorError> {
    let columns = &statements.table.columns;
    let values = set.iter().map(|(name, value)| Some((columns.get(name)?.kind, value)));
    let values = values.collect::<Option<_>>().ok_or_else(outside_contract)?;
    let statement = bind_all(prepare(statements.update(set.keys())), values);
    let key = key_values(statements, key).ok_or_else(outside_contract)?;
    execute(bind_all(statement, key).bind(tenant.to_owned()), write).await
}

/// Adds a record; says how many records that were.
pub async fn insert(
    write: &mut SqliteConnection,
    statements: &Statements<'_>,
    row: &Row,
) -> Result<u64, ConnectorError> {
    let columns = statements.table.columns.iter();
    let values = columns.map(|(name, column)| Some((column.kind, row.get(name)?))).collect::<Option<_>>();
    execute(bind_all(prepare(statements.insert()), values.ok_or_else(outside_contract)?), write).await
}

/// Removes the tenant's record; says how many records that were.
pub async fn delete(
    write: &mut SqliteConnection,
    statements: &Statements<'_>,
    key: &Key,
    tenant: &str,
) -> Result<u64, ConnectorError> {
    let key = key_values(statements, key).ok_or_else(outside_contract)?;
    execute(bind_all(prepare(statements.delete()), key).bind(tenant.to_owned()), write).await
}

async fn execute(statement: Statement<'_>, write: &mut SqliteConnection) -> Result<u64, ConnectorError> {
    Ok(statement.execute(write).await?.rows_affected())
}

fn outside_contract() -> ConnectorError {
    sqlx::Error::InvalidArgument("not in the contract".to_owned()).into()
}

/// Only identifiers of the contract are in it: see [`Statements`].
fn prepare<'q>(sql: String) -> Statement<'q> {
    sqlx::query(AssertSqlSafe(sql))
}

/// The key columns' values in the key's order; `None` if this is no key of the table.
fn key_values<'a>(statements: &Statements<'_>, key: &'a Key) -> Option<Vec<(ColumnType, &'a Value)>> {
    let table = statements.table;
    let values = table.key.iter().map(|name| {
        let (column, value) = (table.columns.get(name)?, key.get(&name.to_text())?);
        (column.accepts(value) && *value != Value::Null).then_some((column.kind, value))
    });
    let values: Vec<_> = values.collect::<Option<_>>()?;
    (values.len() == key.len()).then_some(values)
}

fn bind_all<'q>(statement: Statement<'q>, values: Vec<(ColumnType, &Value)>) -> Statement<'q> {
    values.into_iter().fold(statement, |statement, (kind, value)| bind(statement, kind, value))
}

fn bind<'q>(statement: Statement<'q>, kind: ColumnType, value: &Value) -> Statement<'q> {
    match (kind, value) {
        (_, Value::Null) => statement.bind(None::<String>),
        (_, Value::Bool(truth)) => statement.bind(i64::from(*truth)),
        (_, Value::Integer(number)) => statement.bind(*number),
        (ColumnType::Integer, Value::Text(text)) => match value.as_integer() {
            Some(number) => statement.bind(number),
            None => statement.bind(text.clone()),
        },
        (ColumnType::Bytes, Value::Text(text)) => match from_base64(text) {
            Some(bytes) => statement.bind(bytes),
            None => statement.bind(text.clone()),
        },
        (_, Value::Text(text)) => statement.bind(text.clone()),
    }
}

fn record(statements: &Statements<'_>, row: &SqliteRow) -> Result<Option<Row>, ConnectorError> {
    let mut record = Row::new();
    for (place, (name, column)) in statements.table.columns.iter().enumerate() {
        let Some(value) = read(column, row.try_get_raw(place)?)? else { return Ok(None) };
        record.insert(name.clone(), value);
    }
    Ok(Some(record))
}

/// The value as a receipt would carry it; `None` if it has no such form: another storage class than the column's, or too
/// long for a receipt to show.
fn read(column: &Column, raw: SqliteValueRef<'_>) -> Result<Option<Value>, ConnectorError> {
    use ColumnType as Kind;
    if raw.is_null() {
        return Ok(Some(Value::Null));
    }
    let storage = raw.type_info().name().to_owned();
    let value = match (storage.as_str(), column.kind) {
        ("INTEGER", kind) => match (decode::<i64>(raw)?, kind) {
            (number, Kind::Integer) => Value::from_integer(number),
            (0, Kind::Boolean) => Value::Bool(false),
            (1, Kind::Boolean) => Value::Bool(true),
            (number, Kind::Decimal | Kind::Timestamp) => Value::Text(number.to_string()),
            _ => return Ok(None),
        },
        ("REAL", Kind::Decimal) => Value::Text(decode::<f64>(raw)?.to_string()),
        ("TEXT", Kind::Text | Kind::Timestamp | Kind::Decimal) => Value::Text(decode::<String>(raw)?),
        ("BLOB", Kind::Bytes) => Value::Text(to_base64(&decode::<Vec<u8>>(raw)?)),
        _ => return Ok(None),
    };
    Ok(Some(value).filter(|value| fits_receipt(column, value)))
}

fn fits_receipt(column: &Column, value: &Value) -> bool {
    column.class == Class::Sealed || !matches!(value, Value::Text(text) if text.len() > MAX_VALUE_BYTES)
}

fn decode<'r, T: Decode<'r, Sqlite>>(raw: SqliteValueRef<'r>) -> Result<T, ConnectorError> {
    T::decode(raw).map_err(|error| sqlx::Error::Decode(error).into())
}
