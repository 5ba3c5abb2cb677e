//! Turns what was asked into receipts, each on top of all that came before it in the same log.
//!
//! This is the only part that has to happen in order. Nothing here waits, and nothing here has taken effect until the
//! batch is down.

use std::collections::HashMap;

use evidence::compile::compile;
use evidence::decide::decide;
use evidence::decision::{LAW, Verdict};
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::receipt::{
    ActivationReceipt, ApprovalReceipt, DecisionReceipt, DocumentKind, KeyChange, KeyReceipt, NoticeReceipt,
    OutcomeReceipt, Permit, Receipt, StandingReceipt,
};
use evidence::timestamp::Timestamp;
use evidence::trust::KeyRecord;

use super::answer::{LedgerError, StoredAction};
use super::fault::Fault;
use super::library::Library;
use super::proposal::{
    ActivationDraft, ApprovalDraft, Document, Notice, OutcomeDraft, Proposal, StandingDraft,
};
use super::request::{Ask, Decide, Reply};
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
    pub resumed: bool,
    pub effect: Option<String>,
}

/// What will be answered, once the batch is down.
pub(super) enum Planned {
    /// The receipt drafted at this place.
    Draft(usize),
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
}

/// One batch under construction.
pub(super) struct Drafting<'a> {
    pub logs: &'a mut Logs,
    pub library: &'a mut Library,
    pub known: &'a Known,
    pub key: &'a KeyRecord,
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
            Ask::Activate(draft) => self.activate(tenant, draft),
            Ask::Decide(decide) => self.decide(place, decide),
            Ask::InForce(connector) => {
                let state = self.state(tenant)?;
                let found = self.library.in_force(&state.history, connector.as_str())?;
                Ok(Planned::Reply(Ok(Reply::InForce(found))))
            }
            Ask::Outcome(draft) => self.outcome(place, tenant, draft),
            Ask::Stand(draft) => self.stand(tenant, draft),
            Ask::Vote(draft) => self.vote(tenant, draft),
        }
    }

    fn state(&self, tenant: &Tenant) -> Result<&State, Fault> {
        self.logs.get(tenant.log()).ok_or_else(|| Fault::corrupt("a log was not loaded"))
    }

    fn state_mut(&mut self, tenant: &Tenant) -> Result<&mut State, Fault> {
        self.logs.get_mut(tenant.log()).ok_or_else(|| Fault::corrupt("a log was not loaded"))
    }

    /// A log's first receipt adds the key that signs it. A log that was begun with another key can only be continued by
    /// one that it knows.
    fn begin(&mut self, tenant: &Tenant) -> Result<(), Fault> {
        let (key, now) = (self.key, self.now.max(self.key.valid_from));
        let state = self.state_mut(tenant)?;
        if state.history.key(&key.keyid).is_some() {
            return Ok(());
        }
        if state.history.has_keys() || state.next > 0 {
            return Err(Fault::corrupt(format!(
                "the log {} does not know the key {}",
                tenant.log(),
                key.keyid
            )));
        }
        let receipt = Receipt::Key(KeyReceipt {
            change: KeyChange::Added,
            entry: state.entry(now),
            key: key.clone(),
            reason: Text::shortened("The key that this log begins with.", 100),
        });
        state.history.apply(&receipt, UNCITED);
        self.drafts.push(Draft { receipt, beside: Beside::Nothing });
        Ok(())
    }

    fn decide(&mut self, place: usize, ask: &Decide) -> Result<Planned, Fault> {
        let Decide { proposal, .. } = ask;
        let fresh = proposal.idempotency.filter(|_| proposal.resumes.is_none());
        let key = fresh.map(|sent| (idempotency_id(proposal.tenant.log(), sent.key), sent.request));
        if let Some((id, request)) = &key {
            if let Some(planned) = self.repeated(id, *request) {
                return Ok(planned);
            }
            self.keys.insert(id.clone(), (place, *request));
        }
        let receipt = self.decision(ask)?;
        let beside = Beside::Decision(Decided {
            idempotency: key,
            resumed: proposal.resumes.is_some(),
            effect: ask.effect.clone(),
        });
        let planned = self.push(receipt, beside);
        for notice in &proposal.notices {
            self.notice(notice)?;
        }
        Ok(planned)
    }

    fn repeated(&self, id: &str, request: Digest) -> Option<Planned> {
        if let Some((stored, action)) = self.known.actions.get(id) {
            let same = stored.as_deref() == Some(request.to_string().as_str());
            let reply = if same { Reply::Repeated(Box::new(action.clone())) } else { Reply::Conflict };
            return Some(Planned::Reply(Ok(reply)));
        }
        let (place, earlier) = self.keys.get(id)?;
        Some(if *earlier == request { Planned::Repeat(*place) } else { Planned::Reply(Ok(Reply::Conflict)) })
    }

    fn decision(&mut self, ask: &Decide) -> Result<Receipt, Fault> {
        let Proposal { tenant, action, idempotency, resumes, permit_seconds, .. } = &ask.proposal;
        let now = self.now;
        let state = self.logs.get_mut(tenant.log()).ok_or_else(|| Fault::corrupt("a log was not loaded"))?;
        let documents = self.library.in_force(&state.history, action.connector.as_str())?;
        let limits = documents.envelope.as_ref().map_or(&[][..], |envelope| &envelope.envelope().limits);
        let entry = state.entry(now);
        let standing = state.history.standing(action, limits, resumes.as_ref(), entry.time);
        let contract = documents.contract.as_ref().map(|(_, contract)| contract.as_ref());
        let decision = decide(contract, documents.envelope.as_deref(), action, &standing, entry.time);
        let permit = (decision.verdict == Verdict::Allow).then(|| Permit {
            action: ask.digest,
            expires_at: entry.time.saturating_plus_seconds((*permit_seconds).into()),
            id: ask.permit.clone(),
        });
        Ok(Receipt::Decision(DecisionReceipt {
            action: action.clone(),
            decision,
            entry,
            idempotency: idempotency.map(|sent| sent.key),
            law: LAW,
            permit,
            standing,
        }))
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
        Ok(self.push(receipt, Beside::Outcome(open)))
    }

    fn activate(&mut self, tenant: &Tenant, draft: &ActivationDraft) -> Result<Planned, Fault> {
        let (digest, kind, body) = match self.admit(tenant, draft)? {
            Ok(admitted) => admitted,
            Err(refused) => return Ok(Planned::Reply(Err(refused))),
        };
        let now = self.now;
        let state = self.state_mut(tenant)?;
        let connector = draft.connector.as_str();
        let (previous, word) = match kind {
            DocumentKind::Contract => (state.history.contract(connector), "contract"),
            DocumentKind::Envelope => (state.history.envelope(connector), "envelope"),
        };
        state.connectors.insert(draft.connector.clone());
        let receipt = Receipt::Activation(ActivationReceipt {
            by: draft.by.clone(),
            changes: draft.changes.clone(),
            connector: draft.connector.clone(),
            digest,
            document: kind,
            entry: state.entry(now),
            previous,
            proposed_by: draft.proposed_by.clone(),
            reason: draft.reason.clone(),
        });
        Ok(self.push(receipt, Beside::Document { digest, kind: word, body }))
    }

    /// Checks a document against what is in force, and takes it into the library.
    fn admit(
        &mut self,
        tenant: &Tenant,
        draft: &ActivationDraft,
    ) -> Result<Result<(Digest, DocumentKind, String), LedgerError>, Fault> {
        let in_force = self.state(tenant)?.history.contract(draft.connector.as_str());
        Ok(match &draft.document {
            Document::Contract(contract) => admit_contract(self.library, draft, contract),
            Document::Envelope(envelope) if envelope.tenant != *tenant.name() => {
                Err(LedgerError::refused("tenant", format!("must be {}", tenant.name())))
            }
            Document::Envelope(envelope) => match in_force {
                Some(digest) if digest == envelope.contract => admit_envelope(self.library, envelope),
                Some(digest) => {
                    Err(LedgerError::refused("contract", format!("must be the one in force, {digest}")))
                }
                None => Err(LedgerError::refused("contract", "none is in force for this connector yet")),
            },
        })
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
        Ok(self.push(receipt, Beside::Nothing))
    }

    fn vote(&mut self, tenant: &Tenant, draft: &ApprovalDraft) -> Result<Planned, Fault> {
        let now = self.now;
        let state = self.state_mut(tenant)?;
        if state.history.approval(&draft.decision).is_none() {
            let fault = "cites no escalated decision of this log";
            return Ok(Planned::Reply(Err(LedgerError::refused("decision", fault))));
        }
        let receipt = Receipt::Approval(ApprovalReceipt {
            approve: draft.approve,
            approver: draft.approver.clone(),
            decision: draft.decision.clone(),
            entry: state.entry(now),
            group: draft.group.clone(),
            reason: draft.reason.clone(),
        });
        Ok(self.push(receipt, Beside::Nothing))
    }

    /// Takes a receipt into the history, so that the next one is decided on top of it. An escalation follows when its
    /// digest is known: nobody can cite it before its answer is out.
    fn push(&mut self, receipt: Receipt, beside: Beside) -> Planned {
        if !is_escalation(&receipt)
            && let Some(state) = self.logs.get_mut(&receipt.entry().log)
        {
            state.history.apply(&receipt, UNCITED);
        }
        self.drafts.push(Draft { receipt, beside });
        Planned::Draft(self.drafts.len() - 1)
    }
}

/// Stands for the digest of a receipt that history knows no citations of.
const UNCITED: Digest = Digest([0; 32]);

/// Whether history remembers this receipt by its digest.
pub(super) fn is_escalation(receipt: &Receipt) -> bool {
    matches!(receipt, Receipt::Decision(decided) if decided.decision.verdict == Verdict::Escalate)
}

type Admitted = Result<(Digest, DocumentKind, String), LedgerError>;

fn admit_contract(
    library: &mut Library,
    draft: &ActivationDraft,
    contract: &evidence::contract::Contract,
) -> Admitted {
    contract.check().map_err(|error| LedgerError::refused(&error.at, error.fault))?;
    if contract.connector != draft.connector {
        return Err(LedgerError::refused("connector", format!("must be {}", draft.connector)));
    }
    let body = canonical_text(contract)?;
    let digest = Digest::of(body.as_bytes());
    library.add_contract(digest, contract.clone());
    Ok((digest, DocumentKind::Contract, body))
}

fn admit_envelope(library: &mut Library, envelope: &evidence::envelope::Envelope) -> Admitted {
    let contract = library.contract(envelope.contract).cloned();
    let contract = contract.ok_or_else(|| LedgerError::refused("contract", "is not known"))?;
    let refused = |error: evidence::envelope::EnvelopeError| LedgerError::refused(&error.at, &error.fault);
    let compiled = compile(&contract, envelope.clone()).map_err(refused)?;
    compiled.validate().map_err(refused)?;
    let (digest, body) = (compiled.digest(), canonical_text(envelope)?);
    library.add_envelope(compiled);
    Ok((digest, DocumentKind::Envelope, body))
}

fn canonical_text<T: serde::Serialize>(document: &T) -> Result<String, LedgerError> {
    let bytes =
        evidence::canonical::to_vec(document).map_err(|error| LedgerError::refused("document", error))?;
    String::from_utf8(bytes).map_err(|error| LedgerError::refused("document", error))
}
