//! The document around a page, as the server sends it.
//!
//! Everything is rendered in one go, on one thread: there is no task that could wait for another.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::*;

use crate::doors::{Behind, Door};
use crate::frame::{Colophon, Masthead};
use crate::pages::receipts::Line;
use crate::parts::{Flash, Refused};
use crate::portal::{Me, Refusal, Row};
use crate::text;
use crate::visit::{Done, Form, Onward, Rejected, Render, See, Shown, View, Visit};

/// What the server adds to every document.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Where the site's files are.
    pub assets: Option<Assets>,
    /// The number by which scripts of this answer are known.
    pub nonce: String,
    /// What is said once, as a key of the catalogue.
    pub said: Option<String>,
}

/// Where the site's files are, as absolute paths: `/pkg/main.0123456789abcdef.css`. The build names files by their
/// content, so only the server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script that loads the module.
    pub js: String,
    /// The module.
    pub wasm: String,
}

/// An answer to a browser.
pub struct Page {
    /// The HTTP status, which says the same as the page's words.
    pub status: u16,
    /// The document, or the piece of one.
    pub html: String,
    /// Whether it is a piece of one.
    pub is_fragment: bool,
}

/// What a form led to.
pub enum Answer {
    /// Another page.
    See(See),
    /// A page at once.
    Page(Page),
}

/// Where the page that is rendered stands, and for whom, as its components find it.
#[derive(Clone)]
pub(crate) struct Here {
    /// The address without its query.
    pub path: String,
    /// The whole address.
    pub address: String,
    /// Who reads.
    pub me: Option<Me>,
    /// How many writes wait for a person.
    pub waiting: u64,
}

/// The title of the page that is rendered.
#[derive(Clone, Default)]
pub(crate) struct Named(Arc<Mutex<String>>);

impl Named {
    pub fn name(&self, title: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = title;
    }

    fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Opens a door: the page behind it.
pub async fn open(door: &Door, visit: Visit, around: &Around) -> Page {
    let shown = match door.behind {
        Behind::Page(page) | Behind::Form(_, page) => page(visit.clone()).await,
        Behind::House => Err(Refusal::NotFound),
    };
    finish(shown, 200, &visit, around)
}

/// Sends a form through a door.
pub async fn send(door: &Door, visit: Visit, form: Form, around: &Around) -> Answer {
    let Behind::Form(act, page) = door.behind else {
        return Answer::Page(refuse(Refusal::NotFound, &visit, around));
    };
    let done: Done = act(visit.clone(), form.clone()).await;
    match done {
        Ok(Onward::See(see)) => Answer::See(see),
        Ok(Onward::Show(view)) => Answer::Page(finish(Ok(view), 200, &visit, around)),
        Err(refusal) if refusal.is_about_the_form() => {
            let status = refusal.status();
            let visit = visit.again(Rejected { form, refusal });
            Answer::Page(finish(page(visit.clone()).await, status, &visit, around))
        }
        Err(refusal) => Answer::Page(refuse(refusal, &visit, around)),
    }
}

/// One more line of a log's table, for a page that is open already.
pub fn line(visit: &Visit, tenant: String, row: Row) -> String {
    rendered(Box::new(move || view! { <Line tenant row/> }.into_any()), visit).0
}

/// The page that stands in place of one that can't be shown.
pub fn refuse(refusal: Refusal, visit: &Visit, around: &Around) -> Page {
    finish(Err(refusal), 200, visit, around)
}

fn finish(shown: Shown, status: u16, visit: &Visit, around: &Around) -> Page {
    match shown {
        Ok(View::Page(render)) => Page { status, html: document(render, visit, around), is_fragment: false },
        Ok(View::Fragment(render)) => {
            let (html, _) = rendered(render, visit);
            Page { status, html, is_fragment: true }
        }
        Err(refusal) => {
            let status = refusal.status();
            let render: Render = Box::new(move || view! { <Refused refusal/> }.into_any());
            Page { status, html: document(render, visit, around), is_fragment: false }
        }
    }
}

fn document(content: Render, visit: &Visit, around: &Around) -> String {
    let said = around.said.clone();
    let (body, title) =
        rendered(Box::new(move || view! { <Frame said content=content()/> }.into_any()), visit);
    let (head, _) = rendered(head(title, around.clone()), visit);
    let language = visit.language().tag();
    format!(
        "<!DOCTYPE html><html lang=\"{language}\" dir=\"ltr\"><head>{head}</head><body>{body}</body></html>"
    )
}

/// The markup, and the title that it gave itself.
fn rendered(render: Render, visit: &Visit) -> (String, String) {
    let (owner, named) = (Owner::new(), Named::default());
    let html = owner.with(|| {
        provide_context(visit.language());
        provide_context(Here {
            path: visit.path().to_owned(),
            address: visit.address(),
            me: visit.me().cloned(),
            waiting: visit.waiting(),
        });
        provide_context(named.clone());
        render().to_html()
    });
    (html, named.take())
}

#[component]
fn Frame(said: Option<String>, content: AnyView) -> impl IntoView {
    view! {
        <a class="skip" href="#main">{text::t("frame.skip")}</a>
        <Masthead/>
        <main id="main" tabindex="-1">
            {said.map(|said| view! { <Flash said/> })}
            {content}
        </main>
        <Colophon/>
    }
    .into_any()
}

fn head(title: String, around: Around) -> Render {
    let title = match title.as_str() {
        "" => text::PRODUCT.to_owned(),
        title => format!("{title} · {}", text::PRODUCT),
    };
    Box::new(move || {
        let Around { assets, nonce, .. } = around;
        let css = assets.as_ref().map(|assets| assets.css.clone());
        view! {
            <meta charset="utf-8"/>
            <title>{title}</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <link rel="icon" href="data:,"/>
            <link rel="stylesheet" href=css/>
            {assets.map(|assets| view! { <Hydration assets nonce/> })}
        }
        .into_any()
    })
}

/// Loads the module. Leptos' own component copies the nonce into `crossorigin`, which breaks the preload in Firefox.
#[component]
fn Hydration(assets: Assets, nonce: String) -> impl IntoView {
    let Assets { js, wasm, .. } = assets;
    let script = format!("import({js:?}).then(door => door.default({{ module_or_path: {wasm:?} }}));");
    view! {
        <link rel="modulepreload" href=js nonce=nonce.clone()/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=nonce>{script}</script>
    }
    .into_any()
}

impl Around {
    /// What the document may load: its own files, and scripts that carry this answer's nonce.
    pub fn policy(&self) -> String {
        format!(
            "default-src 'none'; script-src 'nonce-{}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'; object-src 'none'",
            self.nonce
        )
    }
}
