//! Somebody without scripts: opens addresses, sends forms, reads documents.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use app::App;
use app::portal::SharedPortal;
use app::shell::{Assets, shell};
use app::try_form::submit;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Form;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::fixture::Northwind;

/// One visitor of one portal.
pub struct Visitor {
    portal: SharedPortal,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub policy: Option<String>,
    pub html: String,
}

impl Visitor {
    pub fn new() -> Self {
        Self { portal: Arc::new(Northwind::new()) }
    }

    pub async fn open(&self, address: &str) -> Answer {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    pub async fn send(&self, address: &str, form: &str) -> Answer {
        let request =
            Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = router(self.portal.clone()).oneshot(request).await.unwrap();
        let text =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (location, policy) = (text(header::LOCATION), text(header::CONTENT_SECURITY_POLICY));
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        Answer { status, location, policy, html: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

impl Answer {
    /// The document without the data that hydration starts from, which is never parsed as markup.
    pub fn body(&self) -> String {
        let mut rest = self.html.as_str();
        let mut body = String::new();
        while let Some((before, script)) = rest.split_once("<script nonce=") {
            body.push_str(before);
            rest = script.split_once("</script>").map_or("", |(_, after)| after);
        }
        body + rest
    }

    /// The words alone.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let body = self.body();
        for piece in body.replace("<!>", "").split('<') {
            let words = piece.split_once('>').map_or(piece, |(_, words)| words);
            text.push_str(words);
        }
        text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
    }
}

fn router(portal: SharedPortal) -> Router {
    let options = LeptosOptions::builder().output_name("portal").build();
    let context = provided(portal.clone());
    Router::new()
        .route("/try", axum::routing::post(move |form| send(portal.clone(), form)))
        .leptos_routes_with_context(&options, generate_route_list(App), context.clone(), shell)
        .fallback(move |request: Request<Body>| render_app_async_with_context(context, shell)(request))
        .with_state(options)
}

fn provided(portal: SharedPortal) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        provide_context::<SharedPortal>(portal.clone());
        provide_context(Assets {
            css: "/pkg/main.css".to_owned(),
            js: "/pkg/portal.js".to_owned(),
            wasm: "/pkg/portal.wasm".to_owned(),
        });
    }
}

async fn send(portal: SharedPortal, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    match submit(portal.as_ref(), pairs).await {
        Ok(location) => Redirect::to(&location).into_response(),
        Err(rejected) => {
            let context = provided(portal);
            let context = move || {
                context();
                provide_context(rejected.clone());
            };
            let page = Request::get("/try").body(Body::empty()).unwrap();
            let response: Response =
                render_app_async_with_context(context, shell)(page).await.into_response();
            assert_ne!(response.status(), StatusCode::OK);
            response
        }
    }
}

/// Text as a form sends it.
pub fn percent(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

/// Runs a story, one after the other. All of them share one runtime, as the pages of a server do: Leptos starts its tasks on
/// the first one it meets.
pub fn visit(story: impl Future<Output = ()>) {
    static RUNTIME: LazyLock<Mutex<Runtime>> = LazyLock::new(|| Mutex::new(Runtime::new().unwrap()));
    RUNTIME.lock().unwrap_or_else(PoisonError::into_inner).block_on(story);
}
