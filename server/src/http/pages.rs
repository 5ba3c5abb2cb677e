//! The portal's pages: who asks is found out here, and whether the door is theirs to open; what is behind it is `app`'s.

mod cookie;
mod house;
mod single_sign_on;
mod tail;

use std::net::SocketAddr;
use std::sync::Arc;

use app::document::{self, Answer, Around, Assets, Page};
use app::doors::{Behind, Door, Method, doors};
use app::portal::{Deed, Login, Refusal, Sample};
use app::visit::{Brought, Form, See, Session, Visit, query};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use evidence::digest::to_base64url;

use super::limits::MAX_BODY_BYTES;
use super::site::Site;
use crate::portal::{Faces, Portal, Visitor};
use crate::problem::Problem;

/// The pages of a portal. A clone is another handle on the same ones.
#[derive(Clone)]
pub struct Pages(Arc<Inside>);

struct Inside {
    portal: Portal,
    faces: Faces,
    assets: Option<Assets>,
}

impl Pages {
    /// The pages of `portal`, which visitors reach under `address`, with these ready-made writes.
    pub fn new(portal: Portal, address: String, samples: Vec<Sample>, everybody: Option<Visitor>) -> Self {
        let faces = Faces::new(portal.clone(), address, samples, everybody);
        Self::of(portal, faces)
    }

    /// The same of a demo, with the people to choose from.
    pub fn demo(portal: Portal, address: String, samples: Vec<Sample>, people: Vec<Login>) -> Self {
        let faces = Faces::demo(portal.clone(), address, samples, people);
        Self::of(portal, faces)
    }

    fn of(portal: Portal, faces: Faces) -> Self {
        let assets = assets(&portal.site);
        Self(Arc::new(Inside { portal, faces, assets }))
    }

    /// A route for each door.
    pub(super) fn router(&self) -> Router<Portal> {
        let mut router = Router::new();
        for door in doors() {
            router = router.route(door.path, self.at(door));
        }
        let missing = self.clone();
        router.fallback(move |request: Request| async move { missing.missing(request).await })
    }

    fn at(&self, door: &'static Door) -> MethodRouter<Portal> {
        let pages = self.clone();
        let answer = move |place: RawPathParams, request: Request| async move {
            Box::pin(pages.answer(door, place, request)).await
        };
        match door.method {
            Method::Get => get(answer),
            Method::Post => post(answer),
        }
    }

    /// What comes of a request: an answer, or why there is none.
    async fn answer(
        &self,
        door: &'static Door,
        place: RawPathParams,
        request: Request,
    ) -> Result<Response, Problem> {
        let (parts, body) = request.into_parts();
        if door.method == Method::Post && !is_same_origin(&parts.headers) {
            return Err(Problem::CrossSite);
        }
        let visitor = self.0.faces.visitor(cookie::session_of(&parts.headers)).await?;
        let visitor = match (visitor, &door.behind) {
            (Some(visitor), Behind::Page(_) | Behind::Form(..)) => Some(self.0.faces.counted(visitor).await),
            (visitor, _) => visitor,
        };
        let place = place.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let visit = self.visit(&parts, place, visitor.as_ref());
        let around = self.around(&parts.headers)?;
        if let Err(refusal) = admit(door, &visit) {
            return Ok(turned_away(door, refusal, &parts, &visit, &around));
        }
        match door.behind {
            Behind::Page(_) => Ok(shown(document::open(door, visit, &around).await, &around)),
            Behind::Form(..) => {
                let form = form(&parts.headers, body).await?;
                // Somebody who closes the page does not cut in half what the form does.
                let sender = around.clone();
                let sent = tokio::spawn(async move { document::send(door, visit, form, &sender).await });
                match sent.await.map_err(|_| Problem::Internal)? {
                    Answer::See(see) => {
                        self.note_browser(&see, &parts.headers).await?;
                        Ok(onward(&see))
                    }
                    Answer::Page(page) => Ok(shown(page, &around)),
                }
            }
            Behind::House => house::answer(door, &self.0.portal, &self.0.faces, visitor, &visit, parts).await,
        }
    }

    /// However a session has begun, its member tells it from others by what the browser says of itself.
    async fn note_browser(&self, see: &See, headers: &HeaderMap) -> Result<(), Problem> {
        let Session::Begins(secret) = &see.session else { return Ok(()) };
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(self.0.portal.accounts.begun_by(secret, agent.unwrap_or_default()).await?)
    }

    fn visit(&self, parts: &Parts, place: Vec<(String, String)>, visitor: Option<&Visitor>) -> Visit {
        Visit::new(Brought {
            path: parts.uri.path().to_owned(),
            place,
            query: query::pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            language: cookie::language(&parts.headers),
            lobby: self.0.faces.lobby(),
            signed_in: visitor.map(|visitor| self.0.faces.of(visitor)),
            from: self.from(parts),
            secret: cookie::session_of(&parts.headers).map(str::to_owned),
            rejected: None,
        })
    }

    /// The address of whoever asks, as far as it is known.
    fn from(&self, parts: &Parts) -> String {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        peer.map_or_else(String::new, |ConnectInfo(peer)| {
            self.0.portal.proxies.visitor(*peer, &parts.headers).to_string()
        })
    }

    fn around(&self, headers: &HeaderMap) -> Result<Around, Problem> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| Problem::Internal)?;
        Ok(Around { assets: self.0.assets.clone(), nonce: to_base64url(&nonce), said: cookie::said(headers) })
    }

    /// Programs get a problem, people a page.
    async fn missing(&self, request: Request) -> Result<Response, Problem> {
        let (parts, _) = request.into_parts();
        let accepts = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        if parts.method != axum::http::Method::GET
            || !accepts.is_some_and(|kinds| kinds.contains("text/html"))
        {
            return Err(Problem::NotFound);
        }
        let visitor = self.0.faces.visitor(cookie::session_of(&parts.headers)).await?;
        let visit = self.visit(&parts, Vec::new(), visitor.as_ref());
        let around = self.around(&parts.headers)?;
        Ok(shown(document::refuse(Refusal::NotFound, &visit, &around), &around))
    }
}

fn assets(site: &Site) -> Option<Assets> {
    let path = |name| site.entry(name).map(|entry| format!("/{}", entry.file));
    Some(Assets { css: path("main.css")?, js: path("portal.js")?, wasm: path("portal.wasm")? })
}

/// Whether this visitor may open the door.
fn admit(door: &Door, visit: &Visit) -> Result<(), Refusal> {
    match (door.deed, visit.me()) {
        (Deed::Anyone, _) => Ok(()),
        (_, None) => Err(Refusal::SignedOut),
        (deed, Some(me)) if me.role.may(deed) => Ok(()),
        (_, Some(_)) => Err(Refusal::Forbidden),
    }
}

/// Whoever is not signed in and only wants to look is asked to sign in, and then looks.
fn turned_away(door: &Door, refusal: Refusal, parts: &Parts, visit: &Visit, around: &Around) -> Response {
    let is_page = matches!(door.behind, Behind::Page(_));
    if refusal == Refusal::SignedOut && is_page {
        let wanted = parts.uri.path_and_query().map_or("/", |address| address.as_str());
        return Redirect::to(&query::address("/sign-in", [("to", wanted)])).into_response();
    }
    shown(document::refuse(refusal, visit, around), around)
}

fn shown(page: Page, around: &Around) -> Response {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Html(page.html)).into_response();
    let headers = response.headers_mut();
    if page.is_fragment {
        return response;
    }
    if let Ok(policy) = HeaderValue::try_from(around.policy()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if around.said.is_some() {
        headers.append(header::SET_COOKIE, cookie::nothing_said());
    }
    response
}

fn onward(see: &See) -> Response {
    let mut response = Redirect::to(&see.location).into_response();
    let said = see.said.map(cookie::say);
    let session = match &see.session {
        Session::Begins(secret) => Some(cookie::session(secret)),
        Session::Ends => Some(cookie::no_session()),
        Session::Stays => None,
    };
    let language = see.language.map(cookie::choose);
    for cookie in said.into_iter().chain(session).chain(language) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn form(headers: &HeaderMap, body: Body) -> Result<Form, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::malformed("body", "The body must be a form, as a page of the portal sends it."));
    }
    let bytes = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| Problem::TooLarge)?;
    Ok(Form::new(query::pairs(&bytes)))
}

/// Whether a form was sent by one of this portal's own pages. Browsers say so; who does not say it has no page of ours open.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text("host"),
        (None, None) => false,
    }
}
