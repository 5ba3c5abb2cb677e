//! The doors: which page or form is at which address, and what one must be allowed to do to open it.
//!
//! This table and [`Role::may`](crate::portal::Role::may) are all there is to authorization of the pages: the server opens
//! no door before it has looked here.

use std::pin::Pin;

use crate::pages::{
    account, api_keys, approvals, audit, connectors, envelope, home, join, language, members, receipt,
    receipts, reset, set_up, sign_in, style, tenancy, tenants, tried, trust, try_boundary,
};
use crate::portal::Deed;
use crate::visit::{Done, Form, Shown, Visit};

/// One door.
pub struct Door {
    /// How it is opened.
    pub method: Method,
    /// Its address; parts in braces are named: `/tenants/{tenant}/receipts`.
    pub path: &'static str,
    /// What one must be allowed to do.
    pub deed: Deed,
    /// What is behind it.
    pub behind: Behind,
}

/// How a door is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By looking, which changes nothing.
    Get,
    /// By sending a form.
    Post,
}

/// What is behind a door.
#[derive(Clone, Copy)]
pub enum Behind {
    /// A page.
    Page(PageAt),
    /// A form, and the page that shows it again if it is refused.
    Form(FormAt, PageAt),
    /// Something that is no page, which the server answers by itself: a file, a stream.
    House,
}

/// A page, once it has asked what it shows.
pub type PageAt = fn(Visit) -> Pin<Box<dyn Future<Output = Shown> + Send>>;

/// What a form does.
pub type FormAt = fn(Visit, Form) -> Pin<Box<dyn Future<Output = Done> + Send>>;

macro_rules! page {
    ($path:literal, $deed:ident, $page:path) => {
        Door {
            method: Method::Get,
            path: $path,
            deed: Deed::$deed,
            behind: Behind::Page(|visit| Box::pin($page(visit))),
        }
    };
}

macro_rules! form {
    ($path:literal, $deed:ident, $act:path, $page:path) => {
        Door {
            method: Method::Post,
            path: $path,
            deed: Deed::$deed,
            behind: Behind::Form(|visit, form| Box::pin($act(visit, form)), |visit| Box::pin($page(visit))),
        }
    };
}

macro_rules! house {
    ($method:ident, $path:literal, $deed:ident) => {
        Door { method: Method::$method, path: $path, deed: Deed::$deed, behind: Behind::House }
    };
}

/// Every door, by area.
pub fn doors() -> impl Iterator<Item = &'static Door> {
    [
        LOBBY, APPROVALS, OVERVIEW, RECEIPTS, TRYING, CONNECTORS, TENANTS, ENVELOPES, TRUST, PEOPLE,
        API_KEYS, AUDIT, GUIDE,
    ]
    .into_iter()
    .flatten()
}

/// What one must be allowed to do to look at `path`; nothing, if there is no page.
pub fn way(path: &str) -> Option<Deed> {
    doors().find(|door| door.method == Method::Get && door.path == path).map(|door| door.deed)
}

const LOBBY: &[Door] = &[
    form!("/language", Anyone, language::choose, language::nothing),
    page!("/sign-in", Anyone, sign_in::sign_in),
    form!("/sign-in", Anyone, sign_in::send, sign_in::sign_in),
    house!(Get, "/sign-in/with", Anyone),
    house!(Get, "/sign-in/return", Anyone),
    form!("/sign-out", Anyone, sign_in::out, sign_in::sign_in),
    page!("/set-up/{link}", Anyone, set_up::set_up),
    form!("/set-up/{link}", Anyone, set_up::send, set_up::set_up),
    page!("/join/{link}", Anyone, join::join),
    form!("/join/{link}", Anyone, join::send, join::join),
    page!("/reset/{link}", Anyone, reset::reset),
    form!("/reset/{link}", Anyone, reset::send, reset::reset),
];

const APPROVALS: &[Door] = &[
    page!("/approvals", ReadReceipts, approvals::inbox),
    page!("/approvals/{id}", ReadReceipts, approvals::asked),
    form!("/approvals/{id}", Vote, approvals::vote, approvals::asked),
];

const OVERVIEW: &[Door] = &[page!("/", Look, home::home)];

const RECEIPTS: &[Door] = &[
    page!("/receipts", ReadReceipts, tenants::tenants),
    page!("/tenants/{tenant}/receipts", ReadReceipts, receipts::receipts),
    page!("/tenants/{tenant}/receipts/{seq}", ReadReceipts, receipt::receipt),
    form!("/tenants/{tenant}/receipts/{seq}/rollback", RollBack, receipt::roll_back, receipt::receipt),
    house!(Get, "/tenants/{tenant}/receipts/stream", ReadReceipts),
    house!(Get, "/tenants/{tenant}/pack", TakePack),
];

const TRYING: &[Door] = &[
    page!("/try", Try, try_boundary::try_boundary),
    form!("/try", Try, try_boundary::send, try_boundary::try_boundary),
    page!("/try/{tenant}/{action}", Try, tried::tried),
];

const CONNECTORS: &[Door] = &[
    page!("/connectors", Look, connectors::connectors),
    page!("/new/connector", ManageConnectors, connectors::register::register),
    form!("/new/connector", ManageConnectors, connectors::register::send, connectors::register::register),
    page!("/connectors/{connector}", Look, connectors::desk::desk),
    page!("/connectors/{connector}/address", ManageConnectors, connectors::register::address),
    form!(
        "/connectors/{connector}/address",
        ManageConnectors,
        connectors::register::move_it,
        connectors::register::address
    ),
    form!(
        "/connectors/{connector}/forget",
        ManageConnectors,
        connectors::desk::forget,
        connectors::desk::desk
    ),
    page!("/connectors/{connector}/draft", Look, connectors::draft::draft),
    form!(
        "/connectors/{connector}/draft",
        ManageConnectors,
        connectors::draft::introspect,
        connectors::desk::desk
    ),
    form!(
        "/connectors/{connector}/discard",
        ManageConnectors,
        connectors::draft::discard,
        connectors::draft::draft
    ),
    page!("/connectors/{connector}/draft/{table}", ManageConnectors, connectors::table::table),
    form!(
        "/connectors/{connector}/draft/{table}",
        ManageConnectors,
        connectors::table::save,
        connectors::table::table
    ),
    page!("/connectors/{connector}/review", Look, connectors::review::review),
    form!(
        "/connectors/{connector}/review",
        ManageConnectors,
        connectors::review::send,
        connectors::review::review
    ),
    page!("/connectors/{connector}/versions/{version}", Look, connectors::version::version),
    form!(
        "/connectors/{connector}/versions/{version}",
        ManageConnectors,
        connectors::version::roll_out,
        connectors::version::version
    ),
];

const TENANTS: &[Door] = &[
    page!("/tenants", Look, tenancy::tenants),
    page!("/new/tenant", ManageTenants, tenancy::admit::admit),
    form!("/new/tenant", ManageTenants, tenancy::admit::send, tenancy::admit::admit),
    form!("/freeze", Freeze, tenancy::stop::freeze_all, tenancy::tenants),
    form!("/unfreeze", Unfreeze, tenancy::stop::unfreeze_all, tenancy::tenants),
    page!("/tenants/{tenant}", Look, tenancy::desk::desk),
    form!("/tenants/{tenant}/agents", ManageTenants, tenancy::desk::register, tenancy::desk::desk),
    form!("/tenants/{tenant}/contracts", ManageConnectors, tenancy::desk::complete, tenancy::desk::desk),
    form!("/tenants/{tenant}/freeze", Freeze, tenancy::stop::freeze, tenancy::desk::desk),
    form!("/tenants/{tenant}/unfreeze", Unfreeze, tenancy::stop::unfreeze, tenancy::desk::desk),
    form!("/tenants/{tenant}/agents/{agent}/suspend", Freeze, tenancy::stop::suspend, tenancy::desk::desk),
    form!("/tenants/{tenant}/agents/{agent}/resume", Unfreeze, tenancy::stop::resume, tenancy::desk::desk),
];

const ENVELOPES: &[Door] = &[
    page!("/tenants/{tenant}/envelopes", Look, envelope::shelf::shelf),
    page!("/tenants/{tenant}/envelope/{connector}", Look, envelope::standing::standing),
    page!("/tenants/{tenant}/envelope/{connector}/edit", WriteEnvelopes, envelope::edit::edit),
    form!(
        "/tenants/{tenant}/envelope/{connector}/edit",
        WriteEnvelopes,
        envelope::edit::send,
        envelope::edit::edit
    ),
    form!(
        "/tenants/{tenant}/envelope/{connector}/assess",
        WriteEnvelopes,
        envelope::edit::follow,
        envelope::edit::edit
    ),
    page!(
        "/tenants/{tenant}/envelope/{connector}/backtests/{id}",
        ReadReceipts,
        envelope::examples::backtest
    ),
    page!(
        "/tenants/{tenant}/envelope/{connector}/backtests/{id}/{change}",
        ReadReceipts,
        envelope::examples::examples
    ),
    form!(
        "/tenants/{tenant}/envelope/{connector}/backtests/{id}/cancel",
        ActivateEnvelopes,
        envelope::examples::cancel,
        envelope::examples::backtest
    ),
    page!("/tenants/{tenant}/envelope/{connector}/proposals/{id}", Look, envelope::proposal::proposal),
    form!(
        "/tenants/{tenant}/envelope/{connector}/proposals/{id}/activate",
        ActivateEnvelopes,
        envelope::proposal::activate,
        envelope::proposal::proposal
    ),
    form!(
        "/tenants/{tenant}/envelope/{connector}/proposals/{id}/refuse",
        ActivateEnvelopes,
        envelope::proposal::refuse,
        envelope::proposal::proposal
    ),
    form!(
        "/tenants/{tenant}/envelope/{connector}/proposals/{id}/withdraw",
        WriteEnvelopes,
        envelope::proposal::withdraw,
        envelope::proposal::proposal
    ),
    page!("/tenants/{tenant}/envelope/{connector}/versions", Look, envelope::history::versions),
    page!("/tenants/{tenant}/envelope/{connector}/versions/{version}", Look, envelope::history::version),
    page!("/tenants/{tenant}/envelope/{connector}/cases", ReadReceipts, envelope::cases::cases),
    form!(
        "/tenants/{tenant}/envelope/{connector}/cases",
        WriteEnvelopes,
        envelope::cases::save,
        envelope::cases::cases
    ),
    form!(
        "/tenants/{tenant}/envelope/{connector}/cases/{id}/remove",
        WriteEnvelopes,
        envelope::cases::remove,
        envelope::cases::cases
    ),
    page!("/tenants/{tenant}/envelope/{connector}/copy", WriteEnvelopes, envelope::copy::copy),
    form!(
        "/tenants/{tenant}/envelope/{connector}/copy",
        WriteEnvelopes,
        envelope::copy::send,
        envelope::copy::copy
    ),
];

const TRUST: &[Door] = &[page!("/trust", ReadTrust, trust::trust)];

const API_KEYS: &[Door] = &[
    page!("/api-keys", ReadApiKeys, api_keys::api_keys),
    page!("/new/api-key", ManageApiKeys, api_keys::create::create),
    form!("/new/api-key", ManageApiKeys, api_keys::create::send, api_keys::create::create),
    form!("/api-keys/{key}/revoke", ManageApiKeys, api_keys::revoke, api_keys::api_keys),
];

const AUDIT: &[Door] = &[page!("/audit", ReadAudit, audit::audit), house!(Get, "/audit.csv", ReadAudit)];

const PEOPLE: &[Door] = &[
    page!("/members", ReadMembers, members::members),
    page!("/new/member", ManageMembers, members::invite::invite),
    form!("/new/member", ManageMembers, members::invite::send, members::invite::invite),
    form!("/invitations/{invitation}/withdraw", ManageMembers, members::withdraw, members::members),
    page!("/members/{member}", ReadMembers, members::member::member),
    form!("/members/{member}", ManageMembers, members::member::change, members::member::member),
    form!("/members/{member}/reset", ManageMembers, members::member::reset, members::member::member),
    form!("/members/{member}/remove", ManageMembers, members::member::remove, members::member::member),
    page!("/account", OwnAccount, account::account),
    form!("/account/password", OwnAccount, account::change_password, account::account),
    form!("/account/sessions", OwnAccount, account::end_sessions, account::account),
];

/// Of demos only.
const GUIDE: &[Door] = &[page!("/style", Look, style::style)];
