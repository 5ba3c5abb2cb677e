//! `/tenants/{tenant}/receipts/stream`: the lines of a log's table as its receipts are recorded, for a page that is open.

use app::document;
use app::portal::Filter;
use app::visit::Visit;
use axum::http::request::Parts;
use axum::response::Response;

use super::cookie;
use crate::http::live::{self, Live};
use crate::ledger::{Ledger, ReceiptQuery, Row};
use crate::portal::{Faces, Portal, Visitor, lines};
use crate::problem::Problem;
use crate::registry::Tenant;

/// Answers a page that follows.
pub async fn answer(
    portal: &Portal,
    faces: &Faces,
    visitor: Option<Visitor>,
    visit: &Visit,
    parts: &Parts,
) -> Result<Response, Problem> {
    let visitor = visitor.ok_or(Problem::Unauthorized)?;
    let name = visit.name("tenant").map_err(|_| Problem::TenantUnknown)?;
    let tenant = visitor.desk.tenant(&name).await?.ok_or(Problem::TenantUnknown)?;
    let size = portal.ledger.size(&tenant).await?;
    let first = live::first(&parts.headers, visit.query("next"), size)?;
    if tenant.is_erased() {
        return Err(Problem::TenantErased);
    }
    let filter = Filter::asked(|name| visit.query(name));
    let place = portal.streams.take(format!("member {}", visitor.me.id))?;
    let person = Person {
        ledger: portal.ledger.clone(),
        faces: faces.clone(),
        secret: cookie::session_of(&parts.headers).map(str::to_owned),
        visit: visit.clone(),
        question: lines::question(&filter),
        filter,
        tenant: tenant.clone(),
    };
    Ok(live::answer(portal.ledger.follow(&tenant, first), place, person))
}

/// A person with a page open, for as long as the session lasts and the person may read receipts of this tenant.
struct Person {
    ledger: Ledger,
    faces: Faces,
    secret: Option<String>,
    visit: Visit,
    filter: Filter,
    /// Nothing, if nothing can match.
    question: Option<ReceiptQuery>,
    tenant: Tenant,
}

impl Live for Person {
    async fn may(&self) -> bool {
        let Ok(Some(visitor)) = self.faces.visitor(self.secret.as_deref()).await else { return false };
        let tenant = visitor.desk.tenant(self.tenant.name()).await;
        visitor.me.role.may(app::portal::Deed::ReadReceipts) && tenant.is_ok_and(|tenant| tenant.is_some())
    }

    async fn text(&self, row: Row) -> Result<Option<String>, Problem> {
        if !self.question.as_ref().is_some_and(|question| question.admits(&row)) {
            return Ok(None);
        }
        let receipt = lines::read(row.bytes.as_bytes()).map_err(|_| Problem::Internal)?;
        if !self.filter.admits(&receipt) {
            return Ok(None);
        }
        let line = lines::line(&self.ledger, &receipt).await?;
        Ok(Some(document::line(&self.visit, self.tenant.name().to_string(), line)))
    }
}
