//! The frame around every page, and which page is at which address.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{A, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::pages::{Home, Missing, Receipt, Receipts, Tenants, Tried, Try};
use crate::text;

/// The portal's pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| format!("{title} · {}", text::PRODUCT) text="Overview"/>
        <Router>
            <a class="skip" href="#main">"Skip to the content"</a>
            <Masthead/>
            <main id="main" tabindex="-1">
                <Routes fallback=|| view! { <Missing/> }.into_any()>
                    <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                    <Route path=path!("/try") view=Try ssr=SsrMode::Async/>
                    <Route path=path!("/try/:tenant/:action") view=Tried ssr=SsrMode::Async/>
                    <Route path=path!("/receipts") view=Tenants ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/receipts") view=Receipts ssr=SsrMode::Async/>
                    <Route path=path!("/tenants/:tenant/receipts/:seq") view=Receipt ssr=SsrMode::Async/>
                </Routes>
            </main>
            <Colophon/>
        </Router>
    }
}

#[component]
fn Masthead() -> impl IntoView {
    view! {
        <header class="masthead">
            <p class="product">{text::PRODUCT}</p>
            <nav aria-label="Portal">
                <ul role="list">
                    <li><A href="/" exact=true>"Overview"</A></li>
                    <li><A href="/try">"Try the boundary"</A></li>
                    <li><A href="/receipts">"Receipts"</A></li>
                    // The sealed page is not one of the portal's pages, so the router must not try to show it.
                    <li><a href="/verify" rel="external">"Check a pack"</a></li>
                </ul>
            </nav>
        </header>
    }
    .into_any()
}

#[component]
fn Colophon() -> impl IntoView {
    view! {
        <footer class="colophon">
            <p>{text::COLOPHON}</p>
        </footer>
    }
    .into_any()
}
