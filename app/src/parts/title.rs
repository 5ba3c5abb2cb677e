//! The page's title, which only the page knows.

use leptos::prelude::*;

use crate::document::Named;

/// Gives the page its title.
#[component]
pub fn Title(#[prop(into)] text: String) -> impl IntoView {
    if let Some(named) = use_context::<Named>() {
        named.name(text);
    }
}
