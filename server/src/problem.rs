//! Problems: every error that a caller can be told, as RFC 9457 has it.
//!
//! The set is closed, and none of its members can hold the text of a database or engine error: the cause goes to the log,
//! the caller gets a sentence that names the field, the rule and what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::boundary::Refusal;
use crate::boundary::request::RequestError;
use crate::ledger::LedgerError;

/// What went wrong, for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The request is not what it must be.
    #[error("{detail}")]
    Malformed {
        /// Which part of it.
        at: Option<String>,
        /// The rule it breaks, and what to do.
        detail: String,
    },
    /// There is no API key, or none that is known.
    #[error(
        "Send a valid API key as `Authorization: Bearer <api key>`; this one is missing, unknown or revoked."
    )]
    Unauthorized,
    /// A form was sent from another site.
    #[error("This form was sent from another site; open the portal's own page and send it from there.")]
    CrossSite,
    /// The key is not for this agent.
    #[error(
        "This API key is not for the agent that this is about, or not for every one of them; use a key whose scope \
         includes it."
    )]
    AgentOutOfScope,
    /// The key is no person's, or not of a person who may do this.
    #[error(
        "This takes the key of a person who may do it: one whose groups include the group that was asked, for every tenant \
         that it reaches."
    )]
    PersonOutOfScope,
    /// There is no such tenant, or it is not this key's.
    #[error(
        "This API key knows no tenant of that name; check the spelling, or use a key whose scope includes it."
    )]
    TenantUnknown,
    /// There is no such action, or it is not this key's.
    #[error("This API key knows no action with that id.")]
    ActionUnknown,
    /// The tenant has no such agent.
    #[error("The tenant has no agent of that name; check the spelling.")]
    AgentUnknown,
    /// What is voted on is another decision.
    #[error(
        "`decision` is not the digest of the decision that waits; read it again from /v1/approvals and decide anew."
    )]
    OtherDecision,
    /// The action waits for no vote.
    #[error("This action waits for no vote: it was decided again already, or never asked for one.")]
    NotWaiting,
    /// The action's effect is not the caller's to report.
    #[error(
        "This action has no effect for its caller to report: it was not allowed, the portal writes by itself, or `permit` \
         is another one."
    )]
    NothingToReport,
    /// What became of it is recorded.
    #[error(
        "What became of this action is recorded already, and a decision has one outcome; GET the action to read it."
    )]
    OutcomeRecorded,
    /// There is nothing to undo.
    #[error("This action has no committed effect, so there is nothing to undo.")]
    NothingToUndo,
    /// The log has no such receipt.
    #[error("The tenant's log has no receipt with that sequence number.")]
    ReceiptUnknown,
    /// The tenant has no such record.
    #[error("The tenant has no record with that key in that table of that connector.")]
    RecordUnknown,
    /// There is nothing at this address.
    #[error("There is nothing at this address; /openapi.json lists what there is.")]
    NotFound,
    /// Nothing was published yet.
    #[error("This part of the portal has not been built; run `cargo xtask build`.")]
    NotBuilt,
    /// The address does not answer this method.
    #[error("This address does not answer that method; the Allow header lists those it does.")]
    MethodNotAllowed,
    /// The idempotency key was used for another request.
    #[error(
        "This idempotency key was used for another request; send the same request again, or use a new key."
    )]
    IdempotencyConflict,
    /// The body is too large.
    #[error("The body is larger than 262,144 bytes; send fewer records or shorter values in one request.")]
    TooLarge,
    /// The body is not declared as JSON.
    #[error("The body must be JSON, sent with `Content-Type: application/json`.")]
    UnsupportedMediaType,
    /// The ledger can't be written or read.
    #[error("The ledger is not available, so nothing was decided and nothing was written; try again later.")]
    LedgerUnavailable,
    /// The tenant's secret was erased.
    #[error(
        "This tenant's secret was erased, so nothing is decided, written or disclosed for it any more; its receipts, \
         checkpoint and packs can still be read."
    )]
    TenantErased,
    /// The caller has as many streams open as it may.
    #[error("This key or session has eight streams open already; close one of them first.")]
    TooManyStreams,
    /// Too many requests at once.
    #[error("Too many requests are being answered at the moment; try again shortly.")]
    TooBusy,
    /// It took too long.
    #[error("The answer took too long. Ask again with the same idempotency key to learn what became of it.")]
    TimedOut,
    /// Something that should not happen did.
    #[error("The portal failed to answer; the cause is in its log.")]
    Internal,
}

/// The body of a problem.
#[derive(Serialize)]
pub struct Body {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

impl Problem {
    /// A request whose `at` breaks a rule.
    pub fn malformed(at: &str, detail: impl Into<String>) -> Self {
        Self::Malformed { at: Some(at.to_owned()), detail: detail.into() }
    }

    /// The status, the code for programs and the title for people.
    pub const fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed { .. } => {
                (StatusCode::BAD_REQUEST, "MALFORMED_REQUEST", "The request is malformed")
            }
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "An API key is needed"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "CROSS_SITE", "Sent from another site"),
            Self::AgentOutOfScope => (StatusCode::FORBIDDEN, "AGENT_OUT_OF_SCOPE", "Not this key's agent"),
            Self::PersonOutOfScope => {
                (StatusCode::FORBIDDEN, "PERSON_OUT_OF_SCOPE", "Not for this key's person")
            }
            Self::AgentUnknown => (StatusCode::NOT_FOUND, "AGENT_UNKNOWN", "Unknown agent"),
            Self::OtherDecision => (StatusCode::CONFLICT, "OTHER_DECISION", "Another decision waits"),
            Self::NotWaiting => (StatusCode::CONFLICT, "NOT_WAITING", "Waits for no vote"),
            Self::NothingToReport => (StatusCode::CONFLICT, "NOTHING_TO_REPORT", "Nothing to report"),
            Self::OutcomeRecorded => (StatusCode::CONFLICT, "OUTCOME_RECORDED", "The outcome is recorded"),
            Self::NothingToUndo => (StatusCode::CONFLICT, "NOTHING_TO_UNDO", "Nothing to undo"),
            Self::TenantUnknown => (StatusCode::NOT_FOUND, "TENANT_UNKNOWN", "Unknown tenant"),
            Self::ActionUnknown => (StatusCode::NOT_FOUND, "ACTION_UNKNOWN", "Unknown action"),
            Self::ReceiptUnknown => (StatusCode::NOT_FOUND, "RECEIPT_UNKNOWN", "Unknown receipt"),
            Self::RecordUnknown => (StatusCode::NOT_FOUND, "RECORD_UNKNOWN", "Unknown record"),
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND", "Nothing here"),
            Self::NotBuilt => (StatusCode::NOT_FOUND, "NOT_BUILT", "Not built"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed")
            }
            Self::IdempotencyConflict => {
                (StatusCode::CONFLICT, "IDEMPOTENCY_CONFLICT", "Idempotency key reused")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", "The body is too large"),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "The body must be JSON")
            }
            Self::LedgerUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "LEDGER_UNAVAILABLE", "The ledger is not available")
            }
            Self::TenantErased => (StatusCode::GONE, "TENANT_ERASED", "The tenant's secret was erased"),
            Self::TooBusy => (StatusCode::SERVICE_UNAVAILABLE, "TOO_BUSY", "Too many requests"),
            Self::TooManyStreams => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_STREAMS", "Too many streams"),
            Self::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "TIMED_OUT", "The answer took too long"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The portal failed"),
        }
    }

    /// What is told of it.
    pub fn body(&self) -> Body {
        let (status, code, title) = self.parts();
        let kind = format!("urn:helm:problem:{}", code.to_ascii_lowercase().replace('_', "-"));
        let at = self.at().map(str::to_owned);
        Body { kind, title, status: status.as_u16(), detail: self.to_string(), code, at }
    }

    fn at(&self) -> Option<&str> {
        match self {
            Self::Malformed { at, .. } => at.as_deref(),
            Self::AgentOutOfScope | Self::AgentUnknown => Some("agent"),
            Self::TenantErased | Self::TenantUnknown => Some("tenant"),
            Self::OtherDecision => Some("decision"),
            Self::IdempotencyConflict => Some("idempotency_key"),
            _ => None,
        }
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        let detail = error.to_string();
        match error {
            RequestError::Json(_) => Self::Malformed { at: None, detail },
            RequestError::Member { at, .. } => Self::Malformed { at: Some(at), detail },
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, ..) = self.parts();
        let mut response = (status, axum::Json(self.body())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"helm\""));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

const OBSERVED: &str = "`before` is for connectors without a database of the portal's; this one reads the records by itself, so leave it out.";
const ONE_EACH: &str = "`before` must be a list with one entry for each record of the action that is taken back, in the order of its receipt.";
const STATES: &str = "`records` must be a list with one entry for each record of the action, in the order of its receipt: an \
    object of all the contract's columns with values of their types, or null if the record no longer exists.";

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        if error == LedgerError::Erased {
            return Self::TenantErased;
        }
        tracing::error!(%error, "the ledger did not answer");
        Self::LedgerUnavailable
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TenantUnknown => Self::TenantUnknown,
            Refusal::AgentOutOfScope => Self::AgentOutOfScope,
            Refusal::AgentUnknown => Self::AgentUnknown,
            Refusal::ActionUnknown => Self::ActionUnknown,
            Refusal::Conflict => Self::IdempotencyConflict,
            Refusal::Observed => Self::malformed("before", OBSERVED),
            Refusal::OtherStates => Self::malformed("before", ONE_EACH),
            Refusal::NotThisPerson => Self::PersonOutOfScope,
            Refusal::OtherDecision => Self::OtherDecision,
            Refusal::NotWaiting => Self::NotWaiting,
            Refusal::NothingToReport => Self::NothingToReport,
            Refusal::NothingToUndo => Self::NothingToUndo,
            Refusal::NoSuchStates => Self::malformed("records", STATES),
            Refusal::Reported => Self::OutcomeRecorded,
            Refusal::Restless => Self::TooBusy,
            Refusal::Ledger(error) => error.into(),
            Refusal::Canonical(_) | Refusal::NoId | Refusal::Random(_) => {
                tracing::error!(%refusal, "the boundary failed");
                Self::Internal
            }
        }
    }
}
