//! The portal's pages: rendered here, answered by whoever stands behind the visitor.

use app::App;
use app::portal::SharedPortal;
use app::shell::{Assets, shell};
use app::try_form::{self, Rejected};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes as _, generate_route_list, render_app_async_with_context};

use super::pack;
use super::path::Path;
use super::receipts::Parameters;
use super::site::Site;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::registry::Desk;

/// Who visits the pages: what they may ask, and the desk behind it.
#[derive(Clone)]
pub struct Visitor {
    /// The desk.
    pub desk: Desk,
    /// What the pages may ask.
    pub face: SharedPortal,
}

/// The pages, for this visitor. A page that asks for more than the visitor may have says so.
pub fn router(portal: Portal, visitor: Option<Visitor>) -> Router<Portal> {
    let options = LeptosOptions::builder().output_name("portal").build();
    let context = context(&portal.site, visitor.as_ref());
    let rendered = context.clone();
    let (sender, reader) = (visitor.clone(), visitor);
    Router::new()
        .route("/try", post(move |headers: HeaderMap, form| send(sender, context, headers, form)))
        .route("/tenants/{tenant}/pack", get(move |at, parameters| pack(portal, reader, at, parameters)))
        .leptos_routes_with_context(&options, generate_route_list(App), rendered.clone(), shell)
        .fallback(move |request: Request| missing(rendered, request))
        .with_state(options)
}

/// What is in a page's context.
fn context(site: &Site, visitor: Option<&Visitor>) -> impl Fn() + Clone + Send + Sync + 'static {
    let face = visitor.map(|visitor| visitor.face.clone());
    let assets = assets(site);
    move || {
        if let Some(face) = face.clone() {
            provide_context::<SharedPortal>(face);
        }
        if let Some(assets) = assets.clone() {
            provide_context(assets);
        }
    }
}

fn assets(site: &Site) -> Option<Assets> {
    let path = |name| site.entry(name).map(|entry| format!("/{}", entry.file));
    Some(Assets { css: path("main.css")?, js: path("portal.js")?, wasm: path("portal.wasm")? })
}

/// Programs get a problem, people a page.
async fn missing(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    let wants_page = request.method() == axum::http::Method::GET
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
    if !wants_page {
        return Problem::NotFound.into_response();
    }
    let mut response = render_app_async_with_context(context, shell)(request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// `POST /try`
async fn send(
    visitor: Option<Visitor>,
    context: impl Fn() + Clone + Send + Sync + 'static,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    if !is_same_origin(&headers) {
        return Problem::CrossSite.into_response();
    }
    let Some(visitor) = visitor else { return Problem::Unauthorized.into_response() };
    let pairs = match form {
        Ok(Form(pairs)) => pairs,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return Problem::TooLarge.into_response();
        }
        Err(_) => return Problem::malformed("body", "The body must be a form in UTF-8.").into_response(),
    };
    match try_form::submit(visitor.face.as_ref(), pairs).await {
        Ok(location) => Redirect::to(&location).into_response(),
        Err(rejected) => again(context, rejected).await,
    }
}

/// The form as it was, with what is wrong.
async fn again(context: impl Fn() + Clone + Send + Sync + 'static, rejected: Rejected) -> Response {
    let status = StatusCode::from_u16(rejected.refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let context = move || {
        context();
        provide_context(rejected.clone());
    };
    let mut page = Request::new(Body::empty());
    *page.uri_mut() = axum::http::Uri::from_static("/try");
    let mut response = render_app_async_with_context(context, shell)(page).await;
    *response.status_mut() = status;
    response
}

/// `GET /tenants/{tenant}/pack`
async fn pack(
    portal: Portal,
    visitor: Option<Visitor>,
    Path(tenant): Path<String>,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let desk = visitor.ok_or(Problem::Unauthorized)?.desk;
    let name = tenant.parse().map_err(|_| Problem::TenantUnknown)?;
    let tenant = desk.tenant(&name).await?.ok_or(Problem::TenantUnknown)?;
    pack::answer(&portal, desk.vendor(), &tenant, parameters).await
}

/// Whether a form was sent by one of this portal's own pages. Browsers say so; what is no browser says nothing, and has no
/// visitor's authority to misuse.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text("host"),
        (None, None) => true,
    }
}
