//! What is said once, on the page that a form led to.

use leptos::prelude::*;

use crate::text::language;

/// What was done.
#[component]
pub fn Flash(
    /// What, as a key of the catalogue.
    #[prop(into)]
    said: String,
) -> impl IntoView {
    // It came from a cookie, so it is only said if it is ours.
    let said = language().known(&said);
    said.map(|said| view! { <p class="flash" role="status">{said}</p> }).into_any()
}
