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
        let mut connection = self.store.connect().await.map_err(Fault::from)?;
        let pending = erase(&self.store, &mut connection, tenant).await?;
        let _ = connection.close().await;
        Ok(pending)
    }
}

async fn erase(store: &Store, connection: &mut AnyConnection, tenant: &Tenant) -> Result<u64, Fault> {
    let log = tenant.log().as_str();
    store.overwrite_deleted(connection).await?;
    let mut transaction = store.begin(connection, std::iter::once(log)).await?;
    let pending = pending(&mut transaction, tenant).await?;
    if pending > 0 {
        return Ok(pending);
    }
    let erase =
        sqlx::query("update tenants set secret = $1 where log = $2").bind(ERASED).bind(log.to_owned());
    erase.execute(&mut *transaction).await?;
    transaction.commit().await?;
    store.compact(connection, "tenants").await?;
    Ok(pending)
}

async fn pending(connection: &mut AnyConnection, tenant: &Tenant) -> Result<u64, Fault> {
    let row = sqlx::query("select count(*) as effects from effects where log = $1")
        .bind(tenant.log().to_string())
        .fetch_one(connection)
        .await?;
    super::rows::number(&row, "effects")
}
