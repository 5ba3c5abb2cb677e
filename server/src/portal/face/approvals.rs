//! What waits for people, as one member sees it.

use std::collections::BTreeSet;

use app::portal::{
    Answer, Approvals, Asked, Ballot, Card, Deed, Inbox, May, Narrowed, Refusal, Settled, Voted,
};
use evidence::action::Citation;
use evidence::decision::Verdict;
use evidence::name::Name;
use evidence::reason::Code;
use evidence::receipt::{ApprovalReceipt, DecisionReceipt, OutcomeStatus};

use super::{Face, refused, unavailable};
use crate::audit::Note;
use crate::boundary;
use crate::ledger::{Recorded, StoredAction, Waiting};
use crate::registry::Tenant;

/// How much of what was decided lately is shown.
const LATELY: usize = 20;

impl Approvals for Face {
    fn inbox(&self, narrowed: Narrowed) -> Answer<'_, Inbox> {
        Box::pin(self.survey(narrowed))
    }

    fn asked(&self, action: Name) -> Answer<'_, Asked> {
        Box::pin(self.look_at(action))
    }

    fn vote(&self, ballot: Ballot) -> Answer<'_, Voted> {
        Box::pin(self.cast(ballot))
    }
}

impl Face {
    async fn survey(&self, narrowed: Narrowed) -> Result<Inbox, Refusal> {
        let mut inbox = Inbox {
            cards: Vec::new(),
            others: 0,
            settled: Vec::new(),
            tenants: Vec::new(),
            groups: Vec::new(),
        };
        let mut groups = BTreeSet::new();
        for tenant in self.desk().tenants().await.map_err(unavailable)? {
            inbox.tenants.push((tenant.name().clone(), tenant.title().to_string()));
            let is_asked = narrowed.tenant.as_ref().is_none_or(|name| name == tenant.name());
            for waiting in self.portal().ledger.waiting(&tenant).await.map_err(unavailable)? {
                let card = self.card(waiting).await?;
                let is_for = narrowed.group.as_ref().is_none_or(|group| *group == card.needed.group);
                groups.insert(card.needed.group.clone());
                if is_asked && is_for { inbox.cards.push(card) } else { inbox.others += 1 }
            }
            if is_asked {
                inbox.settled.extend(self.lately(&tenant, narrowed.group.as_ref()).await?);
            }
        }
        inbox.cards.sort_by_key(|card| card.expires_at);
        inbox.settled.sort_by_key(|settled| std::cmp::Reverse(settled.decision.entry.time));
        inbox.settled.truncate(LATELY);
        groups.extend(self.visitor.me.approves.iter().cloned());
        inbox.groups = groups.into_iter().collect();
        Ok(inbox)
    }

    async fn lately(&self, tenant: &Tenant, group: Option<&Name>) -> Result<Vec<Settled>, Refusal> {
        let found = self.portal().ledger.lately(tenant, LATELY).await.map_err(unavailable)?;
        let settled = found.into_iter().map(|action| settled(tenant, action, Vec::new()));
        let is_for = |settled: &Settled| {
            let asked = settled.asked().map(|asked| &asked.needed.group);
            group.is_none_or(|group| asked == Some(group))
        };
        Ok(settled.filter(is_for).collect())
    }

    async fn card(&self, waiting: Waiting) -> Result<Card, Refusal> {
        let Waiting { decision, expires_at, tenant, votes } = waiting;
        let stopped = self.portal().ledger.stopped(&tenant).await.map_err(unavailable)?;
        let digest = decision.signed().digest();
        let (decision, _) = decision.into_parts();
        let votes: Vec<ApprovalReceipt> = votes.into_iter().map(|vote| vote.into_parts().0).collect();
        let needed = decision.decision.approval.clone().ok_or(Refusal::Broken)?;
        let may = self.may_vote(&decision, &votes);
        let (title, now) = (tenant.title().to_string(), self.portal().clock.now());
        Ok(Card { title, decision, digest, needed, expires_at, now, votes, may, stopped })
    }

    fn may_vote(&self, decision: &DecisionReceipt, votes: &[ApprovalReceipt]) -> May {
        let Some(person) = self.desk().person().filter(|_| self.visitor.me.role.may(Deed::Vote)) else {
            return May::NoVoter;
        };
        let group = decision.decision.approval.as_ref().map(|needed| &needed.group);
        if !group.is_some_and(|group| person.approves.contains(group)) {
            return May::OtherGroup;
        }
        if decision.action.on_behalf_of.as_ref() == Some(&person.name) {
            return May::Requester;
        }
        if votes.iter().any(|vote| vote.approver == person.name) { May::Voted } else { May::Vote }
    }

    async fn look_at(&self, action: Name) -> Result<Asked, Refusal> {
        let (tenant, stored) = self.portal().boundary.find(self.desk(), &action).await.map_err(refused)?;
        let ledger = &self.portal().ledger;
        let seq = stored.decision.receipt().entry.seq;
        if stored.decision.receipt().decision.verdict == Verdict::Escalate {
            let waiting = ledger.waiting(&tenant).await.map_err(unavailable)?;
            let waits = waiting.into_iter().find(|waiting| waiting.decision.receipt().entry.seq == seq);
            if let Some(waiting) = waits {
                return Ok(Asked::Waits(self.card(waiting).await?));
            }
        }
        // What nobody was asked about is not here.
        let asked = stored.decision.receipt().standing.approval.as_ref().map(|asked| asked.decision.clone());
        let votes = self.votes_on(&tenant, &asked.ok_or(Refusal::NotFound)?).await?;
        Ok(Asked::Settled(settled(&tenant, stored, votes)))
    }

    async fn votes_on(&self, tenant: &Tenant, asked: &Citation) -> Result<Vec<ApprovalReceipt>, Refusal> {
        let votes = self.portal().ledger.votes(tenant, asked).await.map_err(unavailable)?;
        Ok(votes.into_iter().map(Recorded::into_parts).map(|(vote, _)| vote).collect())
    }

    async fn cast(&self, ballot: Ballot) -> Result<Voted, Refusal> {
        let Ballot { action, decision, approve, reason } = ballot;
        match self.look_at(action.clone()).await? {
            Asked::Settled(_) => return Ok(Voted::Overtaken),
            Asked::Waits(card) if card.digest != decision => return Ok(Voted::Overtaken),
            Asked::Waits(Card { may: May::Vote, .. }) => {}
            Asked::Waits(card) => return Ok(Voted::MayNot(card.may)),
        }
        let (boundary, desk) = (&self.portal().boundary, self.desk());
        match Box::pin(boundary.vote(desk, &action, decision, approve, reason)).await {
            Ok(voted) => {
                self.note(Note::of_vote(self.visitor.actor(), voted.approval.receipt())).await;
                Ok(came_of(&voted, approve))
            }
            Err(boundary::Refusal::OtherDecision | boundary::Refusal::NotWaiting) => Ok(Voted::Overtaken),
            Err(boundary::Refusal::NotThisPerson) => Ok(Voted::MayNot(May::OtherGroup)),
            Err(refusal) => Err(refused(refusal)),
        }
    }
}

fn settled(tenant: &Tenant, action: StoredAction, votes: Vec<ApprovalReceipt>) -> Settled {
    Settled {
        title: tenant.title().to_string(),
        decision: action.decision.into_parts().0,
        outcome: action.outcome.map(|outcome| outcome.into_parts().0),
        votes,
    }
}

fn came_of(voted: &boundary::Voted, approve: bool) -> Voted {
    let Some(settled) = &voted.settled else { return Voted::Counted };
    let decision = &settled.decision.receipt().decision;
    let status = settled.outcome.as_ref().map(|outcome| outcome.receipt().status);
    match decision.verdict {
        Verdict::Allow if status == Some(OutcomeStatus::Committed) => Voted::Ran,
        Verdict::Allow => Voted::Allowed,
        _ if decision.has(Code::ApprovalTimeout) => Voted::TooLate,
        _ if !approve && decision.has(Code::ApprovalRejected) => Voted::Rejected,
        _ => Voted::Refused,
    }
}
