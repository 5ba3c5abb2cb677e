//! `/v1/tenants/{tenant}/checkpoint`: the signed head of a tenant's log, as a note that common tools read.

use axum::extract::State;
use axum::response::Response;

use super::body::exactly;
use super::key::Caller;
use super::path::Path;
use crate::portal::Portal;
use crate::problem::Problem;

/// `GET /v1/tenants/{tenant}/checkpoint`
pub async fn read(
    State(portal): State<Portal>,
    caller: Caller,
    Path(tenant): Path<String>,
) -> Result<Response, Problem> {
    let tenant = caller.tenant(&tenant).await?;
    let checkpoint = portal.ledger.checkpoint(&tenant).await?.ok_or(Problem::ReceiptUnknown)?;
    Ok(exactly("text/plain; charset=utf-8", checkpoint.as_str().to_owned()))
}
