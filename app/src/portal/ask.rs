//! The pages' questions, put to whoever answers this request.

use evidence::name::Name;
use leptos::prelude::use_context;

use super::{Detail, Filter, Page, Refusal, SharedPortal, Tried, Workspace};

/// What this vendor has.
pub async fn workspace() -> Result<Workspace, Refusal> {
    portal()?.workspace().await
}

/// What became of an action.
pub async fn tried(tenant: &str, action: &str) -> Result<Tried, Refusal> {
    portal()?.tried(name(tenant)?, name(action)?).await
}

/// One page of a tenant's log.
pub async fn receipts(tenant: &str, filter: Filter) -> Result<Page, Refusal> {
    portal()?.receipts(name(tenant)?, filter).await
}

/// One receipt.
pub async fn receipt(tenant: &str, seq: &str) -> Result<Detail, Refusal> {
    let seq = seq.parse().map_err(|_| Refusal::NotFound)?;
    portal()?.receipt(name(tenant)?, seq).await
}

fn portal() -> Result<SharedPortal, Refusal> {
    use_context().ok_or(Refusal::Forbidden)
}

/// What can't be a name names nothing.
fn name(text: &str) -> Result<Name, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}
