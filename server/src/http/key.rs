//! The API key that a request carries, and the desk that it opens.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use evidence::name::Name;

use crate::portal::Portal;
use crate::problem::Problem;
use crate::registry::{Desk, Tenant};

/// The caller: whoever presented a valid API key.
pub struct Caller(pub Desk);

impl FromRequestParts<Portal> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Problem> {
        let key = presented(&parts.headers).ok_or(Problem::Unauthorized)?;
        portal.registry.desk(key).await?.map(Self).ok_or(Problem::Unauthorized)
    }
}

impl Caller {
    /// The tenant that an address names. One that is not this caller's is as unknown as one that does not exist.
    pub async fn tenant(&self, named: &str) -> Result<Tenant, Problem> {
        let name: Name = named.parse().map_err(|_| Problem::TenantUnknown)?;
        self.0.tenant(&name).await?.ok_or(Problem::TenantUnknown)
    }
}

/// The API key that a request carries, whatever it is worth.
pub fn presented(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer)
}

/// RFC 6750: the scheme's name is not case-sensitive.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, key) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}
