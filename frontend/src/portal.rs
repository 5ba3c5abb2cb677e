//! Wakes the portal's server-rendered pages.

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs once, as soon as the page's script has loaded the module.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    app::wake();
}
