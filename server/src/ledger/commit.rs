//! Puts a batch down, in the few statements of one transaction.

use evidence::action::Source;
use evidence::contract::Rollback;
use evidence::receipt::{DecisionReceipt, Receipt, StandingSubject};
use evidence::timestamp::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::draft::{Beside, Decided, is_escalation};
use super::fault::Fault;
use super::seal::{Batch, Sealed};
use super::state::Open;
use super::tile::Tile;
use crate::store::{Cell, Rows, Store};

/// How many rows one statement takes: far below what either database allows.
const ROWS: usize = 128;

/// For how long an effect is left to the request that proposed it.
const OWN_SECONDS: u64 = 10;

/// What puts the whole batch down.
pub(super) fn statements(store: &Store, batch: &Batch) -> Result<Vec<Rows>, Fault> {
    let mut statements = Vec::new();
    for entries in batch.entries.chunks(ROWS) {
        statements.extend([
            receipts(store, entries),
            documents(store, entries).end(" on conflict (digest) do nothing"),
            parked(store, entries),
            images(store, entries),
            answered(store, entries).end(")"),
            actions(store, entries, false),
            actions(store, entries, true)
                .end(" on conflict (log, id) do update set decision = excluded.decision"),
            effects(store, entries),
            outcomes(store, entries),
            settled(store, entries).end(")"),
        ]);
    }
    for tiles in batch.tiles.chunks(ROWS) {
        statements.push(self::tiles(store, tiles)?);
    }
    statements.push(checkpoints(store, batch));
    Ok(statements)
}

fn tiles(store: &Store, tiles: &[Tile]) -> Result<Rows, Fault> {
    let mut rows = store.rows("insert into tiles (log, level, place, root, hashes) values".into());
    for tile in tiles {
        let root = tile.root().ok_or_else(|| Fault::corrupt("a tile without hashes"))?.to_string();
        let level = Cell::Number(tile.level.into());
        rows.row(&[
            Cell::Text(tile.log.as_str()),
            level,
            Cell::Number(tile.place),
            Cell::Text(&root),
            Cell::Text(&tile.text()),
        ]);
    }
    Ok(rows)
}

fn checkpoints(store: &Store, batch: &Batch) -> Rows {
    let mut rows = store.rows("insert into checkpoints (log, size, note) values".into());
    for (log, signed) in &batch.checkpoints {
        rows.row(&[
            Cell::Text(log.as_str()),
            Cell::Number(signed.checkpoint().size()),
            Cell::Text(signed.as_str()),
        ]);
    }
    rows
}

fn receipts(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows = store.rows(
        "insert into receipts (log, seq, kind, time, leaf_hash, body, action, verdict, code, agent, target, \
         operation, records) values"
            .into(),
    );
    for sealed in entries {
        let entry = sealed.receipt.entry();
        let outcome_of = if let Beside::Outcome(open) = &sealed.beside { Some(open) } else { None };
        let summary = Summary::of(&sealed.receipt, outcome_of);
        let leaf = sealed.leaf.to_string();
        let body = String::from_utf8_lossy(sealed.signed.bytes());
        rows.row(&[
            Cell::Text(entry.log.as_str()),
            Cell::Number(entry.seq),
            Cell::Text(sealed.receipt.kind()),
            Cell::Signed(entry.time.micros()),
            Cell::Text(&leaf),
            Cell::Text(&body),
            Cell::MaybeText(summary.action),
            Cell::MaybeText(summary.verdict),
            Cell::MaybeText(summary.code),
            Cell::MaybeText(summary.agent),
            Cell::MaybeText(summary.target),
            Cell::MaybeText(summary.operation),
            Cell::MaybeNumber(summary.records),
        ]);
    }
    rows
}

fn documents(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows = store.rows("insert into documents (digest, kind, body) values".into());
    for sealed in entries {
        if let Beside::Document { digest, kind, body } = &sealed.beside {
            rows.row(&[Cell::Text(&digest.to_string()), Cell::Text(kind), Cell::Text(body)]);
        }
    }
    rows
}

/// An action that is decided again, after people have voted, keeps its id; any other id is new.
fn actions(store: &Store, entries: &[Sealed], resumed: bool) -> Rows {
    let mut rows = store.rows("insert into actions (id, log, decision, idempotency, request) values".into());
    for (decision, beside) in entries.iter().filter_map(decided) {
        if beside.resumes.is_some() != resumed {
            continue;
        }
        let request = beside.idempotency.as_ref().map(|(_, request)| request.to_string());
        rows.row(&[
            Cell::Text(decision.action.id.as_str()),
            Cell::Text(decision.entry.log.as_str()),
            Cell::Number(decision.entry.seq),
            Cell::MaybeText(beside.idempotency.as_ref().map(|(id, _)| id.as_str())),
            Cell::MaybeText(request.as_deref()),
        ]);
    }
    rows
}

fn effects(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows =
        store.rows("insert into effects (log, decision, action, receipt, permit, body, due) values".into());
    for sealed in entries {
        if let (Some((seq, open)), Some((decision, beside))) = (sealed.open(), decided(sealed)) {
            rows.row(&[
                Cell::Text(decision.entry.log.as_str()),
                Cell::Number(seq),
                Cell::Text(open.action.as_str()),
                Cell::Text(&open.receipt.to_string()),
                Cell::Text(open.permit.as_str()),
                Cell::MaybeText(beside.kept.effect.as_deref()),
                Cell::Signed(due(decision).micros()),
            ]);
        }
    }
    rows
}

/// An effect is its caller's first: for a while if it is ours to carry out, and as long as the permit if it is not.
fn due(decision: &DecisionReceipt) -> Timestamp {
    match (decision.action.source, &decision.permit) {
        (Source::Attested, Some(permit)) => permit.expires_at,
        _ => decision.entry.time.saturating_plus_seconds(OWN_SECONDS),
    }
}

/// What waits for people, until when, and what its effect will need.
fn parked(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows = store
        .rows("insert into parked (log, decision, action, receipt, expires_at, body, image) values".into());
    for sealed in entries {
        let Some((decision, beside)) = decided(sealed) else { continue };
        let Some(needed) = decision.decision.approval.as_ref().filter(|_| is_escalation(&sealed.receipt))
        else {
            continue;
        };
        let expires_at = decision.entry.time.saturating_plus_seconds(needed.expires_seconds.into());
        rows.row(&[
            Cell::Text(decision.entry.log.as_str()),
            Cell::Number(decision.entry.seq),
            Cell::Text(decision.action.id.as_str()),
            Cell::Text(&sealed.signed.digest().to_string()),
            Cell::Signed(expires_at.micros()),
            Cell::MaybeText(beside.kept.effect.as_deref()),
            Cell::MaybeText(beside.kept.image.as_deref()),
        ]);
    }
    rows
}

/// What waited and was decided again waits no longer.
fn answered(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows = store.rows("delete from parked where (log, decision) in (values".into());
    for (decision, beside) in entries.iter().filter_map(decided) {
        if let Some(cited) = &beside.resumes {
            rows.row(&[Cell::Text(decision.entry.log.as_str()), Cell::Number(cited.seq)]);
        }
    }
    rows
}

/// The records as they were before an allowed write that the contract promises to undo.
fn images(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows = store.rows("insert into images (log, decision, body, kept_until) values".into());
    for (decision, beside) in entries.iter().filter_map(decided) {
        let Some(Rollback::Restore { window_seconds }) = decision.decision.rollback else { continue };
        let Some(image) = beside.kept.image.as_deref().filter(|_| decision.permit.is_some()) else {
            continue;
        };
        let kept_until = decision.entry.time.saturating_plus_seconds(window_seconds.into());
        rows.row(&[
            Cell::Text(decision.entry.log.as_str()),
            Cell::Number(decision.entry.seq),
            Cell::Text(image),
            Cell::Signed(kept_until.micros()),
        ]);
    }
    rows
}

fn outcomes(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows = store.rows("insert into outcomes (log, decision, outcome) values".into());
    for sealed in entries {
        if let Receipt::Outcome(outcome) = &sealed.receipt {
            rows.row(&[
                Cell::Text(outcome.entry.log.as_str()),
                Cell::Number(outcome.decision.seq),
                Cell::Number(outcome.entry.seq),
            ]);
        }
    }
    rows
}

/// What the effects needed is no longer needed.
fn settled(store: &Store, entries: &[Sealed]) -> Rows {
    let mut rows = store.rows("delete from effects where (log, decision) in (values".into());
    for sealed in entries {
        if let Receipt::Outcome(outcome) = &sealed.receipt {
            rows.row(&[Cell::Text(outcome.entry.log.as_str()), Cell::Number(outcome.decision.seq)]);
        }
    }
    rows
}

fn decided(sealed: &Sealed) -> Option<(&DecisionReceipt, &Decided)> {
    match (&sealed.receipt, &sealed.beside) {
        (Receipt::Decision(decision), Beside::Decision(beside)) => Some((decision, beside)),
        _ => None,
    }
}

/// The columns by which a receipt is found and listed. What stands in them is in the receipt as well.
#[derive(Default)]
pub(super) struct Summary<'a> {
    action: Option<&'a str>,
    verdict: Option<&'a str>,
    code: Option<&'a str>,
    agent: Option<&'a str>,
    target: Option<&'a str>,
    operation: Option<&'a str>,
    records: Option<u64>,
}

impl<'a> Summary<'a> {
    /// That of a receipt; an outcome's says what its decision was about.
    pub fn of(receipt: &'a Receipt, outcome_of: Option<&'a Open>) -> Self {
        match (receipt, outcome_of) {
            (Receipt::Decision(decision), _) => Self {
                action: Some(decision.action.id.as_str()),
                verdict: Some(decision.decision.verdict.as_str()),
                code: decision.decision.reasons.first().map(|reason| reason.code.as_str()),
                agent: Some(decision.action.agent.as_str()),
                target: Some(decision.action.table.as_str()),
                operation: Some(decision.action.operation.as_str()),
                records: Some(decision.action.rows()),
            },
            (Receipt::Outcome(outcome), Some(open)) => Self {
                action: Some(open.action.as_str()),
                code: outcome.code.map(evidence::reason::Code::as_str),
                agent: open.agent.as_deref(),
                target: open.target.as_deref(),
                operation: Some(outcome.status.as_str()),
                records: u64::try_from(outcome.records.len()).ok(),
                ..Self::default()
            },
            (Receipt::Notice(notice), _) => Self {
                target: Some(notice.table.as_str()),
                operation: Some(notice.operation.as_str()),
                records: u64::try_from(notice.records.len()).ok(),
                ..Self::default()
            },
            (Receipt::Standing(standing), _) => {
                let agent = match &standing.subject {
                    StandingSubject::Agent(agent) => Some(agent.as_str()),
                    StandingSubject::Portal | StandingSubject::Tenant => None,
                };
                Self { agent, ..Self::default() }
            }
            _ => Self::default(),
        }
    }

    /// Whether a row of receipts says the same.
    pub fn is_in(&self, row: &AnyRow) -> Result<bool, sqlx::Error> {
        let texts = [
            ("action", self.action),
            ("verdict", self.verdict),
            ("code", self.code),
            ("agent", self.agent),
            ("target", self.target),
            ("operation", self.operation),
        ];
        for (column, expected) in texts {
            if row.try_get::<Option<String>, _>(column)?.as_deref() != expected {
                return Ok(false);
            }
        }
        let records = row.try_get::<Option<i64>, _>("records")?;
        Ok(records.map(i64::cast_unsigned) == self.records)
    }
}
