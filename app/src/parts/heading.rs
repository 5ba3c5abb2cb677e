//! The head of a page: where it belongs, what it is, and what it is for.

use leptos::prelude::*;

use super::{Link, Title, Untrusted};
use crate::text::t;

/// Gives the page its title and its first heading.
#[component]
pub fn Heading(
    /// What the page is.
    #[prop(into)]
    title: String,
    /// What it is for, in a sentence or two.
    #[prop(optional, into)]
    lead: String,
    /// The pages above it, from the top.
    #[prop(optional)]
    trail: Vec<Link>,
    /// Whether it shows a form that came back, which the title then says first.
    #[prop(optional)]
    came_back: bool,
    /// What else stands at the head: a badge, a status.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lead = (!lead.is_empty()).then(|| view! { <p class="lead">{lead}</p> });
    view! {
        <Title text=title.clone() came_back/>
        <Trail links=trail/>
        <header class="result">
            <h1><Untrusted text=title/></h1>
            {children.map(|children| view! { <div class="answer">{children()}</div> })}
            {lead}
        </header>
    }
    .into_any()
}

#[component]
fn Trail(links: Vec<Link>) -> impl IntoView {
    (!links.is_empty()).then(|| {
        let links = links
            .into_iter()
            .map(|link| view! { <li><a href=link.href><Untrusted text=link.label/></a></li> });
        view! {
            <nav aria-label=t("parts.trail") class="trail">
                <ol role="list">{links.collect_view()}</ol>
            </nav>
        }
    })
}
