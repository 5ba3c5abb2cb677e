//! The sealed page: checks a pack with nothing but the pack and what the reviewer brings.
//!
//! Compiled into one file that may reach no network, it decides nothing itself: every answer is one of
//! [`evidence::verify`]'s. Whatever comes out of a pack is hostile, so it reaches the page only through [`said`].

mod answer;
mod brought;
mod cells;
mod check;
mod decided;
mod facts;
mod intake;
mod keep;
mod listing;
mod mark;
mod page;
mod particulars;
mod receipt;
mod rederived;
mod rows;
mod said;
mod sentence;
mod sift;
mod turns;
mod walls;

use leptos::mount::mount_to;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, after the page's own script has instantiated the inlined module.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    let place = leptos::prelude::document().get_element_by_id("checker");
    if let Some(place) = place.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        place.set_text_content(None);
        mount_to(place, page::Page).forget();
    }
}
