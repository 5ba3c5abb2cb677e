//! What waits for people: escalated decisions, with what their effects will need.

use evidence::action::Citation;
use evidence::name::Name;
use evidence::receipt::{ApprovalReceipt, DecisionReceipt, Receipt};
use evidence::timestamp::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::answer::{Recorded, Waiting};
use super::fault::Fault;
use super::request::Kept;
use super::rows::{decision, number, parse, signed};
use super::{Ledger, LedgerError};
use crate::registry::{TENANT_COLUMNS, Tenant};
use crate::vault::Vault;

impl Ledger {
    /// What waits for people in a tenant's log, the most urgent first.
    pub async fn waiting(&self, tenant: &Tenant) -> Result<Vec<Waiting>, LedgerError> {
        Ok(list(&mut *self.reader().await?, tenant).await?)
    }

    /// What nobody has answered in time, in any log.
    pub async fn overdue(&self) -> Result<Vec<(Tenant, Citation)>, LedgerError> {
        Ok(due(&mut *self.reader().await?, &self.vault, self.clock.now()).await?)
    }
}

/// One decision that waits.
pub(super) struct Parked {
    pub decision: Recorded<DecisionReceipt>,
    pub kept: Kept,
}

/// The decision with this number in this log, if it waits.
pub(super) async fn find(
    connection: &mut AnyConnection,
    log: &Name,
    seq: u64,
) -> Result<Option<Parked>, Fault> {
    let row = sqlx::query(
        "select r.body as receipt, p.body, p.image from parked p join receipts r on r.log = p.log and r.seq = p.decision \
         where p.log = $1 and p.decision = $2",
    )
    .bind(log.to_string())
    .bind(signed(seq))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kept = Kept { effect: row.try_get("body")?, image: row.try_get("image")? };
    Ok(Some(Parked { decision: decision(&row.try_get::<String, _>("receipt")?)?, kept }))
}

/// What waits in a tenant's log, the most urgent first.
async fn list(connection: &mut AnyConnection, tenant: &Tenant) -> Result<Vec<Waiting>, Fault> {
    let rows = sqlx::query(
        "select r.body, p.expires_at from parked p join receipts r on r.log = p.log and r.seq = p.decision \
         where p.log = $1 order by p.expires_at, p.decision",
    )
    .bind(tenant.log().to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in &rows {
        let expires_at: i64 = row.try_get("expires_at")?;
        let decision = decision(&row.try_get::<String, _>("body")?)?;
        waiting.push(Waiting {
            votes: votes(connection, tenant, &decision.citation()).await?,
            expires_at: Timestamp::from_micros(expires_at).ok_or_else(|| Fault::corrupt("a time"))?,
            tenant: tenant.clone(),
            decision,
        });
    }
    Ok(waiting)
}

/// The decisions of every log whose time to answer is over at `now`.
async fn due(
    connection: &mut AnyConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<Vec<(Tenant, Citation)>, Fault> {
    let text = format!(
        "select p.decision, p.receipt, {TENANT_COLUMNS} from parked p join tenants t on t.log = p.log \
         where p.expires_at <= $1 order by p.log, p.decision"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(text)).bind(now.micros()).fetch_all(connection).await?;
    let due = |row: &AnyRow| {
        let receipt = row.try_get::<String, _>("receipt")?.parse().map_err(Fault::corrupt)?;
        let cited = Citation { receipt, seq: number(row, "decision")? };
        Ok((Tenant::from_row(row, vault).map_err(Fault::corrupt)?, cited))
    };
    rows.iter().map(due).collect()
}

/// The votes on a decision, in the order of the log.
pub(super) async fn votes(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    decision: &Citation,
) -> Result<Vec<Recorded<ApprovalReceipt>>, Fault> {
    votes_in(connection, tenant.log(), decision).await
}

/// The same of a log.
pub(super) async fn votes_in(
    connection: &mut AnyConnection,
    log: &Name,
    decision: &Citation,
) -> Result<Vec<Recorded<ApprovalReceipt>>, Fault> {
    let rows = sqlx::query(
        "select body from receipts where log = $1 and kind = 'approval' and seq > $2 order by seq",
    )
    .bind(log.to_string())
    .bind(signed(decision.seq))
    .fetch_all(connection)
    .await?;
    let mut votes = Vec::new();
    for row in &rows {
        if let (Receipt::Approval(approval), signed) = parse(&row.try_get::<String, _>("body")?)?
            && approval.decision == *decision
        {
            votes.push(Recorded::new(approval, signed));
        }
    }
    Ok(votes)
}
