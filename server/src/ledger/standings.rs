//! Who may act at the moment, as a log says it.

use evidence::receipt::{Receipt, StandingReceipt, StandingState, StandingSubject};
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::rows::{parse, signed};
use super::{Ledger, LedgerError};
use crate::registry::Tenant;

/// How many receipts are looked at at once.
const PAGE: usize = 32;

impl Ledger {
    /// The last word of a tenant's log on everybody whose standing it ever changed, newest first.
    pub async fn standings(&self, tenant: &Tenant) -> Result<Vec<StandingReceipt>, LedgerError> {
        let statement = "select body from receipts where log = $1 and kind = 'standing' and seq < $2 \
                         order by seq desc limit 32";
        Ok(read(&mut *self.reader().await?, tenant, statement, usize::MAX).await?)
    }

    /// The receipts by which the tenant, or everything with it, is stopped at the moment; none if it is not.
    pub async fn stopped(&self, tenant: &Tenant) -> Result<Vec<StandingReceipt>, LedgerError> {
        let statement = "select body from receipts where log = $1 and kind = 'standing' and seq < $2 \
                         and agent is null order by seq desc limit 32";
        // The tenant itself, and the whole portal.
        let mut last = read(&mut *self.reader().await?, tenant, statement, 2).await?;
        last.retain(|standing| standing.state == StandingState::Stopped);
        last.retain(|standing| !matches!(standing.subject, StandingSubject::Agent(_)));
        Ok(last)
    }
}

/// The last word on each subject, newest first, until `enough` of them are known. The statement gives pages of [`PAGE`].
async fn read(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    statement: &'static str,
    enough: usize,
) -> Result<Vec<StandingReceipt>, Fault> {
    let mut last: Vec<StandingReceipt> = Vec::new();
    let mut before = i64::MAX;
    loop {
        let page = sqlx::query(statement).bind(tenant.log().to_string()).bind(before);
        let rows = page.fetch_all(&mut *connection).await?;
        for row in &rows {
            let (Receipt::Standing(standing), _) = parse(&row.try_get::<String, _>("body")?)? else {
                return Err(Fault::corrupt("a receipt about standing is another one"));
            };
            before = signed(standing.entry.seq);
            if last.iter().all(|known| known.subject != standing.subject) {
                last.push(standing);
            }
        }
        if last.len() >= enough || rows.len() < PAGE {
            return Ok(last);
        }
    }
}
