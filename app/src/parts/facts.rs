//! Facts: names and what is so, one below the other.

use leptos::prelude::*;

/// The list; its children are [`Fact`]s.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }.into_any()
}

/// One fact.
#[component]
pub fn Fact(
    /// What it is about.
    #[prop(into)]
    name: String,
    children: Children,
) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{children()}</dd>
    }
    .into_any()
}
