//! The document around the pages, as the server sends it.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// Where the site's files are, as absolute paths: `/pkg/main.0123456789abcdef.css`. The build names files by their
/// content, so only the server knows; it provides this as context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script that loads the module.
    pub js: String,
    /// The module.
    pub wasm: String,
}

/// The whole document. The server hands it to `leptos_axum`, with [`Assets`] and the portal in the context.
pub fn shell() -> impl IntoView {
    policy::announce();
    // Only parts are hydrated, and they carry their own data, so a page's need not be sent a second time.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let css = use_context::<Assets>().map(|assets| assets.css);
    view! {
        <!DOCTYPE html>
        <html lang="en" dir="ltr">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="data:,"/>
                <link rel="stylesheet" href=css/>
                <Hydration/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Loads the module. Leptos' own component copies the nonce into `crossorigin`, which breaks the preload in Firefox.
#[component]
fn Hydration() -> impl IntoView {
    let nonce = use_nonce();
    use_context::<Assets>().map(|Assets { js, wasm, .. }| {
        let script = format!("import({js:?}).then(door => door.default({{ module_or_path: {wasm:?} }}));");
        view! {
            <link rel="modulepreload" href=js nonce=nonce.clone()/>
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=nonce>{script}</script>
        }
    })
}

mod policy {
    //! What the document may load: its own files, and scripts that carry this answer's nonce.

    use axum::http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
    use leptos::nonce::use_nonce;
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    pub fn announce() {
        let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
            return;
        };
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'; object-src 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }
}
