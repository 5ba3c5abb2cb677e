//! Small things in a line: how many, and which key.

use leptos::prelude::*;

use crate::text::grouped;

/// How many things wait, beside the word for them. Of none, nothing is shown.
#[component]
pub fn Count(
    /// How many.
    number: u64,
) -> impl IntoView {
    (number > 0).then(|| view! { " "<span class="count">{grouped(number)}</span> }).into_any()
}

/// A key of the keyboard.
#[component]
pub fn Kbd(
    /// What stands on it.
    #[prop(into)]
    key: String,
) -> impl IntoView {
    view! { <kbd>{key}</kbd> }.into_any()
}
