//! The sealed page: checks a pack with nothing but the pack and what the reviewer brings.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, after the page's own script has instantiated the inlined module.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    if let Some(main) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("verifier"))
    {
        let _ = main.set_attribute("data-started", "true");
    }
}
