//! What must be true after every crash, judged by the log, the records and what clients were told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use evidence::checkpoint::SignedCheckpoint;
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, OutcomeStatus, Receipt};
use evidence::verify::{Expectations, State, Verification};

use crate::cast::{BEFORE, TENANTS};
use crate::http::Client;
use crate::load::Answer;
use crate::place::Place;
use crate::writes::{Kind, Write, contested};

/// Everything that was ever seen.
#[derive(Default)]
pub struct Audit {
    /// Every write that was ever sent.
    pub writes: HashMap<String, Write>,
    /// What clients were told, by write.
    answers: HashMap<String, Answer>,
    /// The writes of which something may have changed since the last check.
    moved: BTreeSet<String>,
    logs: BTreeMap<&'static str, Log>,
    /// How often a write was answered that had been answered before.
    pub repeats: usize,
}

/// One tenant's log, as far as it was read.
#[derive(Default)]
struct Log {
    next: u64,
    digests: BTreeSet<Digest>,
    /// The allowed decisions that have no outcome.
    open: BTreeMap<u64, String>,
    /// The verdict on each write.
    verdicts: HashMap<String, Verdict>,
    /// The outcome of each allowed write.
    outcomes: HashMap<String, OutcomeStatus>,
    names: HashMap<Digest, String>,
}

/// How many of what there are.
#[derive(Debug, Default)]
pub struct Counts {
    pub receipts: u64,
    pub verdicts: BTreeMap<&'static str, usize>,
    pub outcomes: BTreeMap<&'static str, usize>,
}

impl Audit {
    /// Notes what a client was told. Whoever asks twice is told the same.
    pub fn told(&mut self, write: &Write, answer: Answer) {
        assert_eq!(answer.verdict, write.verdict().as_str(), "{}", write.name);
        self.moved.insert(write.name.clone());
        let Some(earlier) = self.answers.get_mut(&write.name) else {
            self.answers.insert(write.name.clone(), answer);
            return;
        };
        self.repeats += 1;
        assert_eq!(earlier.receipt, answer.receipt, "{} was decided twice", write.name);
        match (&earlier.outcome, answer.outcome) {
            (Some(earlier), Some(later)) => assert_eq!(*earlier, later, "{} ended twice", write.name),
            (None, later) => earlier.outcome = later,
            (Some(_), None) => panic!("the outcome of {} was forgotten", write.name),
        }
    }

    /// Reads what the logs say since the last time and checks it against everything else. Nothing is pending.
    pub async fn check(&mut self, client: &mut Client, place: &Place) {
        for tenant in TENANTS {
            let log = self.logs.entry(tenant).or_default();
            log.read(client, place, tenant, &mut self.moved).await;
            assert!(log.open.is_empty(), "{tenant}: allowed without an outcome: {:?}", log.open);
        }
        let moved: Vec<&Write> = self.moved.iter().map(|name| &self.writes[name]).collect();
        self.check_answers(&moved);
        self.check_records(&moved, place).await;
        self.moved.clear();
    }

    /// Everything that a client was told is in the log, byte for byte.
    fn check_answers(&self, writes: &[&Write]) {
        for write in writes {
            let (name, log) = (&write.name, &self.logs[write.tenant]);
            let kept = |receipt: &Signed| log.digests.contains(&receipt.digest());
            let Some(answer) = self.answers.get(name) else { continue };
            assert!(kept(&answer.receipt), "the decision on {name} is lost");
            let Some((status, receipt)) = &answer.outcome else { continue };
            assert!(kept(receipt), "the outcome of {name} is lost");
            assert_eq!(log.outcomes[name].as_str(), status, "{name}");
        }
    }

    /// A write is in the system of record exactly if its outcome says COMMITTED.
    async fn check_records(&self, writes: &[&Write], place: &Place) {
        let ids = writes.iter().flat_map(|write| write.records.clone()).collect::<BTreeSet<_>>();
        let rows = place.rows(&ids.into_iter().collect::<Vec<_>>()).await;
        for write in writes.iter().filter(|write| write.has_its_own()) {
            let committed = self.status(write) == Some(OutcomeStatus::Committed);
            assert_eq!(write.took_place(&rows), committed, "{}: {:?}", write.name, self.status(write));
        }
    }

    fn status(&self, write: &Write) -> Option<OutcomeStatus> {
        self.logs.get(write.tenant)?.outcomes.get(&write.name).copied()
    }

    /// The record that many were after holds what one of those wrote that were committed.
    async fn check_contested(&self, tenant: &str, place: &Place) {
        let id = contested(tenant);
        let found = place.rows(std::slice::from_ref(&id)).await.remove(&id);
        let mut committed = self.writes.values().filter(|write| {
            (write.kind, write.tenant) == (Kind::Contested, tenant)
                && self.status(write) == Some(OutcomeStatus::Committed)
        });
        match found {
            Some((Some(body), _)) if body == BEFORE => assert_eq!(committed.count(), 0, "{id}"),
            Some((Some(body), _)) => assert!(committed.any(|write| write.name == body), "{id}: {body}"),
            other => panic!("nobody writes this to {id}: {other:?}"),
        }
    }

    /// At the end: every write was decided, and the whole of each log verifies without a finding.
    pub async fn conclude(&self, client: &mut Client, place: &Place) -> Counts {
        let mut counts = Counts::default();
        let writes: Vec<&Write> = self.writes.values().collect();
        for write in &writes {
            assert!(self.answers.contains_key(&write.name), "{} was never answered", write.name);
        }
        self.check_answers(&writes);
        self.check_records(&writes, place).await;
        for tenant in TENANTS {
            let log = &self.logs[tenant];
            self.check_contested(tenant, place).await;
            let whole = verified(client, place, tenant, 0).await.unwrap();
            assert_eq!(whole.report().state, State::Verified);
            assert_eq!(whole.report().findings, Vec::new());
            assert_eq!(whole.evidence().items.len() as u64, log.next);
            counts.receipts += log.next;
            for verdict in log.verdicts.values() {
                *counts.verdicts.entry(verdict.as_str()).or_default() += 1;
            }
            for outcome in log.outcomes.values() {
                *counts.outcomes.entry(outcome.as_str()).or_default() += 1;
            }
        }
        counts
    }
}

impl Log {
    async fn read(&mut self, client: &mut Client, place: &Place, tenant: &str, moved: &mut BTreeSet<String>) {
        let Some(verification) = verified(client, place, tenant, self.next).await else { return };
        for item in &verification.evidence().items {
            assert_eq!(item.receipt.entry().seq, self.next, "{tenant} has a gap");
            self.next += 1;
            self.digests.insert(item.digest);
            match &item.receipt {
                Receipt::Decision(decision) => {
                    self.decided(decision, item.digest);
                    moved.insert(decision.action.reason.to_string());
                }
                Receipt::Outcome(outcome) => self.ended(outcome),
                _ => {}
            }
        }
    }

    fn decided(&mut self, decision: &DecisionReceipt, digest: Digest) {
        let name = decision.action.reason.to_string();
        let verdict = decision.decision.verdict;
        let earlier = self.verdicts.insert(name.clone(), verdict);
        assert_eq!(earlier, None, "{name} was decided twice");
        if verdict == Verdict::Allow {
            self.open.insert(decision.entry.seq, name.clone());
        }
        self.names.insert(digest, name);
    }

    fn ended(&mut self, outcome: &OutcomeReceipt) {
        let name = &self.names[&outcome.decision.receipt];
        let open = self.open.remove(&outcome.decision.seq);
        assert_eq!(open.as_ref(), Some(name), "{name} has an outcome that it may not have");
        self.outcomes.insert(name.clone(), outcome.status);
    }
}

/// A pack of everything from `from` on, which must verify; `None` if there is nothing.
async fn verified(client: &mut Client, place: &Place, tenant: &str, from: u64) -> Option<Verification> {
    continued(client, place, tenant, from, None).await
}

/// The same, for somebody who has kept a checkpoint.
pub async fn continued(
    client: &mut Client,
    place: &Place,
    tenant: &str,
    from: u64,
    since: Option<SignedCheckpoint>,
) -> Option<Verification> {
    let reply = client.get(&format!("/v1/tenants/{tenant}/pack?from={from}")).await.unwrap();
    if reply.status == 404 {
        return None;
    }
    assert_eq!(reply.status, 200, "{}", reply.text());
    let expectations =
        Expectations { fingerprints: vec![place.fingerprint.clone()], since, ..Expectations::default() };
    let mut verification = Verification::new(reply.body, expectations);
    while !verification.advance(u64::MAX).finished {}
    let report = verification.report();
    assert!(report.stopped_at().is_none(), "{tenant} from {from}: {:?}", report.stopped_at());
    assert!(matches!(report.state, State::Verified | State::Incomplete), "{:?}", report.state);
    Some(verification)
}
