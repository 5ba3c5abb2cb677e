//! Records in and out, as many at once as a statement names.

use std::collections::BTreeMap;

use evidence::commitment::Key;
use evidence::name::Identifier;
use evidence::value::Value;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::form::text;
use super::statement::Statements;
use crate::connectors::ConnectorError;
use crate::connectors::effect::Write;
use crate::connectors::lens::Row;
use crate::connectors::observation::Sighting;

/// A parameter of a statement.
pub enum Param {
    /// One value.
    One(Option<String>),
    /// One value for each record.
    List(Vec<Option<String>>),
}

/// Reads and locks the records with these keys, in their order.
pub async fn lock(
    write: &mut PgConnection,
    statements: &Statements<'_>,
    keys: &[&Key],
) -> Result<Vec<Sighting>, ConnectorError> {
    let params = key_lists(statements, keys).ok_or_else(outside_contract)?;
    let sql = statements.lock().ok_or_else(outside_contract)?;
    let mut sightings = vec![Sighting::Absent; keys.len()];
    for row in bind(sql, params).fetch_all(write).await? {
        let place = number(&row)?;
        if let (Some(sighting), Some(key)) = (sightings.get_mut(place), keys.get(place)) {
            *sighting = match sighting {
                Sighting::Absent => sighting_of(statements, key, &row, 1)?,
                // Two records with one key.
                Sighting::Found(_) | Sighting::Unseen => Sighting::Unseen,
            };
        }
    }
    Ok(sightings)
}

/// The statement that carries out `write`.
pub fn write(
    statements: &Statements<'_>,
    tenant: &str,
    write: &Write<'_>,
) -> Result<(String, Vec<Param>), ConnectorError> {
    let written = match write {
        Write::Delete(keys) => statements.delete().zip(targets(statements, keys, tenant)),
        Write::Insert(rows) => statements.insert().map(|sql| (sql, lists(statements, rows))),
        Write::Update(set, keys) => {
            let params = targets(statements, keys, tenant).map(|mut params| {
                params.extend(values(set));
                params
            });
            statements.update(set.keys()).zip(params)
        }
    };
    written.ok_or_else(outside_contract)
}

/// The key columns' values, a list for each column; `None` if one of these is no key of the table.
pub fn key_lists(statements: &Statements<'_>, keys: &[&Key]) -> Option<Vec<Param>> {
    if !keys.iter().all(|key| is_key(statements, key)) {
        return None;
    }
    let list = |column: &Identifier| keys.iter().map(|key| key.get(column.as_str()).and_then(text)).collect();
    Some(statements.table.key.iter().map(|column| Param::List(list(column))).collect())
}

/// Whether it is a key of the table, as far as that can be told without the database.
pub fn is_key(statements: &Statements<'_>, key: &Key) -> bool {
    let table = statements.table;
    key.len() == table.key.len()
        && table.key.iter().all(|name| {
            let column = table.columns.get(name).zip(statements.forms.get(name));
            let found = column.zip(key.get(name.as_str()));
            found.is_some_and(|((column, form), value)| *value != Value::Null && form.admits(column, value))
        })
}

/// What was seen of the record with this key, whose columns begin at `first`.
pub fn sighting_of(
    statements: &Statements<'_>,
    key: &Key,
    row: &PgRow,
    first: usize,
) -> Result<Sighting, ConnectorError> {
    let mut record = Row::new();
    for (place, (name, column)) in statements.table.columns.iter().enumerate() {
        let form = statements.forms.get(name).ok_or_else(outside_contract)?;
        let value = match row.try_get::<Option<String>, _>(first + place)? {
            Some(text) => form.value(column, text),
            None => Some(Value::Null),
        };
        let Some(value) = value else { return Ok(Sighting::Unseen) };
        record.insert(name.clone(), value);
    }
    Ok(Sighting::of(key, record))
}

/// The place of the record that a row is about.
pub fn number(row: &PgRow) -> Result<usize, ConnectorError> {
    let number: i64 = row.try_get(0)?;
    usize::try_from(number - 1).map_err(|error| sqlx::Error::Decode(error.into()).into())
}

/// Only identifiers of the contract and types of the catalog are in `sql`: see [`Statements`].
pub fn bind<'q>(sql: String, params: Vec<Param>) -> Query<'q, Postgres, PgArguments> {
    params.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), |statement, param| match param {
        Param::One(text) => statement.bind(text),
        Param::List(texts) => statement.bind(texts),
    })
}

pub fn outside_contract() -> ConnectorError {
    sqlx::Error::InvalidArgument("not in the contract".to_owned()).into()
}

fn targets(statements: &Statements<'_>, keys: &[&Key], tenant: &str) -> Option<Vec<Param>> {
    let mut params = key_lists(statements, keys)?;
    params.push(Param::One(Some(tenant.to_owned())));
    Some(params)
}

fn lists(statements: &Statements<'_>, rows: &[Row]) -> Vec<Param> {
    let list = |column| rows.iter().map(|row| row.get(column).and_then(text)).collect();
    statements.table.columns.keys().map(|column| Param::List(list(column))).collect()
}

fn values(set: &BTreeMap<Identifier, Value>) -> impl Iterator<Item = Param> {
    set.values().map(|value| Param::One(text(value)))
}
