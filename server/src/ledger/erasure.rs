//! Erases what only one tenant's secret opens, by erasing the secret.

use sqlx::{AnyConnection, Connection as _};

use super::fault::Fault;
use super::{Ledger, LedgerError};
use crate::registry::{ERASED, Tenant};
use crate::store::Store;

impl Ledger {
    /// How many effects of the tenant have no outcome yet.
    pub async fn pending_of(&self, tenant: &Tenant) -> Result<u64, LedgerError> {
        Ok(pending(&mut *self.reader().await?, tenant).await?)
    }

    /// Erases the tenant's secret for good, unless effects are pending, whose outcome could then never be told. Says how
    /// many there are.
    pub async fn erase(&self, tenant: &Tenant) -> Result<u64, LedgerError> {
        let connection = self.store.connect().await.map_err(Fault::from)?;
        Ok(erase(&self.store, connection, tenant).await?)
    }
}

async fn erase(store: &Store, mut connection: AnyConnection, tenant: &Tenant) -> Result<u64, Fault> {
    let log = tenant.log().as_str();
    store.overwrite_deleted(&mut connection).await?;
    let nothing = store.rows("select 1".into());
    let (mut begun, _) = store.begin(connection, std::iter::once(log), nothing).await?;
    let pending = pending(begun.connection(), tenant).await?;
    if pending > 0 {
        return Ok(pending);
    }
    let erase =
        sqlx::query("update tenants set secret = $1 where log = $2").bind(ERASED).bind(log.to_owned());
    erase.execute(begun.connection()).await?;
    let mut connection = store.commit(begun).await?;
    store.compact(&mut connection, "tenants").await?;
    let _ = connection.close().await;
    Ok(pending)
}

async fn pending(connection: &mut AnyConnection, tenant: &Tenant) -> Result<u64, Fault> {
    let row = sqlx::query("select count(*) as effects from effects where log = $1")
        .bind(tenant.log().to_string())
        .fetch_one(connection)
        .await?;
    super::rows::number(&row, "effects")
}
