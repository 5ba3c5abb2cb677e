//! The outbox: a table in the system of record with one row for each decision whose effect is settled.
//!
//! Its primary key is what makes an effect happen exactly once. Whoever writes the row first, with an effect or without
//! one, has decided what the outcome is; everybody after only reads it.

use evidence::digest::Digest;
use sqlx::{Row as _, SqliteConnection};

use crate::connectors::ConnectorError;
use crate::connectors::effect::Applied;

/// Makes sure that the table is there.
pub async fn create(write: &mut SqliteConnection) -> Result<(), ConnectorError> {
    let table = "create table if not exists helm_outbox (decision text primary key, outcome text not null) without rowid";
    sqlx::query(table).execute(write).await?;
    Ok(())
}

/// What became of the effect of `decision`, if it is settled.
pub async fn find(read: &mut SqliteConnection, decision: Digest) -> Result<Option<Applied>, ConnectorError> {
    let row = sqlx::query("select outcome from helm_outbox where decision = ?").bind(decision.to_string());
    let Some(row) = row.fetch_optional(read).await? else { return Ok(None) };
    let outcome: String = row.try_get(0)?;
    serde_json::from_str(&outcome).map(Some).map_err(|error| sqlx::Error::Decode(error.into()).into())
}

/// Settles `decision`.
pub async fn insert(
    write: &mut SqliteConnection,
    decision: Digest,
    outcome: &Applied,
) -> Result<(), ConnectorError> {
    let text = serde_json::to_string(outcome).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let row = sqlx::query("insert into helm_outbox (decision, outcome) values (?, ?)");
    row.bind(decision.to_string()).bind(text).execute(write).await?;
    Ok(())
}
