//! A tenant's log as a table: rows, and which of them a person asked for.

use serde::{Deserialize, Serialize};

use evidence::action::{Action, RecordKey};
use evidence::commitment::Key;
use evidence::decision::Verdict;
use evidence::name::Name;
use evidence::receipt::{DocumentKind, Receipt, StandingReceipt, StandingState, StandingSubject};
use evidence::timestamp::Timestamp;

use super::{Answer, Detail, Filter, Head, Undoing, Undone};

/// The most rows a page has.
pub const PAGE_ROWS: usize = 50;

/// Questions about receipts.
pub trait Receipts {
    /// One page of the tenant's log, newest first: the receipts that were asked for, at most [`PAGE_ROWS`] of them.
    fn receipts(&self, tenant: Name, filter: Filter) -> Answer<'_, Page>;

    /// One receipt of the tenant's log.
    fn receipt(&self, tenant: Name, seq: u64) -> Answer<'_, Detail>;

    /// Proposes the write that takes another one back.
    fn roll_back(&self, undoing: Undoing) -> Answer<'_, Undone>;
}

/// One page of a log, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The tenant's name as people write it.
    pub title: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next page begins ([`Filter::before`]), if there are older rows that match.
    pub older: Option<u64>,
    /// The newest checkpoint.
    pub head: Option<Head>,
    /// The agents to choose from.
    pub agents: Vec<Name>,
    /// The first number that the page does not have: where following the log begins.
    pub next: u64,
    /// Down to which number the log was looked through, if not to its end: looking further takes another question.
    pub looked_to: Option<u64>,
    /// Whether, and by whom, the tenant or everything is stopped.
    pub stopped: Vec<StandingReceipt>,
}

/// One receipt as a line of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The sequence number.
    pub seq: u64,
    /// When it was recorded.
    pub time: Timestamp,
    /// What kind of receipt it is, one of [`Receipt::KINDS`].
    pub kind: String,
    /// Who acted: the agent, or the person.
    pub actor: String,
    /// For whom the agent says it acted.
    pub on_behalf_of: Option<String>,
    /// What was to be done: `update`, `activate`, `freeze`.
    pub operation: String,
    /// The table, if it is about one.
    pub table: Option<String>,
    /// The records or the thing that it is about.
    pub target: String,
    /// The verdict of a decision.
    pub verdict: Option<Verdict>,
    /// What became of an effect, or of anything that has no verdict, as one word.
    pub status: Option<String>,
    /// The first reason's code.
    pub code: Option<String>,
    /// The version of the envelope that was in force.
    pub envelope: Option<u32>,
}

impl Row {
    /// The line for `receipt`; `envelope` is the version of the envelope that it cites.
    pub fn of(receipt: &Receipt, envelope: Option<u32>) -> Self {
        let entry = receipt.entry();
        let mut row = Self {
            seq: entry.seq,
            time: entry.time,
            kind: receipt.kind().to_owned(),
            actor: String::new(),
            on_behalf_of: None,
            operation: receipt.kind().to_owned(),
            table: None,
            target: String::new(),
            verdict: None,
            status: None,
            code: None,
            envelope,
        };
        row.describe(receipt);
        row
    }

    fn describe(&mut self, receipt: &Receipt) {
        match receipt {
            Receipt::Decision(decision) => {
                self.propose(&decision.action);
                self.verdict = Some(decision.decision.verdict);
                self.code = decision.decision.reasons.first().map(|reason| reason.code.to_string());
            }
            Receipt::Outcome(outcome) => {
                self.target = format!("#{}", outcome.decision.seq);
                self.status = Some(outcome.status.as_str().to_owned());
                self.code = outcome.code.map(|code| code.to_string());
            }
            Receipt::Approval(approval) => {
                self.actor = approval.approver.to_string();
                self.target = format!("#{}", approval.decision.seq);
                self.status = Some(if approval.approve { "APPROVED" } else { "REJECTED" }.to_owned());
            }
            Receipt::Activation(activation) => {
                self.actor = activation.by.to_string();
                "activate".clone_into(&mut self.operation);
                self.target = match activation.document {
                    DocumentKind::Contract => format!("contract of {}", activation.connector),
                    DocumentKind::Envelope => format!("envelope for {}", activation.connector),
                };
            }
            Receipt::Key(key) => self.target = key.key.keyid.groups().chars().take(19).collect(),
            Receipt::Notice(notice) => {
                "another tenant".clone_into(&mut self.actor);
                self.operation = notice.operation.to_string();
                self.table = Some(notice.table.to_string());
                self.target = targets(notice.records.iter().map(key_text));
                self.status = Some("PREVENTED".to_owned());
            }
            Receipt::Standing(standing) => {
                self.actor = standing.by.to_string();
                self.target = match &standing.subject {
                    StandingSubject::Agent(agent) => format!("agent {agent}"),
                    StandingSubject::Portal => "the whole portal".to_owned(),
                    StandingSubject::Tenant => "the tenant".to_owned(),
                };
                self.status = Some(match standing.state {
                    StandingState::Active => "ACTIVE".to_owned(),
                    StandingState::Stopped => "STOPPED".to_owned(),
                });
            }
        }
    }

    fn propose(&mut self, action: &Action) {
        self.actor = action.agent.to_string();
        self.on_behalf_of = action.on_behalf_of.as_ref().map(ToString::to_string);
        self.operation = action.operation.to_string();
        self.table = Some(action.table.to_string());
        self.target = targets(action.records.iter().map(|record| match &record.key {
            RecordKey::Foreign(_) => "another tenant’s record".to_owned(),
            RecordKey::Open(key) => key_text(key),
        }));
    }
}

/// A record's key as a person would say it: the value alone if there is only one.
pub(crate) fn key_text(key: &Key) -> String {
    if let [value] = key.values().collect::<Vec<_>>().as_slice() {
        return plain(value);
    }
    key.iter().map(|(column, value)| format!("{column}={}", plain(value))).collect::<Vec<_>>().join(", ")
}

/// A value as a person would say it.
pub(super) fn plain(value: &evidence::value::Value) -> String {
    match value {
        evidence::value::Value::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

fn targets(mut keys: impl ExactSizeIterator<Item = String>) -> String {
    let more = keys.len().saturating_sub(1);
    match (keys.next(), more) {
        (None, _) => "no record".to_owned(),
        (Some(first), 0) => first,
        (Some(first), more) => format!("{first} and {more} more"),
    }
}
