//! Before-images: the records as they were, for as long as the contract promises to restore them.

use evidence::action::Action;
use evidence::commitment::Key;
use evidence::name::Name;
use evidence::receipt::{DecisionReceipt, Effect, Receipt};
use evidence::timestamp::Timestamp;
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::rows::{self, parse, signed};
use super::{Ledger, LedgerError};
use crate::registry::Tenant;

impl Ledger {
    /// The records as they were before an allowed write of this tenant; `None` if they were not kept, or no longer are.
    pub async fn image(
        &self,
        tenant: &Tenant,
        decision: &DecisionReceipt,
    ) -> Result<Option<String>, LedgerError> {
        let (seq, action) = (decision.entry.seq, &decision.action.id);
        Ok(read(&mut *self.reader().await?, tenant, seq, action).await?)
    }

    /// The last receipt after `since` by which a committed write changed the record of this key, where `action` found it.
    pub async fn last_write(
        &self,
        tenant: &Tenant,
        action: &Action,
        key: &Key,
        since: u64,
    ) -> Result<Option<u64>, LedgerError> {
        Ok(last_write(&mut *self.reader().await?, tenant, action, key, since).await?)
    }

    /// Forgets the before-images that nobody promised to keep any longer.
    pub async fn forget_images(&self) -> Result<(), LedgerError> {
        Ok(forget(&mut *self.reader().await?, self.clock.now()).await?)
    }
}

/// For what an image is encrypted: it opens for this action only.
pub(super) fn place(action: &Name) -> String {
    format!("image/{action}")
}

/// The image that was kept for a decision about `action`; `None` if there is none, or no longer.
async fn read(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    decision: u64,
    action: &Name,
) -> Result<Option<String>, Fault> {
    let row = sqlx::query("select body from images where log = $1 and decision = $2")
        .bind(tenant.log().to_string())
        .bind(signed(decision))
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    // What an erased secret had sealed is not there any more.
    let Ok(vault) = tenant.vault() else { return Ok(None) };
    let sealed: String = row.try_get("body")?;
    let bytes = vault.unseal(&place(action), &sealed).map_err(Fault::corrupt)?;
    String::from_utf8(bytes.to_vec()).map(Some).map_err(Fault::corrupt)
}

/// The last receipt after `since` by which a committed write changed this record.
async fn last_write(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    action: &Action,
    key: &Key,
    since: u64,
) -> Result<Option<u64>, Fault> {
    let rows = sqlx::query(
        "select body from receipts where log = $1 and kind = 'outcome' and seq > $2 and target = $3 \
         and operation = 'COMMITTED' order by seq desc",
    )
    .bind(tenant.log().to_string())
    .bind(signed(since))
    .bind(action.table.to_string())
    .fetch_all(&mut *connection)
    .await?;
    for row in &rows {
        let (Receipt::Outcome(outcome), _) = parse(&row.try_get::<String, _>("body")?)? else { continue };
        let changed = |effect: &Effect| effect.key == *key && effect.before != effect.after;
        if outcome.decision.seq == since || !outcome.records.iter().any(changed) {
            continue;
        }
        let decided = rows::decided(connection, tenant.log().as_str(), outcome.decision.seq).await?;
        if decided.decision.receipt().action.connector == action.connector {
            return Ok(Some(outcome.entry.seq));
        }
    }
    Ok(None)
}

/// Forgets the images that nobody promised to keep beyond `now`. As long as there are none, nothing has to be written.
async fn forget(connection: &mut AnyConnection, now: Timestamp) -> Result<(), Fault> {
    let one = sqlx::query("select log from images where kept_until <= $1 limit 1").bind(now.micros());
    if one.fetch_optional(&mut *connection).await?.is_some() {
        let all = sqlx::query("delete from images where kept_until <= $1").bind(now.micros());
        all.execute(connection).await?;
    }
    Ok(())
}
