//! A tenant's log, as a server writes it: the standing from history, the verdict from `decide`, then the receipt.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use evidence::action::{Action, Citation, Record, RecordKey, State};
use evidence::commitment::{Key, TenantSecret};
use evidence::compile::{Compiled, compile};
use evidence::contract::Contract;
use evidence::decide::decide;
use evidence::decision::{LAW, Verdict};
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::envelope::Envelope;
use evidence::history::History;
use evidence::name::Name;
use evidence::reason::Code;
use evidence::receipt::{
    ActivationReceipt, ApprovalReceipt, DecisionReceipt, DocumentKind, Effect, Entry, KeyChange, KeyReceipt,
    NoticeReceipt, OutcomeReceipt, OutcomeStatus, Permit, Receipt, StandingReceipt, StandingState,
    StandingSubject,
};
use evidence::standing::Undoing;
use evidence::timestamp::Timestamp;
use evidence::trust::{KeyRecord, Purpose, Rotation, Trust};
use evidence::value::Value;

use super::actions::Row;
use super::{AGENT, ENGINE, Rows, at, contract, envelope, key, named, public, sign};

/// A log that grows.
pub struct Log {
    pub tenant: Name,
    pub id: Name,
    pub secret: TenantSecret,
    /// All keys, the one that signs last.
    pub keys: Vec<SigningKey>,
    pub trust: Trust,
    pub receipts: Vec<(Receipt, Signed)>,
    pub contracts: BTreeMap<Digest, Contract>,
    pub envelopes: BTreeMap<Digest, Compiled>,
    pub rows: Rows,
    /// What each action sets in each record, in clear, as only the connector knows it.
    pub proposed: RefCell<BTreeMap<String, BTreeMap<String, Row>>>,
    /// The records as they were before each committed write, by decision.
    pub images: BTreeMap<u64, BTreeMap<String, Row>>,
    pub now: Timestamp,
    pub history: History,
    /// How long permits are good for.
    pub permit_seconds: u64,
}

impl Log {
    /// `acme`'s log with key, agent, contract and envelope: receipts #0 to #3.
    pub fn acme() -> Self {
        Self::opened("acme", 1)
    }

    /// A tenant's log with key, agent, contract and envelope; `seed` gives key and secret.
    pub fn opened(tenant: &str, seed: u8) -> Self {
        let mut log = Self::with_key(tenant, seed);
        log.stand(StandingSubject::Agent(named(AGENT)), StandingState::Active);
        log.activate_contract(contract());
        log.activate_envelope(envelope(tenant, 1));
        log
    }

    /// A log in which nothing but its first key was recorded.
    pub fn with_key(tenant: &str, seed: u8) -> Self {
        let mut log = Self::empty(tenant, seed);
        let record = log.trust.keys[0].clone();
        log.key(KeyChange::Added, record);
        log
    }

    /// A log without receipts.
    pub fn empty(tenant: &str, seed: u8) -> Self {
        let secret = TenantSecret::new(&[seed.wrapping_add(100); 32]);
        let first = key(seed);
        let trust = Trust {
            keys: vec![record(&first, at(0))],
            rotations: Vec::new(),
            vendor: named("northwind"),
            vendor_name: named("Northwind Traders"),
        };
        Self {
            tenant: named(tenant),
            id: secret.log_id().unwrap(),
            secret,
            keys: vec![first],
            trust,
            receipts: Vec::new(),
            contracts: BTreeMap::new(),
            envelopes: BTreeMap::new(),
            rows: Rows::beginning(),
            proposed: RefCell::default(),
            images: BTreeMap::new(),
            now: at(0),
            history: History::default(),
            permit_seconds: 30,
        }
    }

    /// The key that signs now.
    pub fn signer(&self) -> &SigningKey {
        self.keys.last().unwrap()
    }

    /// Time passes.
    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now.plus_seconds(seconds).unwrap();
    }

    /// Where the next receipt stands. A second passes with each.
    pub fn entry(&mut self) -> Entry {
        self.wait(1);
        Entry {
            engine: named(ENGINE),
            log: self.id.clone(),
            seq: self.receipts.len() as u64,
            tenant: self.tenant.clone(),
            time: self.now,
        }
    }

    /// Signs a receipt and appends it, whatever it says.
    pub fn append(&mut self, receipt: Receipt) -> Citation {
        let signed = sign_receipt(&receipt, self.signer());
        let cited = Citation { receipt: signed.digest(), seq: receipt.entry().seq };
        self.history.apply(&receipt, signed.digest());
        self.receipts.push((receipt, signed));
        cited
    }

    /// The decision that is cited.
    pub fn decision(&self, cited: &Citation) -> &DecisionReceipt {
        match &self.receipts[usize::try_from(cited.seq).unwrap()].0 {
            Receipt::Decision(decision) => decision,
            other => panic!("#{} is {}", cited.seq, other.kind()),
        }
    }

    /// What is known of a write that is to be undone.
    fn undoing(&self, cited: &Citation) -> Option<Undoing> {
        match &self.receipts[usize::try_from(cited.seq).unwrap()].0 {
            Receipt::Decision(original) => Some(Undoing::of(cited.clone(), original)),
            _ => None,
        }
    }

    /// Decides an action and records it.
    pub fn decide(&mut self, action: Action) -> Citation {
        self.decide_with(action, None)
    }

    /// Decides an action again after votes on the decision that escalated it.
    pub fn resume(&mut self, escalated: &Citation) -> Citation {
        self.decide_with(self.decision(escalated).action.clone(), Some(escalated))
    }

    fn decide_with(&mut self, action: Action, resumes: Option<&Citation>) -> Citation {
        let entry = self.entry();
        let envelope =
            self.history.envelope(action.connector.as_str()).map(|digest| &self.envelopes[&digest]);
        let limits = envelope.map(|compiled| compiled.envelope().limits.as_slice()).unwrap_or_default();
        let mut standing = self.history.standing(&action, limits, resumes, entry.time);
        standing.undoes = action.undoes.as_ref().and_then(|cited| self.undoing(cited));
        let contract = standing.contract.map(|digest| &self.contracts[&digest]);
        let decision = decide(contract, envelope, &action, &standing, entry.time);
        let permit = (decision.verdict == Verdict::Allow).then(|| Permit {
            action: action.digest().unwrap(),
            expires_at: entry.time.plus_seconds(self.permit_seconds).unwrap(),
            id: named(&format!("p-{}", entry.seq)),
        });
        let idempotency = Some(Digest::of(action.id.as_str().as_bytes()));
        self.append(Receipt::Decision(DecisionReceipt {
            action,
            decision,
            entry,
            idempotency,
            law: LAW,
            permit,
            standing,
        }))
    }

    /// Decides an action that is allowed, carries it out, and records that.
    pub fn write(&mut self, action: Action) -> Citation {
        let decision = self.decide(action);
        self.commit(&decision);
        decision
    }

    /// Carries an allowed action out, and records that.
    pub fn commit(&mut self, decision: &Citation) -> Citation {
        self.apply(decision);
        self.outcome(decision, OutcomeStatus::Committed, None)
    }

    /// Records what became of an allowed action.
    pub fn outcome(&mut self, cited: &Citation, status: OutcomeStatus, code: Option<Code>) -> Citation {
        let entry = self.entry();
        let decision = self.decision(cited);
        let committed = status == OutcomeStatus::Committed;
        let records = decision.action.records.iter().filter(|_| committed).map(effect).collect();
        let permit = decision.permit.as_ref().map_or_else(|| named("none"), |permit| permit.id.clone());
        let source = decision.action.source;
        self.append(Receipt::Outcome(OutcomeReceipt {
            code,
            decision: cited.clone(),
            entry,
            permit,
            records,
            source,
            status,
        }))
    }

    /// Records a vote.
    pub fn vote(&mut self, escalated: &Citation, approver: &str, approve: bool) -> Citation {
        let entry = self.entry();
        let group = self.decision(escalated).decision.approval.as_ref().unwrap().group.clone();
        self.append(Receipt::Approval(ApprovalReceipt {
            approve,
            approver: named(approver),
            decision: escalated.clone(),
            entry,
            group,
            reason: named("looked at the customer's mail"),
        }))
    }

    /// Puts a contract in force.
    pub fn activate_contract(&mut self, contract: Contract) -> Citation {
        let (digest, connector) = (contract.digest().unwrap(), contract.connector.clone());
        self.contracts.insert(digest, contract);
        let previous = self.history.contract(connector.as_str());
        self.activate(DocumentKind::Contract, connector, digest, previous)
    }

    /// Puts an envelope in force.
    pub fn activate_envelope(&mut self, envelope: Envelope) -> Citation {
        let contract = &self.contracts[&envelope.contract];
        let connector = contract.connector.clone();
        let compiled = compile(contract, envelope).unwrap();
        let digest = compiled.digest();
        self.envelopes.insert(digest, compiled);
        let previous = self.history.envelope(connector.as_str());
        self.activate(DocumentKind::Envelope, connector, digest, previous)
    }

    fn activate(
        &mut self,
        document: DocumentKind,
        connector: Name,
        digest: Digest,
        previous: Option<Digest>,
    ) -> Citation {
        let entry = self.entry();
        self.append(Receipt::Activation(ActivationReceipt {
            by: named("owner@northwind.example"),
            changes: vec![named("The first version.")],
            connector,
            digest,
            document,
            entry,
            previous,
            proposed_by: None,
            reason: named("agreed with the customer"),
        }))
    }

    /// Changes somebody's standing.
    pub fn stand(&mut self, subject: StandingSubject, state: StandingState) -> Citation {
        let entry = self.entry();
        self.append(Receipt::Standing(StandingReceipt {
            by: named("owner@northwind.example"),
            entry,
            reason: named("as agreed"),
            state,
            subject,
        }))
    }

    /// Another tenant's agent tried to reach a record of this one.
    pub fn notice(&mut self, table: &str, id: &str) -> Citation {
        let entry = self.entry();
        self.append(Receipt::Notice(NoticeReceipt {
            actor: self.secret.blind_tenant(&named("globex")).unwrap(),
            connector: named("crm"),
            entry,
            operation: named("update"),
            records: vec![[(named("id"), id.into())].into()],
            table: named(table),
        }))
    }

    /// Hands over to the key that grows from `seed`: in the trust document and in the log.
    pub fn rotate(&mut self, seed: u8) -> Citation {
        let next = key(seed);
        let record = record(&next, self.now);
        let old = self.signer();
        let from = public(old).id();
        let rotation =
            Rotation { from, time: self.now, to: record.clone(), vendor: self.trust.vendor.clone() };
        self.trust.rotations.push(sign(&rotation, &[old, &next]));
        self.trust.keys.push(record.clone());
        let cited = self.key(KeyChange::Rotated, record);
        self.keys.push(next);
        cited
    }

    /// Records what happened to a key.
    pub fn key(&mut self, change: KeyChange, key: KeyRecord) -> Citation {
        let entry = self.entry();
        self.append(Receipt::Key(KeyReceipt { change, entry, key, reason: named("as planned") }))
    }

    /// What the connector does for an allowed action.
    fn apply(&mut self, cited: &Citation) {
        let action = self.decision(cited).action.clone();
        let set = self.proposed.borrow()[action.id.as_str()].clone();
        let image = self.images.entry(cited.seq).or_default();
        for record in &action.records {
            let place = (action.table.to_string(), id_of(record));
            if let Some(row) = self.rows.0.get(&place) {
                image.insert(place.1.clone(), row.clone());
            }
            if action.operation == *"delete" {
                self.rows.0.remove(&place);
            } else {
                let row = set[&place.1].clone();
                self.rows.0.entry(place).or_default().extend(row);
            }
        }
    }
}

/// A record as an effect that went as decided leaves it.
pub fn effect(record: &Record) -> Effect {
    let hash = |state: &Option<State>| state.as_ref().map(|state| state.hash);
    Effect { after: hash(&record.after), before: hash(&record.before), key: own_key(record).clone() }
}

fn own_key(record: &Record) -> &Key {
    match &record.key {
        RecordKey::Open(key) => key,
        RecordKey::Foreign(_) => panic!("only own records are written"),
    }
}

/// The id of an own record.
pub fn id_of(record: &Record) -> String {
    match &own_key(record)["id"] {
        Value::Text(id) => id.clone(),
        other => panic!("ids are text, not {other}"),
    }
}

fn record(key: &SigningKey, from: Timestamp) -> KeyRecord {
    let public_key = public(key);
    let purposes = [Purpose::Checkpoint, Purpose::Pack, Purpose::Receipt].into();
    KeyRecord { keyid: public_key.id(), public_key, purposes, valid_from: from, valid_until: None }
}

/// The receipt, signed.
pub fn sign_receipt(receipt: &Receipt, key: &SigningKey) -> Signed {
    match receipt {
        Receipt::Activation(one) => sign(one, &[key]),
        Receipt::Approval(one) => sign(one, &[key]),
        Receipt::Decision(one) => sign(one, &[key]),
        Receipt::Key(one) => sign(one, &[key]),
        Receipt::Notice(one) => sign(one, &[key]),
        Receipt::Outcome(one) => sign(one, &[key]),
        Receipt::Standing(one) => sign(one, &[key]),
    }
}
