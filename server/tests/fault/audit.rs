//! What must be true after every crash, judged by the log, the records and what clients were told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use evidence::checkpoint::SignedCheckpoint;
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, OutcomeStatus, Receipt};
use evidence::verify::{Expectations, State, Verification};

use crate::cast::{BEFORE, TENANTS};
use crate::http::{Client, Reply};
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
    /// Every receipt that a client was given, and whose log it must be in.
    acknowledged: Vec<(&'static str, Digest)>,
    /// How many of those were found there.
    kept: usize,
    /// How often a write was answered that had been answered before.
    pub repeats: usize,
    /// How many votes were counted.
    pub votes: usize,
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
    /// Notes what a client was told. Whoever asks twice is told the same, unless people have answered meanwhile.
    pub fn told(&mut self, write: &Write, answer: Answer) {
        let asks = write.kind == Kind::Asking && answer.verdict == Verdict::Escalate.as_str();
        assert!(asks || answer.verdict == write.verdict().as_str(), "{}: {answer:?}", write.name);
        self.acknowledge(write, &answer.receipt);
        if let Some((_, receipt)) = &answer.outcome {
            self.acknowledge(write, receipt);
        }
        let Some(earlier) = self.answers.get_mut(&write.name) else {
            self.answers.insert(write.name.clone(), answer);
            return;
        };
        self.repeats += 1;
        match (earlier.verdict == answer.verdict, asks) {
            (true, _) => earlier.is_repeated_by(answer, &write.name),
            // People have answered since.
            (false, false) => *earlier = answer,
            // It was sent before they had, and is heard only now.
            (false, true) => {}
        }
    }

    /// Notes what a person was told who voted. A vote that was counted before the portal died is not counted again.
    pub fn voted(&mut self, vote: &Write, reply: &Reply) {
        if reply.status == 409 {
            return;
        }
        assert_eq!(reply.status, 200, "{}", reply.text());
        let mut ballot = reply.json();
        self.acknowledge(vote, &serde_json::from_value(ballot["approval"].take()).unwrap());
        let asked = self.writes[vote.about.as_ref().unwrap()].clone();
        self.told(&asked, Answer::of(ballot["action"].take()));
        self.votes += 1;
    }

    fn acknowledge(&mut self, write: &Write, receipt: &Signed) {
        self.acknowledged.push((write.tenant, receipt.digest()));
        self.moved.insert(write.name.clone());
    }

    /// Reads what the logs say since the last time and checks it against everything else. Nothing is pending.
    pub async fn check(&mut self, client: &mut Client, place: &Place) {
        for tenant in TENANTS {
            let log = self.logs.entry(tenant).or_default();
            log.read(client, place, tenant, &mut self.moved).await;
            assert!(log.open.is_empty(), "{tenant}: allowed without an outcome: {:?}", log.open);
        }
        let moved: Vec<Write> = std::mem::take(&mut self.moved)
            .iter()
            .filter_map(|name| self.writes.get(name))
            .cloned()
            .collect();
        self.check_answers(&moved);
        self.check_records(&moved, place).await;
    }

    /// Everything that a client was told is in the log, byte for byte.
    fn check_answers(&mut self, writes: &[Write]) {
        for (tenant, receipt) in &self.acknowledged[self.kept..] {
            assert!(self.logs[tenant].digests.contains(receipt), "a receipt of {tenant} is lost: {receipt}");
        }
        self.kept = self.acknowledged.len();
        for write in writes {
            let answer = self.answers.get(&write.name);
            let Some((status, _)) = answer.and_then(|answer| answer.outcome.as_ref()) else { continue };
            assert_eq!(self.logs[write.tenant].outcomes[&write.name].as_str(), status, "{}", write.name);
        }
    }

    /// A write is in the system of record exactly if its outcome says COMMITTED and it was not taken back.
    async fn check_records(&self, writes: &[Write], place: &Place) {
        let about =
            |write: &Write| write.about.as_ref().map_or_else(|| write.clone(), |it| self.writes[it].clone());
        let writes: Vec<Write> = writes.iter().map(about).filter(Write::has_its_own).collect();
        let ids = writes.iter().flat_map(|write| write.records.clone()).collect::<BTreeSet<_>>();
        let rows = place.rows(&ids.into_iter().collect::<Vec<_>>()).await;
        for write in writes {
            let back = self.writes.get(&format!("{}-back", write.name));
            let expected = self.is_committed(&write) && !back.is_some_and(|back| self.is_committed(back));
            assert_eq!(write.took_place(&rows), expected, "{}: {:?}", write.name, self.status(&write));
        }
    }

    fn is_committed(&self, write: &Write) -> bool {
        self.status(write) == Some(OutcomeStatus::Committed)
    }

    fn status(&self, write: &Write) -> Option<OutcomeStatus> {
        self.logs.get(write.tenant)?.outcomes.get(&write.name).copied()
    }

    /// The record that many were after holds what one of those wrote that were committed.
    async fn check_contested(&self, tenant: &str, place: &Place) {
        let id = contested(tenant);
        let found = place.rows(std::slice::from_ref(&id)).await.remove(&id);
        let mut committed = self.writes.values().filter(|write| {
            (write.kind, write.tenant) == (Kind::Contested, tenant) && self.is_committed(write)
        });
        match found {
            Some((Some(body), _)) if body == BEFORE => assert_eq!(committed.count(), 0, "{id}"),
            Some((Some(body), _)) => assert!(committed.any(|write| write.name == body), "{id}: {body}"),
            other => panic!("nobody writes this to {id}: {other:?}"),
        }
    }

    /// At the end: every write was decided, and the whole of each log verifies without a finding.
    pub async fn conclude(&mut self, client: &mut Client, place: &Place) -> Counts {
        let mut counts = Counts::default();
        let writes: Vec<Write> = self.writes.values().cloned().collect();
        self.kept = 0;
        for write in &writes {
            let answered = write.kind == Kind::Vote || self.answers.contains_key(&write.name);
            assert!(answered, "{} was never answered", write.name);
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
        assert!(matches!(earlier, None | Some(Verdict::Escalate)), "{name} was decided twice");
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
