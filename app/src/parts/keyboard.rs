//! What the keyboard does in lists, said where it does it. The keys themselves are `wake`'s; whoever has no scripts can
//! do the same with Tab and Enter, and whoever needs single letters for something else turns them off.

use leptos::prelude::*;

use super::Kbd;
use crate::text::t;

/// Each key with what it does.
const KEYS: [(&str, &str); 7] = [
    ("j", "keyboard.next"),
    ("k", "keyboard.previous"),
    ("o", "keyboard.open"),
    ("a", "keyboard.approve"),
    ("d", "keyboard.deny"),
    ("/", "keyboard.filter"),
    ("?", "keyboard.help"),
];

/// The list at the foot of a page, and the same in a dialog.
#[component]
pub fn Keyboard() -> impl IntoView {
    view! {
        <details class="keyboard" data-keys="">
            <summary>{t("keyboard.title")}</summary>
            <List/>
        </details>
        <dialog class="keyboard" data-keys-help="" aria-label=t("keyboard.title")>
            <List/>
            <form method="dialog"><button type="submit" class="quiet">{t("keyboard.close")}</button></form>
        </dialog>
    }
    .into_any()
}

#[component]
fn List() -> impl IntoView {
    let keys = KEYS.into_iter().map(|(key, does)| view! { <dt><Kbd key/></dt><dd>{t(does)}</dd> });
    view! {
        <p>{t("keyboard.lead")}</p>
        <dl class="facts">{keys.collect_view()}</dl>
        <p data-scripted="" hidden>
            <label class="inline-label"><input type="checkbox" data-keys-switch="" checked/>" "{t("keyboard.on")}</label>
        </p>
    }
    .into_any()
}
