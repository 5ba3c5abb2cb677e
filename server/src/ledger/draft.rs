//! Turns what was asked into receipts, each on top of all that came before it in the same log.
//!
//! This is the only part that has to happen in order. Nothing here waits, and nothing here has taken effect until the
//! batch is down.

mod document;
mod verdict;

use std::collections::HashMap;

use evidence::action::Citation;
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::key::KeyId;
use evidence::name::Name;
use evidence::receipt::{NoticeReceipt, OutcomeReceipt, Receipt, StandingReceipt};
use evidence::timestamp::Timestamp;
use evidence::trust::KeyRecord;

use super::answer::{LedgerError, StoredAction};
use super::fault::Fault;
use super::library::Library;
use super::parked::Parked;
use super::proposal::{Notice, OutcomeDraft, StandingDraft};
use super::request::{Ask, Kept, Reply};
use super::state::{Open, State};
use crate::registry::Tenant;

/// The logs that are open, by id.
pub(super) type Logs = HashMap<Name, State>;

/// A receipt that waits for its signature, and what is stored beside it.
pub(super) struct Draft {
    pub receipt: Receipt,
    pub beside: Beside,
}

/// What is stored beside a receipt, in the same transaction.
pub(super) enum Beside {
    Nothing,
    Decision(Decided),
    Document { digest: Digest, kind: &'static str, body: String },
    Outcome(Open),
}

/// What is stored beside a decision.
pub(super) struct Decided {
    pub idempotency: Option<(String, Digest)>,
    /// The decision that escalated the action, if it waited for people.
    pub resumes: Option<Citation>,
    pub kept: Kept,
}

/// What will be answered, once the batch is down.
pub(super) enum Planned {
    /// The receipt drafted at this place.
    Draft(usize),
    /// The decision drafted at this place, if silence is an answer by now.
    Expired(Option<usize>),
    /// The vote drafted at one place, and the decision at the other that follows from it.
    Voted(usize, Option<usize>),
    /// The same as to the request at this place, as a repetition of it.
    Repeat(usize),
    /// This, whatever becomes of the batch.
    Reply(Result<Reply, LedgerError>),
}

/// What was found in the database before drafting began.
#[derive(Default)]
pub(super) struct Known {
    /// Actions by idempotency key, with the digest of the request of then.
    pub actions: HashMap<String, (Option<String>, StoredAction)>,
    /// Outcomes that were recorded earlier, by log and decision.
    pub outcomes: HashMap<(Name, u64), Reply>,
    /// Escalated decisions that wait, by log and decision.
    pub parked: HashMap<(Name, u64), Parked>,
}

/// One batch under construction.
pub(super) struct Drafting<'a> {
    pub logs: &'a mut Logs,
    pub library: &'a mut Library,
    pub known: &'a Known,
    pub key: &'a KeyRecord,
    /// The key that may still say once, in each log, that `key` follows it.
    pub outgoing: Option<KeyId>,
    pub now: Timestamp,
    pub drafts: Vec<Draft>,
    /// Idempotency keys of this batch: the request's place and digest.
    pub keys: HashMap<String, (usize, Digest)>,
    /// Decisions whose outcome is in this batch: the request's place.
    pub settled: HashMap<(Name, u64), usize>,
}

/// The id by which a caller's idempotency key is unique in the whole database.
pub(super) fn idempotency_id(log: &Name, key: Digest) -> String {
    format!("{log}/{}", key.hex())
}

impl Drafting<'_> {
    /// Drafts what the request at `place` asks for. A fault is one of the ledger, and ends the batch.
    pub fn plan(&mut self, place: usize, tenant: &Tenant, ask: &Ask) -> Result<Planned, Fault> {
        if !matches!(ask, Ask::InForce(_)) {
            self.begin(tenant)?;
        }
        match ask {
            Ask::Activate(draft, replaces) => self.activate(tenant, draft, *replaces),
            Ask::Decide(decide) => self.decide(place, decide),
            Ask::Expire(expire) => self.expire(tenant, expire),
            Ask::HandOver => Ok(Planned::Reply(Ok(Reply::HandedOver))),
            Ask::InForce(connector) => {
                let state = self.state(tenant)?;
                let found = self.library.in_force(&state.history, connector.as_str())?;
                Ok(Planned::Reply(Ok(Reply::InForce(found))))
            }
            Ask::Outcome(draft) => self.outcome(place, tenant, draft),
            Ask::Stand(draft) => self.stand(tenant, draft),
            Ask::Vote(vote) => self.vote(tenant, vote),
        }
    }

    fn state(&self, tenant: &Tenant) -> Result<&State, Fault> {
        self.logs.get(tenant.log()).ok_or_else(|| Fault::corrupt("a log was not loaded"))
    }

    pub fn state_mut(&mut self, tenant: &Tenant) -> Result<&mut State, Fault> {
        self.logs.get_mut(tenant.log()).ok_or_else(|| Fault::corrupt("a log was not loaded"))
    }

    fn outcome(&mut self, place: usize, tenant: &Tenant, draft: &OutcomeDraft) -> Result<Planned, Fault> {
        let id = (tenant.log().clone(), draft.decision.seq);
        if let Some(place) = self.settled.get(&id) {
            return Ok(Planned::Repeat(*place));
        }
        if let Some(reply) = self.known.outcomes.get(&id) {
            return Ok(Planned::Reply(Ok(reply.clone())));
        }
        let now = self.now;
        let state = self.state_mut(tenant)?;
        let Some(open) = state.open(&draft.decision).filter(|open| open.permit == draft.permit).cloned()
        else {
            let fault = "cites no allowed decision of this log with this permit";
            return Ok(Planned::Reply(Err(LedgerError::refused("decision", fault))));
        };
        state.open.remove(&draft.decision.seq);
        let receipt = Receipt::Outcome(OutcomeReceipt {
            code: draft.code,
            decision: draft.decision.clone(),
            entry: state.entry(now),
            permit: draft.permit.clone(),
            records: draft.records.clone(),
            source: draft.source,
            status: draft.status,
        });
        self.settled.insert(id, place);
        Ok(Planned::Draft(self.push(receipt, Beside::Outcome(open))))
    }

    fn notice(&mut self, notice: &Notice) -> Result<(), Fault> {
        self.begin(&notice.tenant)?;
        let now = self.now;
        let entry = self.state_mut(&notice.tenant)?.entry(now);
        let receipt = Receipt::Notice(NoticeReceipt {
            actor: notice.actor,
            connector: notice.connector.clone(),
            entry,
            operation: notice.operation.clone(),
            records: notice.records.clone(),
            table: notice.table.clone(),
        });
        self.push(receipt, Beside::Nothing);
        Ok(())
    }

    fn stand(&mut self, tenant: &Tenant, draft: &StandingDraft) -> Result<Planned, Fault> {
        let now = self.now;
        let receipt = Receipt::Standing(StandingReceipt {
            by: draft.by.clone(),
            entry: self.state_mut(tenant)?.entry(now),
            reason: draft.reason.clone(),
            state: draft.state,
            subject: draft.subject.clone(),
        });
        Ok(Planned::Draft(self.push(receipt, Beside::Nothing)))
    }

    /// Takes a receipt into the history, so that the next one is decided on top of it. An escalation follows when its
    /// digest is known: nobody can cite it before its answer is out.
    fn push(&mut self, receipt: Receipt, beside: Beside) -> usize {
        if !is_escalation(&receipt)
            && let Some(state) = self.logs.get_mut(&receipt.entry().log)
        {
            state.history.apply(&receipt, UNCITED);
        }
        self.drafts.push(Draft { receipt, beside });
        self.drafts.len() - 1
    }
}

/// Stands for the digest of a receipt that history knows no citations of.
pub(super) const UNCITED: Digest = Digest([0; 32]);

/// Whether history remembers this receipt by its digest.
pub(super) fn is_escalation(receipt: &Receipt) -> bool {
    matches!(receipt, Receipt::Decision(decided) if decided.decision.verdict == Verdict::Escalate)
}
