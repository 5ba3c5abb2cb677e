//! Single keys in lists. They only move and open; whoever wants to vote presses a button. They are off while something is
//! typed, and for whoever has turned them off.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{part, parts};

/// Where the wish is kept.
const SETTING: &str = "single-keys";

/// Listens, on pages that say what the keys do.
pub fn wake() {
    if part("[data-keys]").is_none() {
        return;
    }
    arrive();
    let switches: Vec<HtmlInputElement> =
        parts("[data-keys-switch]").into_iter().filter_map(|part| part.dyn_into().ok()).collect();
    for switch in &switches {
        switch.set_checked(are_on());
        let all = switches.clone();
        let turned = switch.clone();
        listen(switch, "change", move |_: web_sys::Event| {
            turn(turned.checked());
            for switch in &all {
                switch.set_checked(turned.checked());
            }
        });
    }
    listen(&document(), "keydown", |pressed: KeyboardEvent| {
        if are_on() && is_for_us(&pressed) && act(&pressed.key()) {
            pressed.prevent_default();
        }
    });
}

fn listen<E: leptos::wasm_bindgen::convert::FromWasmAbi + 'static>(
    on: &web_sys::EventTarget,
    what: &str,
    does: impl FnMut(E) + 'static,
) {
    let does = Closure::<dyn FnMut(E)>::new(does).into_js_value();
    let _ = on.add_event_listener_with_callback(what, does.unchecked_ref());
}

/// Whoever came by a key to where one answers is put there.
fn arrive() {
    let hash = window().location().hash().unwrap_or_default();
    if matches!(hash.as_str(), "#approve" | "#reason") {
        focus(&hash);
    }
}

fn is_for_us(pressed: &KeyboardEvent) -> bool {
    if pressed.ctrl_key() || pressed.meta_key() || pressed.alt_key() || pressed.is_composing() {
        return false;
    }
    let typing =
        "input:not([type=checkbox]):not([type=hidden]), select, textarea, [contenteditable], dialog[open] *";
    let is_typing = |element: Element| element.matches(typing).unwrap_or(false);
    let is_open = part("dialog[open]").is_some();
    !is_open && !document().active_element().is_some_and(is_typing)
}

/// Whether the key meant something.
fn act(key: &str) -> bool {
    match key {
        "j" => step(1),
        "k" => step(-1),
        "o" => current().is_some_and(|(link, _)| {
            link.click();
            true
        }),
        "a" => answer("#approve"),
        "d" => answer("#reason"),
        "/" => focus(".filters select, .filters input"),
        "?" => help(),
        _ => false,
    }
}

fn links() -> Vec<HtmlElement> {
    parts("[data-item] [data-open]")
}

/// The link of the entry in which the focus is, and its place among all.
fn current() -> Option<(HtmlElement, usize)> {
    let item = document().active_element()?.closest("[data-item]").ok()??;
    let here = item.query_selector("[data-open]").ok()??;
    let place = links().iter().position(|link| link.is_same_node(Some(&here)))?;
    Some((here.dyn_into().ok()?, place))
}

fn step(by: isize) -> bool {
    let links = links();
    let next = match current() {
        Some((_, place)) => place.saturating_add_signed(by).min(links.len().saturating_sub(1)),
        None => 0,
    };
    let Some(link) = links.get(next) else { return false };
    let _ = link.focus();
    true
}

/// To the form of this page, or of the entry in which the focus is.
fn answer(place: &str) -> bool {
    if focus(place) {
        return true;
    }
    let Some((link, _)) = current() else { return false };
    let Some(address) = link.get_attribute("href").filter(|address| address.starts_with("/approvals/"))
    else {
        return false;
    };
    let _ = window().location().set_href(&format!("{address}{place}"));
    true
}

fn focus(place: &str) -> bool {
    part(place).is_some_and(|found| found.focus().is_ok())
}

fn help() -> bool {
    let Some(dialog) =
        part("dialog[data-keys-help]").and_then(|part| part.dyn_into::<HtmlDialogElement>().ok())
    else {
        return false;
    };
    dialog.show_modal().is_ok()
}

fn are_on() -> bool {
    let kept = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(SETTING).ok().flatten());
    kept.as_deref() != Some("off")
}

fn turn(on: bool) {
    if let Ok(Some(kept)) = window().local_storage() {
        let _ = kept.set_item(SETTING, if on { "on" } else { "off" });
    }
}
