//! What can be asked of a log: a page for people, or a range for a pack.

use evidence::checkpoint::SignedCheckpoint;
use evidence::contract::Contract;
use evidence::decision::Verdict;
use evidence::envelope::Envelope;
use evidence::name::{Name, Text};
use evidence::pack::{Cited, Edges};
use evidence::reason::Code;
use evidence::timestamp::Timestamp;

/// The most receipts on one page.
pub const PAGE_ROWS: u32 = 200;

/// Which receipts of a tenant. Everything that is `None` matches all.
#[derive(Clone, Debug, Default)]
pub struct ReceiptQuery {
    /// Decisions with this verdict only.
    pub verdict: Option<Verdict>,
    /// Receipts of this kind only, in [`Receipt::KINDS`](evidence::receipt::Receipt::KINDS)' words.
    pub kind: Option<String>,
    /// Of this agent only.
    pub agent: Option<Name>,
    /// On this table only.
    pub table: Option<Text>,
    /// With this first reason only.
    pub code: Option<Code>,
    /// At or after this sequence number.
    pub from_seq: Option<u64>,
    /// Older than this sequence number: how the next page is asked for.
    pub before_seq: Option<u64>,
    /// Recorded at or after this.
    pub from: Option<Timestamp>,
    /// Recorded before this.
    pub to: Option<Timestamp>,
    /// At most this many, and at most [`PAGE_ROWS`]; `None` means 50.
    pub limit: Option<u32>,
}

impl ReceiptQuery {
    /// Whether it asks for this receipt, whatever it says of the number and the time.
    pub fn admits(&self, row: &Row) -> bool {
        self.verdict.is_none_or(|verdict| row.verdict == Some(verdict))
            && self.kind.as_ref().is_none_or(|kind| row.kind == *kind)
            && self
                .agent
                .as_ref()
                .is_none_or(|agent| row.agent.as_ref().is_some_and(|one| one.as_str() == agent.as_str()))
            && self.table.as_ref().is_none_or(|table| row.table.as_ref() == Some(table))
            && self.code.is_none_or(|code| row.code == Some(code))
    }
}

/// One page of receipts, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The receipts.
    pub rows: Vec<Row>,
    /// What [`ReceiptQuery::before_seq`] has to be for the next page; `None` on the last one.
    pub next_before_seq: Option<u64>,
    /// How many receipts the whole log has.
    pub size: u64,
}

/// One receipt in a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its sequence number.
    pub seq: u64,
    /// When it was recorded.
    pub time: Timestamp,
    /// Its kind.
    pub kind: String,
    /// For decisions and outcomes: the action.
    pub action: Option<Name>,
    /// For decisions: the verdict.
    pub verdict: Option<Verdict>,
    /// For decisions and outcomes: the first reason.
    pub code: Option<Code>,
    /// Who proposed it, or whose standing changed.
    pub agent: Option<Text>,
    /// The table.
    pub table: Option<Text>,
    /// The operation; for outcomes the status.
    pub operation: Option<Text>,
    /// For decisions: how many records.
    pub records: Option<u64>,
    /// The exact bytes of its DSSE envelope.
    pub bytes: String,
}

/// What a pack of a range of receipts is made of, all as of one checkpoint.
#[derive(Clone, Debug)]
pub struct Range {
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// Earlier receipts that the range relies on, ascending, with inclusion proofs.
    pub cited: Vec<Cited>,
    /// The contracts that they cite.
    pub contracts: Vec<Contract>,
    /// The hashes on both sides of the range.
    pub edges: Edges,
    /// The envelopes that they cite.
    pub envelopes: Vec<Envelope>,
    /// The first sequence number.
    pub from: u64,
    /// The receipts' exact bytes, dense and ascending.
    pub receipts: Vec<Vec<u8>>,
}
