//! What the reviewer takes away. A download from memory and the printer are the only ways out of this page.

use evidence::checkpoint::SignedCheckpoint;
use evidence::verify::About;
use js_sys::Array;
use leptos::prelude::{document, set_timeout, window};
use std::time::Duration;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

/// Offers the checkpoint as a file.
pub fn save(signed: &SignedCheckpoint, about: &About) {
    let name = format!("{}-{}.checkpoint", about.tenant, signed.checkpoint().size());
    // A browser that refuses leaves the page as it was; there is nothing to undo.
    let _ = offer(&name, signed.as_str());
}

/// Opens the print dialogue.
pub fn print() {
    let _ = window().print();
}

fn offer(name: &str, text: &str) -> Result<(), JsValue> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text)))?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The browser takes the bytes a moment after the click.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        Duration::from_mins(1),
    );
    Ok(())
}
