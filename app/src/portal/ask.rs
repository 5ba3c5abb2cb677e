//! The pages' questions, as server functions: the same call renders a page on the server and follows a link in the
//! browser.

#![expect(missing_docs, reason = "the macro makes a struct of each question's arguments")]

#[cfg(feature = "ssr")]
use evidence::name::Name;
use leptos::prelude::*;

use super::{Detail, Filter, Page, Refusal, Tried, Workspace};

/// What this vendor has.
#[server(name = AskWorkspace, prefix = "/api", endpoint = "workspace")]
pub async fn workspace() -> Result<Workspace, Refusal> {
    portal()?.workspace().await
}

/// What became of an action.
#[server(name = AskTried, prefix = "/api", endpoint = "tried")]
pub async fn tried(tenant: String, action: String) -> Result<Tried, Refusal> {
    portal()?.tried(name(&tenant)?, name(&action)?).await
}

/// One page of a tenant's log.
#[server(name = AskReceipts, prefix = "/api", endpoint = "receipts")]
pub async fn receipts(tenant: String, filter: Filter) -> Result<Page, Refusal> {
    portal()?.receipts(name(&tenant)?, filter).await
}

/// One receipt.
#[server(name = AskReceipt, prefix = "/api", endpoint = "receipt")]
pub async fn receipt(tenant: String, seq: String) -> Result<Detail, Refusal> {
    let seq = seq.parse().map_err(|_| Refusal::NotFound)?;
    portal()?.receipt(name(&tenant)?, seq).await
}

#[cfg(feature = "ssr")]
fn portal() -> Result<super::SharedPortal, Refusal> {
    use_context().ok_or(Refusal::Forbidden)
}

/// What can't be a name names nothing.
#[cfg(feature = "ssr")]
fn name(text: &str) -> Result<Name, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}
