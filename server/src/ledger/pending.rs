//! What has to be finished after a crash: allowed decisions without an outcome.

use evidence::name::Name;
use evidence::receipt::DecisionReceipt;
use evidence::timestamp::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::answer::PendingEffect;
use super::fault::Fault;
use super::rows::{decision, signed};
use super::{Ledger, LedgerError};
use crate::registry::{TENANT_COLUMNS, Tenant};
use crate::vault::Vault;

impl Ledger {
    /// What the effect of an allowed decision of this tenant needs; `None` if it is settled.
    pub async fn effect(
        &self,
        tenant: &Tenant,
        decision: &DecisionReceipt,
    ) -> Result<Option<String>, LedgerError> {
        let (seq, action) = (decision.entry.seq, &decision.action.id);
        Ok(effect(&mut *self.reader().await?, tenant, seq, action).await?)
    }
}

/// For what an effect is encrypted: it opens for this action only.
pub(super) fn place(action: &Name) -> String {
    format!("effect/{action}")
}

/// Reads what is pending, oldest first in each log.
pub(super) async fn read(
    connection: &mut AnyConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<Vec<PendingEffect>, Fault> {
    let text = format!(
        "select e.action, e.body as effect, r.body as receipt, {TENANT_COLUMNS} from effects e \
         join receipts r on r.log = e.log and r.seq = e.decision join tenants t on t.log = e.log \
         where e.due <= $1 order by e.log, e.decision"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(text)).bind(now.micros()).fetch_all(connection).await?;
    rows.iter().map(|row| pending(row, vault)).collect()
}

/// What the effect of one decision needs, if it is not settled.
async fn effect(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    decision: u64,
    action: &Name,
) -> Result<Option<String>, Fault> {
    let row = sqlx::query("select body from effects where log = $1 and decision = $2")
        .bind(tenant.log().to_string())
        .bind(signed(decision))
        .fetch_optional(connection)
        .await?;
    let sealed = row.map(|row| row.try_get::<Option<String>, _>("body")).transpose()?.flatten();
    sealed.map(|sealed| open(tenant, action, &sealed)).transpose()
}

fn open(tenant: &Tenant, action: &Name, sealed: &str) -> Result<String, Fault> {
    let bytes =
        tenant.vault().map_err(Fault::corrupt)?.unseal(&place(action), sealed).map_err(Fault::corrupt)?;
    String::from_utf8(bytes.to_vec()).map_err(Fault::corrupt)
}

fn pending(row: &AnyRow, vault: &Vault) -> Result<PendingEffect, Fault> {
    let tenant = Tenant::from_row(row, vault).map_err(Fault::corrupt)?;
    let action: Name = row.try_get::<String, _>("action")?.parse().map_err(Fault::corrupt)?;
    let sealed: Option<String> = row.try_get("effect")?;
    let effect = sealed.map(|sealed| open(&tenant, &action, &sealed));
    let decision = decision(&row.try_get::<String, _>("receipt")?)?;
    Ok(PendingEffect { decision, effect: effect.transpose()?, action, tenant })
}
