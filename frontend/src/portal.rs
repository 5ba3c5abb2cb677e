//! Wakes the portal's server-rendered pages.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's hydration script.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
