//! The outbox: one row for each decision whose effect is settled.
//!
//! Its primary key is what makes an effect happen exactly once. Whoever writes the row first, with an effect or without
//! one, has decided what the outcome is; everybody after only reads it.

use evidence::digest::Digest;
use evidence::name::Identifier;
use sqlx::{PgConnection, Row as _};

use super::catalog::{fingerprint, regclass};
use crate::connectors::ConnectorError;
use crate::connectors::effect::Applied;

/// What makes the outbox, for whoever owns the database.
const TABLE: &str = "create table helm_outbox (decision text primary key, outcome text not null)";

const FIND: &str = "select outcome from helm_outbox where decision = $1";

/// Makes sure that the table is there.
pub async fn create(write: &mut PgConnection) -> Result<(), ConnectorError> {
    if is_there(write).await? {
        return Ok(());
    }
    let Err(refused) = sqlx::raw_sql(TABLE).execute(&mut *write).await else { return Ok(()) };
    // Another server may have been first.
    if is_there(write).await? {
        return Ok(());
    }
    tracing::warn!(error = %refused, "the outbox could not be made");
    Err(ConnectorError::Outbox(TABLE))
}

async fn is_there(read: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select to_regclass('helm_outbox') is not null").fetch_one(read).await
}

/// What became of the effect of `decision`, if it is settled.
pub async fn find(read: &mut PgConnection, decision: Digest) -> Result<Option<Applied>, ConnectorError> {
    let outcome: Option<String> =
        sqlx::query_scalar(FIND).bind(decision.to_string()).fetch_optional(read).await?;
    outcome.as_deref().map(parse).transpose()
}

/// The same, and the fingerprint of the table.
pub async fn find_and_fingerprint(
    read: &mut PgConnection,
    decision: Digest,
    table: &Identifier,
) -> Result<(Option<Applied>, Option<String>), ConnectorError> {
    let both = concat!(
        "select (select outcome from helm_outbox where decision = $1), ",
        fingerprint!("to_regclass($2)")
    );
    let row = sqlx::query(both).bind(decision.to_string()).bind(regclass(table)).fetch_one(read).await?;
    let outcome: Option<String> = row.try_get(0)?;
    Ok((outcome.as_deref().map(parse).transpose()?, row.try_get(1)?))
}

/// Settles `decision`, provided that the table which was `seen` still has that fingerprint. Since it was read it could
/// not change, so this says that it had it then.
pub async fn insert(
    write: &mut PgConnection,
    decision: Digest,
    outcome: &Applied,
    seen: Option<(&str, Option<&str>)>,
) -> Result<(), ConnectorError> {
    let row = concat!(
        "insert into helm_outbox (decision, outcome) select $1, $2 where $3::text is null or $4::text = ",
        fingerprint!("to_regclass($3)")
    );
    let (table, fingerprint) = seen.map_or((None, None), |(table, fingerprint)| (Some(table), fingerprint));
    let row = sqlx::query(row).bind(decision.to_string()).bind(text(outcome)?).bind(table).bind(fingerprint);
    match row.execute(write).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(ConnectorError::Moved),
    }
}

/// Settles `decision` unless it is settled; waits for whoever is about to.
pub async fn insert_if_absent(
    write: &mut PgConnection,
    decision: Digest,
    outcome: &Applied,
) -> Result<(), ConnectorError> {
    let row = "insert into helm_outbox (decision, outcome) values ($1, $2) on conflict (decision) do nothing";
    sqlx::query(row).bind(decision.to_string()).bind(text(outcome)?).execute(write).await?;
    Ok(())
}

fn parse(outcome: &str) -> Result<Applied, ConnectorError> {
    serde_json::from_str(outcome).map_err(|error| sqlx::Error::Decode(error.into()).into())
}

fn text(outcome: &Applied) -> Result<String, ConnectorError> {
    serde_json::to_string(outcome).map_err(|error| sqlx::Error::Encode(error.into()).into())
}
