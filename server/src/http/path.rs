//! The names in an address. What is not even text names nothing, and is answered as such.

use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The names in an address.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let names = extract::Path::from_request_parts(parts, state).await;
        names.map(|extract::Path(names)| Self(names)).map_err(|_| Problem::NotFound)
    }
}
