//! Tables that scroll inside themselves, by keyboard too, so that the page never scrolls sideways.

use leptos::prelude::*;

/// A table with its caption; the children are its `<thead>` and `<tbody>`.
#[component]
pub fn Table(
    /// Names the caption, which names the region.
    #[prop(into)]
    id: String,
    /// What the table is.
    #[prop(into)]
    caption: String,
    /// A class of the table.
    #[prop(optional)]
    class: &'static str,
    /// Whether the heading above already says what the table is.
    #[prop(optional)]
    caption_hidden: bool,
    children: Children,
) -> impl IntoView {
    let named = id.clone();
    view! {
        <div class="region" role="region" aria-labelledby=named tabindex="0">
            <table class=class>
                <caption id=id class:visually-hidden=caption_hidden>{caption}</caption>
                {children()}
            </table>
        </div>
    }
    .into_any()
}
