//! The few questions that several parts of the ledger ask the database.

use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, Receipt};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::answer::{Recorded, StoredAction};
use super::fault::Fault;

/// A column that holds a count.
pub(super) fn number(row: &AnyRow, column: &str) -> Result<u64, Fault> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(Fault::corrupt)
}

/// A count as the database takes it.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The canonical text of a contract or envelope.
pub(super) async fn document(
    connection: &mut AnyConnection,
    digest: Digest,
) -> Result<Option<String>, Fault> {
    let row = sqlx::query("select body from documents where digest = $1")
        .bind(digest.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get("body")).transpose()?)
}

/// The exact text of one receipt.
pub(super) async fn body(
    connection: &mut AnyConnection,
    log: &str,
    seq: u64,
) -> Result<Option<String>, Fault> {
    let row = sqlx::query("select body from receipts where log = $1 and seq = $2")
        .bind(log.to_owned())
        .bind(signed(seq))
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get("body")).transpose()?)
}

/// One receipt.
pub(super) async fn receipt(
    connection: &mut AnyConnection,
    log: &str,
    seq: u64,
) -> Result<Option<(Receipt, Signed)>, Fault> {
    body(connection, log, seq).await?.map(|body| parse(&body)).transpose()
}

/// A decision with its outcome, if it has one.
pub(super) async fn decided(
    connection: &mut AnyConnection,
    log: &str,
    decision: u64,
) -> Result<StoredAction, Fault> {
    let decision_body = body(connection, log, decision).await?;
    let decision_body =
        decision_body.ok_or_else(|| Fault::corrupt(format!("no decision {decision} in {log}")))?;
    let outcome = outcome(connection, log, decision).await?;
    Ok(StoredAction { decision: self::decision(&decision_body)?, outcome })
}

/// The outcome of a decision.
pub(super) async fn outcome(
    connection: &mut AnyConnection,
    log: &str,
    decision: u64,
) -> Result<Option<Recorded<OutcomeReceipt>>, Fault> {
    let row = sqlx::query(
        "select r.body from outcomes o join receipts r on r.log = o.log and r.seq = o.outcome \
         where o.log = $1 and o.decision = $2",
    )
    .bind(log.to_owned())
    .bind(signed(decision))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    match parse(&row.try_get::<String, _>("body")?)? {
        (Receipt::Outcome(outcome), signed) => Ok(Some(Recorded::new(outcome, signed))),
        _ => Err(Fault::corrupt(format!("the outcome of {decision} in {log} is another receipt"))),
    }
}

/// Reads a stored decision.
pub(super) fn decision(body: &str) -> Result<Recorded<DecisionReceipt>, Fault> {
    match parse(body)? {
        (Receipt::Decision(decision), signed) => Ok(Recorded::new(decision, signed)),
        (other, _) => Err(Fault::corrupt(format!("a decision was expected, found {}", other.kind()))),
    }
}

/// Reads a stored receipt.
pub(super) fn parse(body: &str) -> Result<(Receipt, Signed), Fault> {
    let signed = Signed::parse(body.as_bytes()).map_err(Fault::corrupt)?;
    let receipt = Receipt::read(&signed).map_err(Fault::corrupt)?;
    Ok((receipt, signed))
}
