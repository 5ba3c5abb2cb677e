//! The only seam between the pages and the server: what the pages may ask.
//!
//! The server implements [`Portal`] once per request, already narrowed to the caller's vendor, and puts it into the
//! request's context, where the pages find it. No method names a vendor, so a page can't even
//! express a question about another one. Everything that crosses is made of `evidence` values.

pub(crate) mod ask;
mod desk;
mod detail;
mod draft;
mod refusal;
mod row;
mod tried;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use desk::{Connector, Head, Sample, TenantDesk, Workspace};
pub use detail::{Detail, Mention};
pub use draft::{Draft, Proposal};
pub use refusal::{Fault, Refusal};
pub(crate) use row::key_text;
pub use row::{Filter, PAGE_ROWS, Page, Row};
pub use tried::{Seen, Shown, Tried};

use evidence::name::Name;

/// An answer that may take a while.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send + 'a>>;

/// What the pages may ask, on behalf of one vendor.
pub trait Portal: Send + Sync {
    /// What this vendor has: tenants, agents, connectors and ready-made writes.
    fn workspace(&self) -> Answer<'_, Workspace>;

    /// Sends one write through the real path, exactly as `POST /v1/actions` would. Gives the action's id, under which
    /// [`Portal::tried`] finds it. A verdict of any kind is a success; a refusal means that nothing was decided.
    fn try_action(&self, proposal: Proposal) -> Answer<'_, Name>;

    /// What became of an action of this tenant.
    fn tried(&self, tenant: Name, action: Name) -> Answer<'_, Tried>;

    /// One page of the tenant's log, newest first: the rows that [`Filter::admits`], at most [`PAGE_ROWS`] of them.
    fn receipts(&self, tenant: Name, filter: Filter) -> Answer<'_, Page>;

    /// One receipt of the tenant's log.
    fn receipt(&self, tenant: Name, seq: u64) -> Answer<'_, Detail>;
}

/// The portal as the request's context holds it.
pub type SharedPortal = Arc<dyn Portal>;
