//! Copying, for those who have scripts. Without them the button is not shown, and selecting works as ever.

use leptos::prelude::*;

use crate::copy_button::CopyButton;

/// A [`CopyButton`] where `wake` finds it.
#[component]
pub fn Copy(#[prop(into)] text: String) -> impl IntoView {
    let shown = text.clone();
    view! { <span class="part" data-copy=text><CopyButton text=shown/></span> }.into_any()
}

/// A line for a terminal.
#[component]
pub fn Command(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <div class="command">
            <pre tabindex="0"><code>{text.clone()}</code></pre>
            <Copy text/>
        </div>
    }
    .into_any()
}
