//! The only seam between the pages and the server: what the pages may ask.
//!
//! The server implements [`Portal`] once per request, already narrowed to the caller's vendor and role, and hands it to the
//! page. No method names a vendor, so a page can't even
//! express a question about another one. Everything that crosses is made of `evidence` values.

mod audit;
mod connectors;
mod contract_draft;
mod desk;
mod detail;
mod draft;
pub mod envelopes;
mod filter;
mod glance;
mod inbox;
mod keys;
mod lobby;
mod me;
mod members;
mod refusal;
mod role;
mod row;
mod sign_on;
mod tally;
mod tenants;
mod tried;
mod trust;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use audit::{Area, AskedChanges, Auditing, CHANGES_A_PAGE, Change, Changes, NoSuchChange, What};
pub use connectors::{
    Affected, Connecting, ConnectorDesk, ConnectorLine, DraftDesk, DraftLine, Drift, EnvelopeFate, Holder,
    Order, Review, VersionDesk, VersionLine,
};
pub use contract_draft::{
    ColumnDraft, ContractDraft, DraftFault, OperationDraft, RollbackKind, TableDraft, TableObstacle, UNITS,
    kind_word,
};
pub use desk::{Connector, Head, Overview, Sample, TenantDesk, Workspace};
pub use detail::{Detail, Mention, Undo, Undoing, Undone};
pub use draft::{Draft, Proposal};
pub use envelopes::Envelopes;
pub use filter::{Filter, minute};
pub use glance::{DAYS, Glance, Guide, InForceLine, TENANTS_A_PAGE, TenantGlance};
pub use inbox::{Approvals, Asked, Ballot, Card, Inbox, May, Narrowed, Settled, Voted};
pub use keys::{KeyLine, KeyOrder, Keys, KeysPage, MadeKey};
pub use lobby::{Greeting, Lobby, Login, NewOwner, SharedLobby};
pub use me::Me;
pub use members::{
    HandedOut, InvitationLine, Invitee, MemberLine, MemberPage, MembersPage, Membership, OwnAccount,
    SessionLine,
};
pub use refusal::{Fault, Refusal};
pub use role::{Deed, Role};
pub(crate) use row::key_text;
pub use row::{PAGE_ROWS, Page, Receipts, Row};
pub use sign_on::NotSignedOn;
pub use tally::{Day, Tally};
pub use tenants::{
    AgentLine, Newcomer, Reach, Stop, Tenancy, TenantConnector, TenantLine, TenantPage, TenantsPage,
};
pub use tried::{Seen, Shown, Tried, Trying};
pub use trust::{Handover, TrustPage, Trusting};

/// An answer that may take a while.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send + 'a>>;

/// What the pages may ask, on behalf of one member of one vendor: each area has a trait of its own.
pub trait Portal:
    Approvals
    + Auditing
    + Connecting
    + Envelopes
    + Keys
    + Membership
    + Overview
    + OwnAccount
    + Receipts
    + Tenancy
    + Trusting
    + Trying
    + Send
    + Sync
{
}

impl<T> Portal for T where
    T: Approvals
        + Auditing
        + Connecting
        + Envelopes
        + Keys
        + Membership
        + Overview
        + OwnAccount
        + Receipts
        + Tenancy
        + Trusting
        + Trying
        + Send
        + Sync
{
}

/// The portal as a visit holds it.
pub type SharedPortal = Arc<dyn Portal>;
