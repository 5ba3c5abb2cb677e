//! The page's title, which only the page knows.

use leptos::prelude::*;

use super::untrusted::is_invisible;
use crate::document::Named;
use crate::text::tf;

/// Gives the page its title.
#[component]
pub fn Title(
    #[prop(into)] text: String,
    /// Whether the page shows a form that came back, which its title then says first.
    #[prop(optional)]
    came_back: bool,
) -> impl IntoView {
    if let Some(named) = use_context::<Named>() {
        // Nothing in a title can be made visible as in a page, so what can't be seen is left out.
        let text: String = text.chars().filter(|character| !is_invisible(*character)).collect();
        named.name(if came_back { tf("parts.not_sent_title", &[("title", &text)]) } else { text });
    }
}
