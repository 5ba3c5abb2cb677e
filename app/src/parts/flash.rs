//! What is said once, on the page that a form led to.

use leptos::prelude::*;

use crate::text::t;

/// What was done.
#[component]
pub fn Flash(
    /// What, as a key of the catalogue.
    #[prop(into)]
    said: String,
) -> impl IntoView {
    view! { <p class="flash" role="status">{t(&said)}</p> }.into_any()
}
