//! `/openapi.json`: what this portal answers, for programs and for those who write them.

use axum::response::Response;

use super::body::exactly;

/// The description, written by hand and held to the router by a test.
pub const DESCRIPTION: &str = include_str!("openapi.json");

/// `GET /openapi.json`
pub async fn read() -> Response {
    exactly("application/json", DESCRIPTION)
}
