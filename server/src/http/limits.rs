//! How much is answered at once, and for how long: a portal that is asked too much says so instead of falling over.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// The largest body of a request, in bytes.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most requests that are answered at once.
const AT_ONCE: usize = 1_024;

/// The places that are free.
#[derive(Clone)]
pub struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Answers in time or says that it could not.
pub async fn in_time(State(Places(places)): State<Places>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.try_acquire() else { return Problem::TooBusy.into_response() };
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::TimedOut.into_response(),
    }
}
