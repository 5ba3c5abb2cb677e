//! What is behind the doors that lead to no page.

use app::doors::Door;
use app::portal::AskedChanges;
use app::visit::Visit;
use axum::body::Body;
use axum::extract::Query;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use futures_util::stream;

use super::{single_sign_on, tail};
use crate::audit;
use crate::http::pack;
use crate::ledger::LedgerError;
use crate::portal::{Faces, Portal, Visitor};
use crate::problem::Problem;
use evidence::name::Name;

/// Answers at `door`, which was opened for this visitor.
pub async fn answer(
    door: &Door,
    portal: &Portal,
    faces: &Faces,
    visitor: Option<Visitor>,
    visit: &Visit,
    parts: Parts,
) -> Result<Response, Problem> {
    match door.path {
        "/sign-in/with" => {
            let (sign_on, address) = (portal.single_sign_on.as_ref(), faces.address());
            Box::pin(single_sign_on::send(sign_on, address, visit, &parts)).await
        }
        "/sign-in/return" => {
            let (sign_on, address) = (portal.single_sign_on.as_ref(), faces.address());
            Box::pin(single_sign_on::take_back(sign_on, address, visit, &parts)).await
        }
        "/tenants/{tenant}/pack" => pack_of(portal, visitor, visit, &parts).await,
        "/audit.csv" => changes_of(portal, visitor, visit),
        "/tenants/{tenant}/receipts/stream" => tail::answer(portal, faces, visitor, visit, &parts).await,
        _ => Err(Problem::NotFound),
    }
}

async fn pack_of(
    portal: &Portal,
    visitor: Option<Visitor>,
    visit: &Visit,
    parts: &Parts,
) -> Result<Response, Problem> {
    let desk = visitor.ok_or(Problem::Unauthorized)?.desk;
    let name = visit.name("tenant").map_err(|_| Problem::TenantUnknown)?;
    let tenant = desk.tenant(&name).await?.ok_or(Problem::TenantUnknown)?;
    pack::answer(portal, desk.vendor(), &tenant, Query::try_from_uri(&parts.uri)).await
}

/// How many changes are read at once for an export.
const AT_ONCE: usize = 500;

/// Every change that the filters ask for, read and sent piece by piece, however many there are.
fn changes_of(portal: &Portal, visitor: Option<Visitor>, visit: &Visit) -> Result<Response, Problem> {
    let vendor = visitor.ok_or(Problem::Unauthorized)?.desk.vendor().name.clone();
    let asked = AskedChanges { before: None, ..AskedChanges::asked(|name| visit.query(name)) };
    let name = format!("attachment; filename=\"{vendor}-audit.csv\"");
    let export = Export { audit: portal.audit.clone(), vendor, asked: Some(asked), has_begun: false };
    let body = Body::from_stream(stream::try_unfold(export, |export| Box::pin(export.piece())));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// An export that goes on.
struct Export {
    audit: audit::Audit,
    vendor: Name,
    /// What comes next; nothing, if that was all.
    asked: Option<AskedChanges>,
    has_begun: bool,
}

impl Export {
    async fn piece(mut self) -> Result<Option<(String, Self)>, LedgerError> {
        let Some(asked) = self.asked.take() else { return Ok(None) };
        let (changes, older) = self.audit.lines(&self.vendor, &asked, AT_ONCE).await?;
        let mut text = if self.has_begun { String::new() } else { audit::HEAD.to_owned() };
        text.extend(changes.iter().map(audit::line));
        self.has_begun = true;
        self.asked = older.map(|before| AskedChanges { before: Some(before), ..asked });
        Ok(Some((text, self)))
    }
}
