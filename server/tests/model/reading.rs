//! What a pack alone says: its receipts, replayed into a picture of what was asked, decided and done.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use evidence::action::{RecordKey, State as Shown};
use evidence::commitment::{Cell, Key};
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::receipt::{
    DecisionReceipt, DocumentKind, OutcomeReceipt, OutcomeStatus, Receipt, StandingReceipt, StandingState,
    StandingSubject,
};
use evidence::value::Value;
use evidence::verify::{Expectations, Report, Verification};

/// A pack, read by somebody who has nothing else.
pub struct Reading {
    pub report: Report,
    pub actions: BTreeMap<Name, Told>,
    /// What each committed write made of each record, by table and key, by action.
    pub records: BTreeMap<(Text, Key), BTreeMap<Name, Written>>,
    /// What other tenants' agents reached for: the table, the operation, and which records.
    pub notices: Vec<(Text, Text, BTreeSet<Key>)>,
    pub stopped: BTreeSet<String>,
    /// The envelope in force for each connector.
    pub envelopes: BTreeMap<Name, Digest>,
    /// All that the receipts say, in the form that programmers read.
    pub text: String,
    /// The decisions, by where they stand.
    decisions: BTreeMap<u64, DecisionReceipt>,
}

/// What is told of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The verdicts, in their order.
    pub verdicts: Vec<Verdict>,
    /// What came of it, and in which receipts that is said.
    pub outcomes: Vec<(OutcomeStatus, u64)>,
    /// What it takes back.
    pub undoes: Option<Name>,
}

/// One committed write to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub before: Option<Digest>,
    pub after: Option<Picture>,
}

/// A record, as far as receipts show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub hash: Digest,
    pub open: BTreeMap<Text, Value>,
}

impl Reading {
    /// Verifies the pack and reads it.
    pub fn of(pack: Vec<u8>, expectations: Expectations) -> Self {
        let mut verification = Verification::new(pack, expectations);
        while !verification.advance(u64::MAX).finished {}
        let mut reading = Self {
            report: verification.report(),
            actions: BTreeMap::new(),
            records: BTreeMap::new(),
            notices: Vec::new(),
            stopped: BTreeSet::new(),
            envelopes: BTreeMap::new(),
            text: String::new(),
            decisions: BTreeMap::new(),
        };
        for item in &verification.evidence().items {
            reading.take(&item.receipt);
        }
        reading
    }

    /// Where the latest decision about an action stands.
    pub fn latest(&self, action: &Name) -> u64 {
        let about = self.decisions.iter().rev().find(|(_, decision)| decision.action.id == *action);
        *about.unwrap().0
    }

    fn take(&mut self, receipt: &Receipt) {
        let _ = writeln!(self.text, "{receipt:?}");
        match receipt {
            Receipt::Activation(activation) if activation.document == DocumentKind::Envelope => {
                self.envelopes.insert(activation.connector.clone(), activation.digest);
            }
            Receipt::Decision(decision) => self.decided(decision),
            Receipt::Notice(notice) => {
                let keys = notice.records.iter().cloned().collect();
                self.notices.push((notice.table.clone(), notice.operation.clone(), keys));
            }
            Receipt::Outcome(outcome) => self.done(outcome),
            Receipt::Standing(standing) => self.stood(standing),
            Receipt::Activation(_) | Receipt::Approval(_) | Receipt::Key(_) => {}
        }
    }

    fn decided(&mut self, decision: &DecisionReceipt) {
        let original = decision.action.undoes.as_ref().map(|cited| &self.decisions[&cited.seq]);
        let undoes = original.map(|original| original.action.id.clone());
        let told = self.actions.entry(decision.action.id.clone()).or_default();
        told.verdicts.push(decision.decision.verdict);
        told.undoes = undoes;
        self.decisions.insert(decision.entry.seq, decision.clone());
    }

    fn done(&mut self, outcome: &OutcomeReceipt) {
        let decision = &self.decisions[&outcome.decision.seq];
        let told = self.actions.get_mut(&decision.action.id).unwrap();
        told.outcomes.push((outcome.status, outcome.entry.seq));
        if outcome.status != OutcomeStatus::Committed {
            return;
        }
        for (record, effect) in decision.action.records.iter().zip(&outcome.records) {
            let RecordKey::Open(key) = &record.key else { panic!("a foreign record was written") };
            let open = open(record.before.as_ref(), record.after.as_ref());
            let after = effect.after.map(|hash| Picture { hash, open });
            let writes = self.records.entry((decision.action.table.clone(), key.clone())).or_default();
            writes.insert(decision.action.id.clone(), Written { before: effect.before, after });
        }
    }

    fn stood(&mut self, standing: &StandingReceipt) {
        let subject = match &standing.subject {
            StandingSubject::Agent(agent) => agent.to_string(),
            StandingSubject::Portal => "the portal".to_owned(),
            StandingSubject::Tenant => "the tenant".to_owned(),
        };
        match standing.state {
            StandingState::Active => self.stopped.remove(&subject),
            StandingState::Stopped => self.stopped.insert(subject),
        };
    }
}

/// The open cells of a state, of which a receipt shows only those that differ from the one before.
fn open(before: Option<&Shown>, after: Option<&Shown>) -> BTreeMap<Text, Value> {
    let cells = before.into_iter().chain(after).flat_map(|state| &state.cells);
    let open = cells.filter_map(|(column, cell)| match cell {
        Cell::Open { value, .. } => Some((column.clone(), value.clone())),
        Cell::Sealed(_) => None,
    });
    open.collect()
}
