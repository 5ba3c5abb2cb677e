//! Wakes a page that the server rendered.
//!
//! Pages are documents: only their few parts with behaviour are hydrated, each where it stands. So a visitor downloads
//! little, the data of a page is not sent twice, and there is next to nothing that could differ between the two halves.

use leptos::mount::hydrate_from;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::copy_button::CopyButton;

/// Hydrates every part of the document.
pub fn wake() {
    for part in parts("[data-copy]") {
        let text = part.get_attribute("data-copy").unwrap_or_default();
        hydrate_from(part, move || view! { <CopyButton text/> }).forget();
    }
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
