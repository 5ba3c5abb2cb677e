//! `/v1/approvals`: what waits for people, and their votes.

use axum::Json;
use axum::extract::State;
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::envelope::Approval;
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;
use serde::Serialize;

use super::actions::Answer;
use super::body::JsonBytes;
use super::key::Caller;
use super::path::Path;
use crate::audit::{Actor, Note};
use crate::boundary::Voted;
use crate::boundary::request::{Members, RequestError, TEXT};
use crate::ledger::Waiting;
use crate::portal::Portal;
use crate::problem::Problem;

/// `GET /v1/approvals`
pub async fn list(State(portal): State<Portal>, caller: Caller) -> Result<Json<Inbox>, Problem> {
    let waiting = portal.boundary.waiting(&caller.0).await?;
    Ok(Json(Inbox { approvals: waiting.into_iter().map(Card::from).collect() }))
}

/// `POST /v1/approvals/{id}/approve`
pub async fn approve(
    state: State<Portal>,
    caller: Caller,
    id: Path<String>,
    body: JsonBytes,
) -> Result<Json<Ballot>, Problem> {
    vote(state, caller, id, body, true).await
}

/// `POST /v1/approvals/{id}/reject`
pub async fn reject(
    state: State<Portal>,
    caller: Caller,
    id: Path<String>,
    body: JsonBytes,
) -> Result<Json<Ballot>, Problem> {
    vote(state, caller, id, body, false).await
}

async fn vote(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    JsonBytes(body): JsonBytes,
    approve: bool,
) -> Result<Json<Ballot>, Problem> {
    let id: Name = id.parse().map_err(|_| Problem::ActionUnknown)?;
    let Vote { decision, reason } = Vote::read(&body)?;
    let voted = super::actions::to_its_end(async move {
        let voted = Box::pin(portal.boundary.vote(&caller.0, &id, decision, approve, reason)).await?;
        let by = Actor::with_key(&caller.0);
        portal.audit.note_after(&Note::of_vote(by, voted.approval.receipt())).await;
        Ok(voted)
    });
    Ok(Json(Ballot::from(voted.await?)))
}

struct Vote {
    decision: Digest,
    reason: Text,
}

impl Vote {
    fn read(body: &[u8]) -> Result<Self, RequestError> {
        const DIGEST: &str = "must be the digest of the decision that waits, as /v1/approvals shows it";
        let mut members = Members::read(body)?;
        let vote = Self {
            decision: members.required("decision", DIGEST)?,
            reason: members.required("reason", TEXT)?,
        };
        members.end("its members are decision and reason")?;
        Ok(vote)
    }
}

/// What waits, the most urgent first.
#[derive(Serialize)]
pub struct Inbox {
    approvals: Vec<Card>,
}

/// One action that waits.
#[derive(Serialize)]
struct Card {
    id: Name,
    tenant: Name,
    /// What a vote is bound to.
    decision: Digest,
    needed: Option<Approval>,
    expires_at: Timestamp,
    receipt: Signed,
    votes: Vec<Signed>,
}

impl From<Waiting> for Card {
    fn from(waiting: Waiting) -> Self {
        let Waiting { decision, expires_at, tenant, votes } = waiting;
        let (receipt, signed) = decision.into_parts();
        Self {
            id: receipt.action.id,
            tenant: tenant.name().clone(),
            decision: signed.digest(),
            needed: receipt.decision.approval,
            expires_at,
            receipt: signed,
            votes: votes.into_iter().map(|vote| vote.into_parts().1).collect(),
        }
    }
}

/// What came of a vote.
#[derive(Serialize)]
pub struct Ballot {
    /// The vote's receipt.
    approval: Signed,
    /// The action as it was decided again; null while more votes are needed.
    action: Option<Answer>,
}

impl From<Voted> for Ballot {
    fn from(voted: Voted) -> Self {
        let action = voted.settled.map(|settled| Answer::new(&settled.decision, settled.outcome.as_ref()));
        Self { approval: voted.approval.into_parts().1, action }
    }
}
