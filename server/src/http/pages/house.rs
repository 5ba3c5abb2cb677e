//! What is behind the doors that lead to no page.

use app::doors::Door;
use app::visit::Visit;
use axum::extract::Query;
use axum::http::request::Parts;
use axum::response::Response;

use super::{single_sign_on, tail};
use crate::http::pack;
use crate::portal::{Faces, Portal, Visitor};
use crate::problem::Problem;

/// Answers at `door`, which was opened for this visitor.
pub async fn answer(
    door: &Door,
    portal: &Portal,
    faces: &Faces,
    visitor: Option<Visitor>,
    visit: &Visit,
    parts: Parts,
) -> Result<Response, Problem> {
    match door.path {
        "/sign-in/with" => {
            let (sign_on, address) = (portal.single_sign_on.as_ref(), faces.address());
            Box::pin(single_sign_on::send(sign_on, address, visit, &parts)).await
        }
        "/sign-in/return" => {
            let (sign_on, address) = (portal.single_sign_on.as_ref(), faces.address());
            Box::pin(single_sign_on::take_back(sign_on, address, visit, &parts)).await
        }
        "/tenants/{tenant}/pack" => pack_of(portal, visitor, visit, &parts).await,
        "/tenants/{tenant}/receipts/stream" => tail::answer(portal, faces, visitor, visit, &parts).await,
        _ => Err(Problem::NotFound),
    }
}

async fn pack_of(
    portal: &Portal,
    visitor: Option<Visitor>,
    visit: &Visit,
    parts: &Parts,
) -> Result<Response, Problem> {
    let desk = visitor.ok_or(Problem::Unauthorized)?.desk;
    let name = visit.name("tenant").map_err(|_| Problem::TenantUnknown)?;
    let tenant = desk.tenant(&name).await?.ok_or(Problem::TenantUnknown)?;
    pack::answer(portal, desk.vendor(), &tenant, Query::try_from_uri(&parts.uri)).await
}
