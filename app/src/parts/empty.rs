//! Nothing to show, and what to do next.

use leptos::prelude::*;

/// An empty state.
#[component]
pub fn Empty(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="lead">{title}</p>
            {children()}
        </div>
    }
    .into_any()
}
