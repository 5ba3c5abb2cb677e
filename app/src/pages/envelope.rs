//! Envelopes: what one tenant's agents may do, how that is changed, and what a change would have meant.

mod assess;
mod backtest;
mod blocked;
mod builder;
pub mod cases;
mod cedar;
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
mod write;

use leptos::prelude::*;

use super::connectors::may;
use crate::parts::{Link, Notice, Tone};
use crate::portal::Refusal;
use crate::portal::envelopes::{At, Bench};
use crate::text::{t, tf};
use crate::visit::Visit;

/// The tenant and the connector that the address names.
fn at(visit: &Visit) -> Result<At, Refusal> {
    Ok(At { tenant: visit.name("tenant")?, connector: visit.name("connector")? })
}

/// An address below the envelope's.
fn path(at: &At, rest: &str) -> String {
    format!("/tenants/{}/envelope/{}{rest}", at.tenant, at.connector)
}

/// The pages above one of an envelope.
fn trail(at: &At) -> Vec<Link> {
    let mut links = above(at);
    links.push(Link::new(path(at, ""), tf("envelopes.of", &[("connector", &at.connector)])));
    links
}

/// The pages above the envelope itself.
fn above(at: &At) -> Vec<Link> {
    let home = format!("/tenants/{}", at.tenant);
    vec![
        Link::new("/tenants", t("tenants.title")),
        Link::new(home.clone(), at.tenant.to_string()),
        Link::new(format!("{home}/envelopes"), t("envelopes.title")),
    ]
}

/// What one has to know before anything else: frozen, erased.
#[component]
fn Stops(bench: Bench) -> impl IntoView {
    let erased = bench.erased.then(|| view! { <Notice title=t("envelopes.erased") tone=Tone::Warning/> });
    let frozen = bench.frozen.then(|| view! { <Notice title=t("envelopes.frozen") tone=Tone::Bad/> });
    view! { {erased}{frozen} }.into_any()
}
