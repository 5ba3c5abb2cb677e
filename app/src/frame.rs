//! What surrounds every page: where one is, where one can go, and who one is.

use leptos::prelude::*;

use crate::document::Here;
use crate::portal::{Deed, Me};
use crate::text::{self, t};

/// The head of every page.
#[component]
pub fn Masthead() -> impl IntoView {
    let here = use_context::<Here>();
    let me = here.as_ref().and_then(|here| here.me.clone());
    let path = here.map(|here| here.path).unwrap_or_default();
    let links = me.as_ref().map(links).unwrap_or_default();
    let links = links.into_iter().map(|(href, key)| {
        view! { <li><a href=href aria-current=current(href, &path)>{t(key)}</a></li> }
    });
    view! {
        <header class="masthead">
            <p class="product">{text::PRODUCT}</p>
            <nav aria-label=t("frame.portal")>
                <ul role="list">
                    {links.collect_view()}
                    <li><a href="/verify">{t("frame.check")}</a></li>
                </ul>
            </nav>
            {me.map(|me| view! { <Person me/> })}
        </header>
    }
    .into_any()
}

/// Where this person can go.
fn links(me: &Me) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("/", "frame.overview", Deed::Look),
        ("/approvals", "frame.approvals", Deed::ReadReceipts),
        ("/receipts", "frame.receipts", Deed::ReadReceipts),
        ("/try", "frame.try", Deed::Try),
    ];
    all.into_iter().filter(|(_, _, deed)| me.role.may(*deed)).map(|(href, key, _)| (href, key)).collect()
}

fn current(href: &str, path: &str) -> Option<&'static str> {
    let below = href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    (href == path).then_some("page").or(below.then_some("true"))
}

#[component]
fn Person(me: Me) -> impl IntoView {
    view! {
        <div class="person">
            <p><bdi>{me.name}</bdi>", "{me.vendor}</p>
            {(!me.demo).then(|| view! { <SignOut/> })}
        </div>
    }
    .into_any()
}

/// In a demo everybody is signed in, so there is nothing to sign out of.
#[component]
fn SignOut() -> impl IntoView {
    view! {
        <form method="post" action="/sign-out">
            <button type="submit" class="quiet">{t("frame.sign_out")}</button>
        </form>
    }
}

/// The foot of every page.
#[component]
pub fn Colophon() -> impl IntoView {
    view! {
        <footer class="colophon">
            <p>{t("frame.colophon")}</p>
        </footer>
    }
    .into_any()
}
