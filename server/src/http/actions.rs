//! `/v1/actions`: propose a write, and ask what became of it. A verdict is an answer, whatever it says.

use axum::Json;
use axum::extract::{Path, State};
use evidence::decision::Verdict;
use evidence::dsse::Signed;
use evidence::name::{Name, Text};
use evidence::reason::{Code, Reason};
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, OutcomeStatus};
use serde::Serialize;

use super::body::JsonBytes;
use super::key::Caller;
use crate::boundary::request::Request;
use crate::ledger::Recorded;
use crate::portal::Portal;
use crate::problem::Problem;

/// `POST /v1/actions`
pub async fn submit(
    State(portal): State<Portal>,
    caller: Caller,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Answer>, Problem> {
    let request = Request::read(&body)?;
    // A caller who hangs up does not cut a write in half.
    let path = tokio::spawn(async move { portal.boundary.submit(&caller.0, &request).await });
    let settled = path.await.map_err(|error| {
        tracing::error!(%error, "the action path broke off");
        Problem::Internal
    })??;
    Ok(Json(Answer::new(&settled.decision, settled.outcome.as_ref())))
}

/// `GET /v1/actions/{id}`
pub async fn read(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Answer>, Problem> {
    let id: Name = id.parse().map_err(|_| Problem::ActionUnknown)?;
    for tenant in caller.0.tenants().await? {
        if let Some(action) = portal.ledger.action(&tenant, &id).await? {
            return Ok(Json(Answer::new(&action.decision, action.outcome.as_ref())));
        }
    }
    Err(Problem::ActionUnknown)
}

/// What was recorded about an action.
#[derive(Serialize)]
pub struct Answer {
    id: Name,
    verdict: Verdict,
    reasons: Vec<Why>,
    receipt: Signed,
    outcome: Option<Outcome>,
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
    fn new(decision: &Recorded<DecisionReceipt>, outcome: Option<&Recorded<OutcomeReceipt>>) -> Self {
        let receipt = decision.receipt();
        Self {
            id: receipt.action.id.clone(),
            verdict: receipt.decision.verdict,
            reasons: receipt.decision.reasons.iter().map(Why::from).collect(),
            receipt: decision.signed().clone(),
            outcome: outcome.map(Outcome::from),
        }
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
