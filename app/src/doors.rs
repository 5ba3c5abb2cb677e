//! The doors: which page or form is at which address, and what one must be allowed to do to open it.
//!
//! This table and [`Role::may`](crate::portal::Role::may) are all there is to authorization of the pages: the server opens
//! no door before it has looked here.

use std::pin::Pin;

use crate::pages::{
    approvals, connectors, home, language, receipt, receipts, set_up, sign_in, style, tenancy, tenants,
    tried, trust, try_boundary,
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
    [LOBBY, APPROVALS, OVERVIEW, RECEIPTS, TRYING, CONNECTORS, TENANTS, TRUST, GUIDE].into_iter().flatten()
}

/// What one must be allowed to do to look at `path`; nothing, if there is no page.
pub fn way(path: &str) -> Option<Deed> {
    doors().find(|door| door.method == Method::Get && door.path == path).map(|door| door.deed)
}

const LOBBY: &[Door] = &[
    form!("/language", Anyone, language::choose, language::nothing),
    page!("/sign-in", Anyone, sign_in::sign_in),
    form!("/sign-in", Anyone, sign_in::send, sign_in::sign_in),
    form!("/sign-out", Anyone, sign_in::out, sign_in::sign_in),
    page!("/set-up/{link}", Anyone, set_up::set_up),
    form!("/set-up/{link}", Anyone, set_up::send, set_up::set_up),
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

const TRUST: &[Door] = &[page!("/trust", ReadTrust, trust::trust)];

/// Of demos only.
const GUIDE: &[Door] = &[page!("/style", Look, style::style)];
