//! Envelopes: what one tenant's agents may do, how that is changed, and what a change would have meant.

mod assess;
mod blocked;
mod builder;
pub mod cases;
mod consequences;
pub mod copy;
mod differences;
pub mod edit;
pub mod examples;
pub mod history;
mod pick;
pub mod proposal;
pub mod shelf;
pub mod standing;

use leptos::prelude::*;

use crate::parts::Untrusted;
use crate::portal::Refusal;
use crate::portal::envelopes::{At, Bench};
use crate::text::t;
use crate::visit::Visit;

/// The tenant and the connector that the address names.
fn at(visit: &Visit) -> Result<At, Refusal> {
    Ok(At { tenant: visit.name("tenant")?, connector: visit.name("connector")? })
}

/// An address below the envelope's.
fn path(at: &At, rest: &str) -> String {
    format!("/tenants/{}/envelope/{}{rest}", at.tenant, at.connector)
}

/// Words in the visitor's language, where no page is rendered yet.
fn told<T>(visit: &Visit, say: impl FnOnce() -> T) -> T {
    Owner::new().with(|| {
        provide_context(visit.language());
        say()
    })
}

/// The way back from a page of an envelope.
#[component]
fn Trail(
    /// Where.
    at: At,
    /// The tenant's name as people write it; nothing where the page does not know it.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let home = path(&at, "");
    let all = format!("/tenants/{}/envelopes", at.tenant);
    let title = if title.is_empty() { at.tenant.to_string() } else { title };
    view! {
        <nav class="trail" aria-label=t("envelopes.trail")>
            <ol role="list" class="inline">
                <li><a href=all><Untrusted text=title/></a></li>
                <li><a href=home>{t("envelopes.envelope")}" "<code>{at.connector.to_string()}</code></a></li>
            </ol>
        </nav>
    }
    .into_any()
}

/// What one has to know before anything else: frozen, erased.
#[component]
fn Standing(bench: Bench) -> impl IntoView {
    let erased = bench.erased.then(|| view! { <p class="notice">{t("envelopes.erased")}</p> });
    let frozen = bench.frozen.then(|| view! { <p class="notice">{t("envelopes.frozen")}</p> });
    view! { {erased}{frozen} }.into_any()
}
