//! `/v1/actions`: propose a write, and ask what became of it. A verdict is an answer, whatever it says.

use axum::Json;
use axum::extract::State;
use evidence::action::Source;
use evidence::decision::Verdict;
use evidence::dsse::Signed;
use evidence::name::{Name, Text};
use evidence::reason::{Code, Reason};
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, OutcomeStatus, Permit};
use evidence::timestamp::Timestamp;
use serde::Serialize;

use super::body::JsonBytes;
use super::key::Caller;
use super::path::Path;
use crate::boundary::request::{Members, Request, RequestError, Undo};
use crate::boundary::{Refusal, Report};
use crate::ledger::Recorded;
use crate::portal::Portal;
use crate::problem::{Body, Problem};

/// `POST /v1/actions`
pub async fn submit(
    State(portal): State<Portal>,
    caller: Caller,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Answer>, Problem> {
    let request = Request::read(&body)?;
    let settled = to_its_end(async move { portal.boundary.submit(&caller.0, &request).await }).await?;
    Ok(Json(Answer::new(&settled.decision, settled.outcome.as_ref())))
}

/// `POST /v1/actions:batch`: several actions, one after the other, each with a verdict of its own.
pub async fn submit_all(
    State(portal): State<Portal>,
    caller: Caller,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Answers>, Problem> {
    let requests = Request::read_all(&body)?;
    let answers = to_its_end(async move {
        let mut answers = Vec::with_capacity(requests.len());
        for request in &requests {
            answers.push(match portal.boundary.submit(&caller.0, request).await {
                Ok(settled) => Either::Answer(Answer::new(&settled.decision, settled.outcome.as_ref())),
                Err(refusal) => Either::Problem(Problem::from(refusal).body()),
            });
        }
        Ok(answers)
    });
    Ok(Json(Answers { actions: answers.await? }))
}

/// `POST /v1/actions/{id}/outcome`: what a vendor that writes by itself reports.
pub async fn report(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Reported>, Problem> {
    let id: Name = id.parse().map_err(|_| Problem::ActionUnknown)?;
    let report = told(&body)?;
    if !report.is_sound() {
        return Err(Problem::malformed("code", CODES));
    }
    let outcome = to_its_end(async move { portal.boundary.report(&caller.0, &id, &report).await }).await?;
    Ok(Json(Reported { outcome: Outcome::from(&outcome) }))
}

/// `POST /v1/actions/{id}/rollback`: take a committed write back.
pub async fn roll_back(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Undone>, Problem> {
    let id: Name = id.parse().map_err(|_| Problem::ActionUnknown)?;
    let undo = Undo::read(&body)?;
    let undone = to_its_end(async move { portal.boundary.roll_back(&caller.0, &id, &undo).await }).await?;
    let settled = &undone.settled;
    let action = Answer::new(&settled.decision, settled.outcome.as_ref());
    Ok(Json(Undone { action, moved_on: undone.moved_on.map(|receipt| MovedOn { receipt }) }))
}

/// Goes the whole way on its own: a caller who hangs up does not cut a write in half.
pub async fn to_its_end<T: Send + 'static>(
    path: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Problem> {
    let reached = tokio::spawn(path).await.map_err(|error| {
        tracing::error!(%error, "the action path broke off");
        Problem::Internal
    })?;
    Ok(reached?)
}

const CODES: &str = "`code` says why a write was not committed, and must be PRECONDITION_FAILED, READBACK_MISMATCH or \
    PROVIDER_ERROR; a committed write has none.";

fn told(body: &[u8]) -> Result<Report, RequestError> {
    const PERMIT: &str = "must be the id of the permit that the decision granted";
    const STATUS: &str = "must be COMMITTED, NOT_APPLIED or FAILED";
    const CODE: &str = "must be PRECONDITION_FAILED, READBACK_MISMATCH or PROVIDER_ERROR";
    const STATES: &str = "must be a list with one entry for each record: an object of all its columns, or null if it no \
                          longer exists";
    let mut members = Members::read(body)?;
    let report = Report {
        permit: members.required("permit", PERMIT)?,
        status: members.required("status", STATUS)?,
        code: members.optional("code", CODE)?,
        records: members.states("records", STATES)?,
    };
    members.end("its members are permit, status, code and records")?;
    Ok(report)
}

/// `GET /v1/actions/{id}`
pub async fn read(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Answer>, Problem> {
    let id: Name = id.parse().map_err(|_| Problem::ActionUnknown)?;
    let (_, action) = portal.boundary.find(&caller.0, &id).await?;
    Ok(Json(Answer::new(&action.decision, action.outcome.as_ref())))
}

/// What was recorded about an action.
#[derive(Serialize)]
pub struct Answer {
    id: Name,
    verdict: Verdict,
    reasons: Vec<Why>,
    receipt: Signed,
    /// Where the write is the caller's own to carry out: what to report its outcome with, and until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    permit: Option<Granted>,
    outcome: Option<Outcome>,
}

/// The answers to a list of actions, in its order.
#[derive(Serialize)]
pub struct Answers {
    actions: Vec<Either>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Either {
    Answer(Answer),
    Problem(Body),
}

/// What became of a rollback.
#[derive(Serialize)]
pub struct Undone {
    #[serde(flatten)]
    action: Answer,
    /// Where a record changed since: by which receipt, or null if that was outside the boundary.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_on: Option<MovedOn>,
}

#[derive(Serialize)]
struct MovedOn {
    receipt: Option<u64>,
}

/// The outcome that was recorded for a report.
#[derive(Serialize)]
pub struct Reported {
    outcome: Outcome,
}

/// The right to one write that the caller carries out by itself.
#[derive(Serialize)]
struct Granted {
    id: Name,
    expires_at: Timestamp,
}

#[derive(Serialize)]
struct Why {
    code: Code,
    message: String,
    rule: Option<Text>,
}

#[derive(Serialize)]
struct Outcome {
    status: OutcomeStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    receipt: Signed,
}

impl Answer {
    /// The answer, built from what was recorded.
    pub fn new(decision: &Recorded<DecisionReceipt>, outcome: Option<&Recorded<OutcomeReceipt>>) -> Self {
        let receipt = decision.receipt();
        Self {
            id: receipt.action.id.clone(),
            verdict: receipt.decision.verdict,
            reasons: receipt.decision.reasons.iter().map(Why::from).collect(),
            receipt: decision.signed().clone(),
            permit: receipt
                .permit
                .as_ref()
                .filter(|_| receipt.action.source == Source::Attested)
                .map(Granted::from),
            outcome: outcome.map(Outcome::from),
        }
    }
}

impl From<&Permit> for Granted {
    fn from(permit: &Permit) -> Self {
        Self { id: permit.id.clone(), expires_at: permit.expires_at }
    }
}

impl From<&Reason> for Why {
    fn from(reason: &Reason) -> Self {
        Self { code: reason.code, message: reason.message(), rule: reason.rule.clone() }
    }
}

impl From<&Recorded<OutcomeReceipt>> for Outcome {
    fn from(outcome: &Recorded<OutcomeReceipt>) -> Self {
        let OutcomeReceipt { status, code, .. } = outcome.receipt();
        let message = code.map(Code::sentence);
        Self { status: *status, code: *code, message, receipt: outcome.signed().clone() }
    }
}
