//! Wakes a page that the server rendered.
//!
//! Pages are documents: only their few parts with behaviour are hydrated, each where it stands. So a visitor downloads
//! little, the data of a page is not sent twice, and there is next to nothing that could differ between the two halves.

mod countdown;
mod envelope;
mod keys;
mod tail;

use leptos::mount::hydrate_from;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};

use crate::copy_button::CopyButton;

/// Hydrates every part of the document.
pub fn wake() {
    for part in parts("[data-copy]") {
        let text = part.get_attribute("data-copy").unwrap_or_default();
        hydrate_from(part, move || view! { <CopyButton text/> }).forget();
    }
    for part in parts("[data-scripted]") {
        let _ = part.remove_attribute("hidden");
    }
    countdown::wake();
    envelope::wake();
    keys::wake();
    tail::wake();
    // A page that only looks awake is worse than one that plainly works without scripts; tests wait for this.
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "true");
    }
}

fn parts(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|index| found.get(index)).filter_map(|node| node.dyn_into().ok()).collect()
}

fn part(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten().and_then(|found| found.dyn_into().ok())
}

/// A text that the server wrote into the page, with its blanks filled in.
fn said(place: &Element, name: &str, blanks: &[(&str, &str)]) -> String {
    let text = place.get_attribute(name).unwrap_or_default();
    blanks.iter().fold(text, |text, (blank, value)| text.replace(&format!("{{{blank}}}"), value))
}

/// Does something after a while.
fn after(millis: i32, does: impl FnOnce() + 'static) {
    let does = Closure::once_into_js(does);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(does.unchecked_ref(), millis);
}
