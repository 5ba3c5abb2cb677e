//! The one part with behaviour so far: a button that copies. The server renders it, and the browser hydrates it.

use leptos::prelude::*;

/// Puts `text` on the clipboard.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        // The promise is not awaited: a browser that refuses says so itself.
        let _ = window().navigator().clipboard().write_text(&text);
        copied.set(true);
    };
    view! {
        <button type="button" class="copy" on:click=copy>
            <span aria-live="polite">{move || if copied.get() { "Copied" } else { "Copy" }}</span>
        </button>
    }
}
