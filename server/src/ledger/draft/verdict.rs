//! Verdicts: a new action is decided, and one that waited is decided again when people have voted or nobody did.

use evidence::action::{Action, Citation};
use evidence::decide::decide;
use evidence::decision::{LAW, Verdict};
use evidence::digest::Digest;
use evidence::receipt::{ApprovalReceipt, DecisionReceipt, Permit, Receipt};
use evidence::standing::Undoing;

use super::{Beside, Decided, Drafting, Planned, idempotency_id};
use crate::ledger::answer::LedgerError;
use crate::ledger::fault::Fault;
use crate::ledger::request::{Decide, Expire, Granted, Reply, Voting};
use crate::registry::Tenant;

/// An action that asks for a verdict.
struct Question<'a> {
    tenant: &'a Tenant,
    action: &'a Action,
    digest: Digest,
    idempotency: Option<Digest>,
    /// The decision that escalated it earlier.
    resumes: Option<&'a Citation>,
    /// What it takes back.
    undoes: Option<&'a Undoing>,
    grant: &'a Granted,
}

impl Drafting<'_> {
    /// A new action. What was decided under the same idempotency key is not decided again.
    pub(super) fn decide(&mut self, place: usize, ask: &Decide) -> Result<Planned, Fault> {
        let proposal = &ask.proposal;
        let key =
            proposal.idempotency.map(|sent| (idempotency_id(proposal.tenant.log(), sent.key), sent.request));
        if let Some((id, request)) = &key
            && let Some(planned) = self.repeated(id, *request)
        {
            return Ok(planned);
        }
        let in_force = self.state(&proposal.tenant)?.history.contract(proposal.action.connector.as_str());
        if in_force != proposal.contract {
            return Ok(Planned::Reply(Ok(Reply::Stale)));
        }
        if let Some((id, request)) = &key {
            self.keys.insert(id.clone(), (place, *request));
        }
        let receipt = self.verdict(&Question {
            tenant: &proposal.tenant,
            action: &proposal.action,
            digest: ask.digest,
            idempotency: proposal.idempotency.map(|sent| sent.key),
            resumes: None,
            undoes: proposal.undoes.as_ref(),
            grant: &ask.grant,
        })?;
        let beside = Decided { idempotency: key, resumes: None, kept: ask.kept.clone() };
        let planned = Planned::Draft(self.decided(receipt, beside)?);
        for notice in &proposal.notices {
            self.notice(notice)?;
        }
        Ok(planned)
    }

    /// A person's vote, and the decision that follows from it.
    pub(super) fn vote(&mut self, tenant: &Tenant, vote: &Voting) -> Result<Planned, Fault> {
        let Voting { draft, grant } = vote;
        let now = self.now;
        let state = self.state_mut(tenant)?;
        if !state.waits(&draft.decision) {
            return Ok(Planned::Reply(Err(LedgerError::refused("decision", NOT_WAITING))));
        }
        let asked = state.history.approval(&draft.decision);
        if asked.is_none_or(|asked| asked.needed.group != draft.group) {
            return Ok(Planned::Reply(Err(LedgerError::refused("group", "is not the one that was asked"))));
        }
        let receipt = Receipt::Approval(ApprovalReceipt {
            approve: draft.approve,
            approver: draft.approver.clone(),
            decision: draft.decision.clone(),
            entry: state.entry(now),
            group: draft.group.clone(),
            reason: draft.reason.clone(),
        });
        let approval = self.push(receipt, Beside::Nothing);
        Ok(Planned::Voted(approval, self.resume(tenant, &draft.decision, grant)?))
    }

    /// Silence, which is a denial when the time is over.
    pub(super) fn expire(&mut self, tenant: &Tenant, expire: &Expire) -> Result<Planned, Fault> {
        if !self.state(tenant)?.waits(&expire.decision) {
            return Ok(Planned::Expired(None));
        }
        Ok(Planned::Expired(self.resume(tenant, &expire.decision, &expire.grant)?))
    }

    /// Decides an action that waits again, against the standing of this moment. Where the answer is still to wait, nothing is
    /// recorded.
    fn resume(
        &mut self,
        tenant: &Tenant,
        decision: &Citation,
        grant: &Granted,
    ) -> Result<Option<usize>, Fault> {
        let known = self.known;
        let parked = known.parked.get(&(tenant.log().clone(), decision.seq));
        let parked = parked.ok_or_else(|| Fault::corrupt("what waits for people was not read"))?;
        let asked = parked.decision.receipt();
        let receipt = self.verdict(&Question {
            tenant,
            action: &asked.action,
            digest: asked.action.digest().map_err(Fault::corrupt)?,
            idempotency: asked.idempotency,
            resumes: Some(decision),
            undoes: asked.standing.undoes.as_ref(),
            grant,
        })?;
        if receipt.decision.verdict == Verdict::Escalate {
            return Ok(None);
        }
        self.state_mut(tenant)?.parked.remove(&decision.seq);
        let kept = parked.kept.clone();
        self.decided(receipt, Decided { idempotency: None, resumes: Some(decision.clone()), kept }).map(Some)
    }

    /// What is decided about the action as the next receipt of its log. The log does not have it yet.
    fn verdict(&mut self, question: &Question<'_>) -> Result<DecisionReceipt, Fault> {
        let Question { tenant, action, grant, .. } = question;
        let now = self.now;
        let state = self.logs.get_mut(tenant.log()).ok_or_else(|| Fault::corrupt("a log was not loaded"))?;
        let documents = self.library.in_force(&state.history, action.connector.as_str())?;
        let limits = documents.envelope.as_ref().map_or(&[][..], |envelope| &envelope.envelope().limits);
        let entry = state.next_entry(now);
        let mut standing = state.history.standing(action, limits, question.resumes, entry.time);
        standing.undoes = question.undoes.cloned();
        let contract = documents.contract.as_ref().map(|(_, contract)| contract.as_ref());
        let decision = decide(contract, documents.envelope.as_deref(), action, &standing, entry.time);
        let permit = (decision.verdict == Verdict::Allow).then(|| Permit {
            action: question.digest,
            expires_at: entry.time.saturating_plus_seconds(grant.seconds.into()),
            id: grant.permit.clone(),
        });
        let idempotency = question.idempotency;
        Ok(DecisionReceipt {
            action: (*action).clone(),
            decision,
            entry,
            idempotency,
            law: LAW,
            permit,
            standing,
        })
    }

    /// Takes the decision into its log.
    fn decided(&mut self, receipt: DecisionReceipt, beside: Decided) -> Result<usize, Fault> {
        let state = self.logs.get_mut(&receipt.entry.log);
        state.ok_or_else(|| Fault::corrupt("a log was not loaded"))?.enter(&receipt.entry);
        Ok(self.push(Receipt::Decision(receipt), Beside::Decision(beside)))
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
}

const NOT_WAITING: &str = "waits for no vote: it was decided again already, or never asked for one";
