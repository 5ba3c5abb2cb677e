//! What waited for people and was decided lately.

use std::collections::BTreeSet;

use evidence::action::Citation;
use evidence::decision::Verdict;
use evidence::receipt::{ApprovalReceipt, Receipt};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::answer::{Recorded, StoredAction};
use super::fault::Fault;
use super::rows::{self, number, parse};
use super::{Ledger, LedgerError, parked};
use crate::registry::Tenant;

/// How many votes are looked at: an action has a few.
const VOTES: usize = 48;

impl Ledger {
    /// The actions of this tenant that waited for people and were decided lately, the latest first; at most `most`.
    pub async fn lately(&self, tenant: &Tenant, most: usize) -> Result<Vec<StoredAction>, LedgerError> {
        Ok(read(&mut *self.reader().await?, tenant, most).await?)
    }

    /// The votes on a decision of this tenant, in the order of the log.
    pub async fn votes(
        &self,
        tenant: &Tenant,
        decision: &Citation,
    ) -> Result<Vec<Recorded<ApprovalReceipt>>, LedgerError> {
        Ok(parked::votes(&mut *self.reader().await?, tenant, decision).await?)
    }
}

async fn read(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    most: usize,
) -> Result<Vec<StoredAction>, Fault> {
    let mut last = answered(connection, tenant).await?;
    last.extend(silent(connection, tenant, most).await?);
    let mut found = Vec::new();
    for decision in last.into_iter().rev() {
        let action = rows::decided(connection, tenant.log().as_str(), decision).await?;
        if action.decision.receipt().decision.verdict != Verdict::Escalate {
            found.push(action);
        }
        if found.len() == most {
            break;
        }
    }
    Ok(found)
}

/// The last decisions about what people voted on lately.
async fn answered(connection: &mut AnyConnection, tenant: &Tenant) -> Result<BTreeSet<u64>, Fault> {
    let text = format!(
        "select body from receipts where log = $1 and kind = 'approval' order by seq desc limit {VOTES}"
    );
    let votes =
        sqlx::query(AssertSqlSafe(text)).bind(tenant.log().to_string()).fetch_all(&mut *connection).await?;
    let mut asked = BTreeSet::new();
    for row in &votes {
        if let (Receipt::Approval(approval), _) = parse(&row.try_get::<String, _>("body")?)? {
            asked.insert(approval.decision.seq.to_string());
        }
    }
    if asked.is_empty() {
        return Ok(BTreeSet::new());
    }
    let asked: Vec<String> = asked.into_iter().collect();
    let text = format!(
        "select a.decision from receipts r join actions a on a.log = r.log and a.id = r.action \
         where r.log = $1 and r.seq in ({})",
        asked.join(", ")
    );
    let last = sqlx::query(AssertSqlSafe(text)).bind(tenant.log().to_string()).fetch_all(connection).await?;
    last.iter().map(|row| number(row, "decision")).collect()
}

/// The decisions about what nobody answered in time.
async fn silent(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    most: usize,
) -> Result<BTreeSet<u64>, Fault> {
    let text = format!(
        "select seq from receipts where log = $1 and code = 'APPROVAL_TIMEOUT' order by seq desc limit {most}"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(tenant.log().to_string()).fetch_all(connection).await?;
    rows.iter().map(|row| number(row, "seq")).collect()
}
