//! Whether a tenant is stopped, as its log says.

use evidence::receipt::{Receipt, StandingReceipt, StandingState, StandingSubject};
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::rows::{parse, signed};
use super::{Ledger, LedgerError};
use crate::registry::Tenant;

/// How many receipts are looked at at once.
const PAGE: u32 = 32;

impl Ledger {
    /// The receipts by which the tenant, or everything with it, is stopped at the moment; none if it is not.
    pub async fn stopped(&self, tenant: &Tenant) -> Result<Vec<StandingReceipt>, LedgerError> {
        Ok(read(&mut *self.reader().await?, tenant).await?)
    }
}

/// What was said last of the tenant and of the whole portal, if it was to stop.
async fn read(connection: &mut AnyConnection, tenant: &Tenant) -> Result<Vec<StandingReceipt>, Fault> {
    let mut last: Vec<StandingReceipt> = Vec::new();
    let mut before = i64::MAX;
    loop {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "select body from receipts where log = $1 and kind = 'standing' and seq < $2 and agent is null \
             order by seq desc limit {PAGE}"
        )))
        .bind(tenant.log().to_string())
        .bind(before)
        .fetch_all(&mut *connection)
        .await?;
        for row in &rows {
            let (Receipt::Standing(standing), _) = parse(&row.try_get::<String, _>("body")?)? else {
                continue;
            };
            before = signed(standing.entry.seq);
            let is_known = last.iter().any(|known| known.subject == standing.subject);
            if !is_known && !matches!(standing.subject, StandingSubject::Agent(_)) {
                last.push(standing);
            }
        }
        if last.len() == 2 || rows.len() < PAGE as usize {
            break;
        }
    }
    last.retain(|standing| standing.state == StandingState::Stopped);
    Ok(last)
}
