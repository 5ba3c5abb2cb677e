//! One line in the log, and one count, for every request that is answered.
//!
//! The line names the route by its template: an address may hold ids, and a query anything. Its id goes to the caller as
//! well, so that whoever complains can say which line is theirs.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use evidence::digest::to_hex;

use crate::metrics::between;
use crate::portal::Portal;

/// The header that tells a caller the request's id.
const ID: HeaderName = HeaderName::from_static("x-request-id");

/// Stands for the route of an address at which there is nothing.
const NOWHERE: &str = "(none)";

/// Answers, and keeps the journal.
pub async fn keep(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let begun = portal.clock.now();
    let id = id();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    let route = route.as_ref().map_or(NOWHERE, MatchedPath::as_str);
    let (status, micros) = (response.status(), between(begun, portal.clock.now()));
    portal.ledger.metrics().answered(route, status.as_str(), micros);
    tracing::info!(method = %known(&method), route, status = status.as_u16(), micros, request = id, "answered");
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(ID, id);
    }
    response
}

/// A caller may call a method anything; what stands in the log is one of these.
fn known(method: &axum::http::Method) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|name| *name == method.as_str())
        .unwrap_or("(other)")
}

/// Without random bytes there are many requests with one id; that is no reason not to answer them.
fn id() -> String {
    let mut bytes = [0; 8];
    let _ = getrandom::fill(&mut bytes);
    to_hex(&bytes)
}
