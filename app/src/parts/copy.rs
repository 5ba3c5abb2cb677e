//! Copying, for those who have scripts. Without them the button is not shown, and selecting works as ever.

use leptos::prelude::*;

/// Puts `text` on the clipboard.
#[component]
pub fn Copy(#[prop(into)] text: String) -> impl IntoView {
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
    .into_any()
}

/// A line for a terminal.
#[component]
pub fn Command(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <div class="command">
            <pre tabindex="0"><code>{text.clone()}</code></pre>
            <Copy text=text/>
        </div>
    }
    .into_any()
}
