//! HTTP: translation only. A request becomes a question to the portal, the answer becomes a response.

mod actions;
mod approvals;
mod body;
mod checkpoint;
mod disclosures;
mod headers;
mod health;
mod journal;
mod key;
mod limits;
mod live;
mod openapi;
mod pack;
mod pages;
mod path;
mod receipts;
pub mod site;
mod standing;
mod stream;
mod trust;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::portal::Portal;
use crate::problem::Problem;

pub use headers::Tls;
pub use limits::MAX_BODY_BYTES;
pub use pages::Pages;

/// Everything that the portal answers.
pub fn router(portal: Portal, pages: &Pages, tls: Tls) -> Router {
    Router::new()
        .route("/v1/actions", post(actions::submit))
        .route("/v1/actions:batch", post(actions::submit_all))
        .route("/v1/actions/{id}", get(actions::read))
        .route("/v1/actions/{id}/outcome", post(actions::report))
        .route("/v1/actions/{id}/rollback", post(actions::roll_back))
        .route("/v1/approvals", get(approvals::list))
        .route("/v1/approvals/{id}/approve", post(approvals::approve))
        .route("/v1/approvals/{id}/reject", post(approvals::reject))
        .route("/v1/freeze", post(standing::portal::<true>))
        .route("/v1/unfreeze", post(standing::portal::<false>))
        .route("/v1/tenants/{tenant}/freeze", post(standing::tenant::<true>))
        .route("/v1/tenants/{tenant}/unfreeze", post(standing::tenant::<false>))
        .route("/v1/tenants/{tenant}/agents/{agent}/suspend", post(standing::agent::<true>))
        .route("/v1/tenants/{tenant}/agents/{agent}/resume", post(standing::agent::<false>))
        .route("/v1/tenants/{tenant}/receipts", get(receipts::list))
        .route("/v1/tenants/{tenant}/receipts/stream", get(stream::read))
        .route("/v1/tenants/{tenant}/receipts/{seq}", get(receipts::read))
        .route("/v1/tenants/{tenant}/checkpoint", get(checkpoint::read))
        .route("/v1/tenants/{tenant}/pack", get(pack::read))
        .route("/v1/tenants/{tenant}/disclosures", get(disclosures::read))
        .route("/.well-known/helm-trust.json", get(trust::read))
        .route("/healthz", get(health::read))
        .route("/openapi.json", get(openapi::read))
        .route("/verify", get(site::verifier))
        .route("/pkg/{name}", get(site::package))
        .merge(pages.router())
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(limits::Places::default(), limits::in_time))
        .layer(from_fn_with_state(tls, headers::everywhere))
        .layer(from_fn_with_state(portal.clone(), journal::keep))
        .with_state(portal)
}

impl FromRef<Portal> for site::Site {
    fn from_ref(portal: &Portal) -> Self {
        portal.site.clone()
    }
}
