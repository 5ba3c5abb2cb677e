//! A log's receipts as the lines of a table: which are asked for, and what stands in them.

use app::portal::{Filter, Refusal, Row};
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::reason::Code;
use evidence::receipt::Receipt;

use crate::ledger::{Ledger, LedgerError, ReceiptQuery};

/// What the database is asked for a filter; nothing, if nothing can match.
pub(crate) fn question(filter: &Filter) -> Option<ReceiptQuery> {
    Some(ReceiptQuery {
        verdict: filter.verdict,
        kind: filter.kind.clone(),
        agent: filter.agent.as_deref().map(str::parse).transpose().ok()?,
        table: filter.table.as_deref().map(str::parse).transpose().ok()?,
        code: filter.code.as_deref().map(code).transpose().ok()?,
        before_seq: filter.before,
        limit: Some(200),
        ..ReceiptQuery::default()
    })
}

fn code(text: &str) -> Result<Code, ()> {
    Code::ALL.iter().copied().find(|code| code.as_str() == text).ok_or(())
}

/// A receipt as a line of a table.
pub(crate) async fn line(ledger: &Ledger, receipt: &Receipt) -> Result<Row, LedgerError> {
    Ok(Row::of(receipt, version(ledger, envelope_of(receipt)).await?))
}

/// Reads what is stored.
pub(crate) fn read(bytes: &[u8]) -> Result<Receipt, Refusal> {
    Signed::parse(bytes).and_then(|signed| Receipt::read(&signed)).map_err(|error| {
        tracing::error!(%error, "a stored receipt could not be read");
        Refusal::Broken
    })
}

/// The version of a document that a receipt cites.
pub(crate) async fn version(ledger: &Ledger, cited: Option<Digest>) -> Result<Option<u32>, LedgerError> {
    match cited {
        Some(digest) => ledger.version(digest).await,
        None => Ok(None),
    }
}

/// The envelope that a receipt cites.
pub(crate) fn envelope_of(receipt: &Receipt) -> Option<Digest> {
    use evidence::receipt::DocumentKind::Envelope;
    match receipt {
        Receipt::Decision(decision) => decision.standing.envelope,
        Receipt::Activation(activation) if activation.document == Envelope => Some(activation.digest),
        _ => None,
    }
}

/// The contract that a receipt cites.
pub(crate) fn contract_of(receipt: &Receipt) -> Option<Digest> {
    use evidence::receipt::DocumentKind::Contract;
    match receipt {
        Receipt::Decision(decision) => decision.standing.contract,
        Receipt::Activation(activation) if activation.document == Contract => Some(activation.digest),
        _ => None,
    }
}
