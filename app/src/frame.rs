//! What surrounds every page: where one is, where one can go, and who one is.

use leptos::prelude::*;

use crate::document::Here;
use crate::doors::way;
use crate::parts::{Count, Untrusted};
use crate::portal::{Me, Role};
use crate::text::{self, Language, language, t};

/// Where one can go, by what one comes for. A way is shown to those who may open its door.
const WORK: &[(&str, &str)] = &[
    ("/", "frame.overview"),
    ("/tenants", "frame.tenants"),
    ("/approvals", "frame.approvals"),
    ("/receipts", "frame.receipts"),
    ("/connectors", "frame.connectors"),
    ("/try", "frame.try"),
];

/// Where one seldom goes.
const SETTINGS: &[(&str, &str)] = &[
    ("/trust", "frame.trust"),
    ("/members", "frame.members"),
    ("/api-keys", "frame.api_keys"),
    ("/audit", "frame.audit"),
];

/// The head of every page.
#[component]
pub fn Masthead() -> impl IntoView {
    let here = use_context::<Here>();
    let me = here.as_ref().and_then(|here| here.me.clone());
    let waiting = here.as_ref().map_or(0, |here| here.waiting);
    let path = here.map(|here| here.path).unwrap_or_default();
    let vendor = me.as_ref().map(|me| view! { <p class="vendor"><Untrusted text=me.vendor.clone()/></p> });
    view! {
        <header class="masthead">
            <div class="names">
                <p class="product"><a href="/">{text::PRODUCT}</a></p>
                {vendor}
            </div>
            {me.map(|me| view! { <Ways me path waiting/> })}
        </header>
    }
    .into_any()
}

/// All the ways: in a row where there is room, else folded together. Nothing of it needs a script.
#[component]
fn Ways(me: Me, path: String, waiting: u64) -> impl IntoView {
    let settings = ways(SETTINGS, me.role, &path, 0);
    let is_inside = settings.iter().any(|(_, current)| current.is_some());
    let settings: Vec<_> = settings.into_iter().map(|(way, _)| way).collect();
    let settings = (!settings.is_empty()).then(|| {
        view! {
            <li class="more">
                <details class="fold">
                    <summary class:inside=is_inside>{t("frame.settings")}</summary>
                    <ul role="list">{settings}</ul>
                </details>
            </li>
        }
    });
    let work: Vec<_> = ways(WORK, me.role, &path, waiting).into_iter().map(|(way, _)| way).collect();
    view! {
        <details class="menu">
            <summary>{t("frame.menu")}<Count number=waiting/></summary>
            <nav aria-label=t("frame.portal")>
                <ul role="list">{work}{settings}</ul>
            </nav>
            <Person me path/>
        </details>
    }
    .into_any()
}

/// The ways that this role may go, and which of them leads here.
fn ways(
    all: &'static [(&'static str, &'static str)],
    role: Role,
    path: &str,
    waiting: u64,
) -> Vec<(AnyView, Option<&'static str>)> {
    let open = all.iter().filter(|(href, _)| way(href).is_some_and(|deed| role.may(deed)));
    let ways = open.map(|(href, key)| {
        let current = current(href, path);
        let count = if *href == "/approvals" { waiting } else { 0 };
        let way = view! { <li><a href=*href aria-current=current>{t(key)}<Count number=count/></a></li> };
        (way.into_any(), current)
    });
    ways.collect()
}

fn current(href: &str, path: &str) -> Option<&'static str> {
    let below = href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    let below = below || makes_one(href, path);
    // A tenant's log is one of the receipts, wherever its address stands.
    let log = path.starts_with("/tenants/") && path.contains("/receipts");
    match (href, log) {
        ("/receipts", true) => Some("true"),
        ("/tenants", true) => None,

        _ => (href == path).then_some("page").or(below.then_some("true")),
    }
}

/// The form for a new one stands beside the names, not among them: `/new/tenant` belongs to `/tenants`.
fn makes_one(href: &str, path: &str) -> bool {
    path.strip_prefix("/new").is_some_and(|one| href.strip_suffix('s') == Some(one))
}

#[component]
fn Person(me: Me, path: String) -> impl IntoView {
    let name = view! { <Untrusted text=me.name/> };
    let name = if way("/account").is_some_and(|deed| me.role.may(deed)) {
        view! { <a href="/account" aria-current=current("/account", &path)>{name}</a> }.into_any()
    } else {
        name.into_any()
    };
    view! {
        <div class="person">
            <p>{name}", "{me.role.title()}</p>
            <SignOut/>
        </div>
    }
    .into_any()
}

#[component]
fn SignOut() -> impl IntoView {
    view! {
        <form method="post" action="/sign-out">
            <button type="submit" class="link">{t("frame.sign_out")}</button>
        </form>
    }
}

/// The foot of every page.
#[component]
pub fn Colophon() -> impl IntoView {
    let path = use_context::<Here>().map(|here| here.address).unwrap_or_default();
    view! {
        <footer class="colophon">
            <p>{t("frame.colophon")}</p>
            <ul role="list" class="inline">
                <li><a href="/verify">{t("frame.check")}</a></li>
            </ul>
            <Languages back=path/>
        </footer>
    }
    .into_any()
}

/// The languages to choose from, each in its own words.
#[component]
fn Languages(back: String) -> impl IntoView {
    let chosen = language();
    let each = Language::ALL.map(|language| {
        let tag = language.tag();
        let pressed = if language == chosen { "true" } else { "false" };
        view! { <button type="submit" class="link" name="language" value=tag lang=tag aria-pressed=pressed>{language.name()}</button> }
    });
    view! {
        <form method="post" action="/language" class="languages" aria-label=t("frame.language")>
            <input type="hidden" name="back" value=back/>
            {each.collect_view()}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::current;

    #[test]
    fn one_way_leads_here() {
        for (path, href) in [
            ("/", "/"),
            ("/tenants", "/tenants"),
            ("/tenants/acme", "/tenants"),
            ("/new/tenant", "/tenants"),
            ("/new/connector", "/connectors"),
            ("/tenants/acme/receipts/3", "/receipts"),
            ("/receipts", "/receipts"),
            ("/try/acme/a1", "/try"),
        ] {
            let here: Vec<&str> = super::WORK
                .iter()
                .map(|(href, _)| *href)
                .filter(|href| current(href, path).is_some())
                .collect();
            assert_eq!(here, [href], "{path}");
        }
    }
}
