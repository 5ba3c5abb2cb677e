//! The kill switch over HTTP: stop a tenant, one of its agents or everything, and let go again.

use axum::Json;
use axum::extract::State;
use evidence::dsse::Signed;
use evidence::name::{Name, Text};
use evidence::receipt::StandingState;
use serde::Serialize;

use super::body::JsonBytes;
use super::key::Caller;
use super::path::Path;
use crate::audit::{Actor, Note};
use crate::boundary::Reach;
use crate::boundary::request::{Members, RequestError, TEXT};
use crate::portal::Portal;
use crate::problem::Problem;

/// `POST /v1/freeze` and `POST /v1/unfreeze`
pub async fn portal<const STOP: bool>(
    State(portal): State<Portal>,
    caller: Caller,
    body: JsonBytes,
) -> Result<Json<Stood>, Problem> {
    stand(portal, caller, Reach::Portal, STOP, body).await
}

/// `POST /v1/tenants/{tenant}/freeze` and `…/unfreeze`
pub async fn tenant<const STOP: bool>(
    State(portal): State<Portal>,
    caller: Caller,
    Path(tenant): Path<String>,
    body: JsonBytes,
) -> Result<Json<Stood>, Problem> {
    let reach = Reach::Tenant(tenant.parse().map_err(|_| Problem::TenantUnknown)?);
    stand(portal, caller, reach, STOP, body).await
}

/// `POST /v1/tenants/{tenant}/agents/{agent}/suspend` and `…/resume`
pub async fn agent<const STOP: bool>(
    State(portal): State<Portal>,
    caller: Caller,
    Path((tenant, agent)): Path<(String, String)>,
    body: JsonBytes,
) -> Result<Json<Stood>, Problem> {
    let tenant: Name = tenant.parse().map_err(|_| Problem::TenantUnknown)?;
    let reach = Reach::Agent(tenant, agent.parse().map_err(|_| Problem::AgentUnknown)?);
    stand(portal, caller, reach, STOP, body).await
}

async fn stand(
    portal: Portal,
    caller: Caller,
    reach: Reach,
    stop: bool,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Stood>, Problem> {
    let reason = reason(&body)?;
    let state = if stop { StandingState::Stopped } else { StandingState::Active };
    let stood = super::actions::to_its_end(async move {
        let stood = portal.boundary.stand(&caller.0, &reach, state, &reason).await?;
        let by = Actor::with_key(&caller.0);
        portal.audit.note_after(&Note::of_stop(by, &reach, state, &reason, &stood)).await;
        Ok(stood)
    });
    let receipts = stood.await?.into_iter().map(|recorded| recorded.into_parts().1).collect();
    Ok(Json(Stood { receipts }))
}

fn reason(body: &[u8]) -> Result<Text, RequestError> {
    let mut members = Members::read(body)?;
    let reason = members.required("reason", TEXT)?;
    members.end("its one member is reason")?;
    Ok(reason)
}

/// The receipts of it, one in the log of each tenant that it reaches.
#[derive(Serialize)]
pub struct Stood {
    receipts: Vec<Signed>,
}
