//! `/v1/tenants/{tenant}/receipts/stream`: a tenant's log as it grows.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use evidence::digest::Digest;

use super::key::{Caller, presented};
use super::live::{self, Live};
use super::path::Path;
use super::receipts::{Parameters, broken, pairs};
use crate::ledger::Row;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::registry::{Registry, Tenant};

/// `GET /v1/tenants/{tenant}/receipts/stream`: each receipt as the exact bytes that were signed and logged.
pub async fn read(
    State(portal): State<Portal>,
    caller: Caller,
    Path(tenant): Path<String>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tenant = caller.tenant(&tenant).await?;
    let from = from(parameters)?;
    let size = portal.ledger.size(&tenant).await?;
    let first = live::first(&headers, from.as_deref(), size)?;
    if tenant.is_erased() {
        return Err(Problem::TenantErased);
    }
    let key = presented(&headers).map(|key| Digest::of(key.as_bytes())).ok_or(Problem::Unauthorized)?;
    let place = portal.streams.take(format!("key {}", caller.0.key()))?;
    let follower = portal.ledger.follow(&tenant, first);
    Ok(live::answer(follower, place, Program { registry: portal.registry, key, tenant }))
}

fn from(parameters: Parameters) -> Result<Option<String>, Problem> {
    let mut from = None;
    for (name, value) in pairs(parameters)? {
        match name.as_str() {
            "from" => from = Some(value),
            _ => return Err(broken(&name, "is not a parameter here; the only one is from")),
        }
    }
    Ok(from)
}

/// A program that reads with an API key, for as long as the key is good for the tenant.
struct Program {
    registry: Registry,
    /// The digest of the key.
    key: Digest,
    tenant: Tenant,
}

impl Live for Program {
    async fn may(&self) -> bool {
        let Ok(Some(desk)) = self.registry.desk_of(self.key).await else { return false };
        desk.tenant(self.tenant.name()).await.is_ok_and(|tenant| tenant.is_some())
    }

    async fn text(&self, row: Row) -> Result<Option<String>, Problem> {
        Ok(Some(row.bytes))
    }
}
