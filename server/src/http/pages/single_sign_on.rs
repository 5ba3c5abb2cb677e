//! `/sign-in/with` and `/sign-in/return`: to the provider and back.
//!
//! It is a link and no form, because browsers hold a form's policy against every address that it is passed on to, and where a
//! provider passes people on to is its own affair.

use app::portal::NotSignedOn;
use app::visit::{Visit, local, query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::cookie;
use crate::accounts::{Returned, SingleSignOn};
use crate::problem::Problem;

/// Sends the visitor to the provider.
pub async fn send(
    portal: Option<&SingleSignOn>,
    address: &str,
    visit: &Visit,
    parts: &Parts,
) -> Result<Response, Problem> {
    let sign_on = portal.ok_or(Problem::NotFound)?;
    let onward = local(visit.query("to").unwrap_or_default());
    if !is_ours(parts) {
        return Ok(Redirect::to(&query::address("/sign-in", [("to", onward)])).into_response());
    }
    Ok(match sign_on.send(address, onward).await {
        Ok(sent) => with(Redirect::to(&sent.location), [cookie::away(&sent.secret)]),
        Err(reason) => refused(reason, onward),
    })
}

/// Takes the visitor back.
pub async fn take_back(
    portal: Option<&SingleSignOn>,
    address: &str,
    visit: &Visit,
    parts: &Parts,
) -> Result<Response, Problem> {
    let sign_on = portal.ok_or(Problem::NotFound)?;
    let text = |name| visit.query(name).map(str::to_owned);
    let returned = Returned {
        state: text("state").unwrap_or_default(),
        code: text("code"),
        error: text("error"),
        issuer: text("iss"),
    };
    let back = sign_on.take_back(address, cookie::departure_of(&parts.headers), returned).await;
    Ok(match back.map(|back| (back.session, back.onward)) {
        Ok((Ok(session), onward)) => {
            with(Redirect::to(local(&onward)), [cookie::session(&session), cookie::back()])
        }
        Ok((Err(reason), onward)) => with(refused(reason, local(&onward)), [cookie::back()]),
        Err(reason) => refused(reason, "/"),
    })
}

/// Whether a page of the portal, or the person, opened this: no other site signs anybody in.
fn is_ours(parts: &Parts) -> bool {
    let site = parts.headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    site.is_none_or(|site| ["same-origin", "none"].contains(&site))
}

/// Back to the sign-in page, which says why.
fn refused(reason: NotSignedOn, onward: &str) -> Response {
    let words = [("refused", reason.word()), ("to", onward)];
    Redirect::to(&query::address("/sign-in", words)).into_response()
}

fn with<const N: usize>(answer: impl axum::response::IntoResponse, cookies: [HeaderValue; N]) -> Response {
    let mut response = answer.into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
