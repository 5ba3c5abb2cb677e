//! `/.well-known/helm-trust.json`: the vendor's keys, for whoever compares a fingerprint.

use axum::extract::State;
use axum::response::Response;
use evidence::canonical;

use super::body::exactly;
use super::receipts::{Parameters, broken, pairs};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::registry::Vendor;

/// `GET /.well-known/helm-trust.json`: the exact canonical bytes, as a pack carries them.
pub async fn read(State(portal): State<Portal>, parameters: Parameters) -> Result<Response, Problem> {
    let vendor = named(portal.registry.vendors().await?, pairs(parameters)?)?;
    let trust = portal.ledger.trust(&vendor).await?;
    let bytes = canonical::to_vec(&trust).map_err(|error| {
        tracing::error!(%error, "the trust document has no canonical form");
        Problem::Internal
    })?;
    Ok(exactly("application/json", bytes))
}

/// The only vendor of this portal, or the one that `?vendor=` names.
fn named(vendors: Vec<Vendor>, parameters: Vec<(String, String)>) -> Result<Vendor, Problem> {
    let mut asked = None;
    for (name, value) in parameters {
        match name.as_str() {
            "vendor" => asked = Some(value),
            _ => return Err(broken(&name, "is not a parameter here; the only one is vendor")),
        }
    }
    let only = vendors.len() == 1;
    let mut found = vendors.into_iter().filter(|vendor| match &asked {
        Some(name) => vendor.name == *name.as_str(),
        None => only,
    });
    match (found.next(), asked) {
        (Some(vendor), _) => Ok(vendor),
        (None, None) if !only => Err(broken("vendor", "must name one of this portal's vendors")),
        (None, _) => Err(Problem::NotFound),
    }
}
