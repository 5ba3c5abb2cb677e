//! `/healthz`: whether the portal can read its ledger.

use axum::extract::State;

use crate::portal::Portal;
use crate::problem::Problem;

/// `GET /healthz`
pub async fn read(State(portal): State<Portal>) -> Result<&'static str, Problem> {
    for vendor in portal.registry.vendors().await? {
        if let Some(tenant) = portal.registry.tenants(&vendor.name).await?.first() {
            portal.ledger.checkpoint(tenant).await?;
        }
    }
    Ok("ok\n")
}
