//! Where in a log a moment lies. Time does not run backwards in a log, so a range of time is a range of numbers, and is found
//! in a few steps however long the log is.

use evidence::timestamp::Timestamp;
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::rows::signed;
use super::{Ledger, LedgerError, page};
use crate::registry::Tenant;

impl Ledger {
    /// The number of the first receipt that was recorded at `moment` or after it; the log's size if there is none yet.
    pub async fn first_at(&self, tenant: &Tenant, moment: Timestamp) -> Result<u64, LedgerError> {
        Ok(first(&mut *self.reader().await?, tenant, moment).await?)
    }
}

async fn first(connection: &mut AnyConnection, tenant: &Tenant, moment: Timestamp) -> Result<u64, Fault> {
    let (mut low, mut high) = (0, page::size(connection, tenant).await?);
    while low < high {
        let middle = low + (high - low) / 2;
        if time(connection, tenant, middle).await? < moment.micros() {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

async fn time(connection: &mut AnyConnection, tenant: &Tenant, seq: u64) -> Result<i64, Fault> {
    let row = sqlx::query("select time from receipts where log = $1 and seq = $2")
        .bind(tenant.log().to_string())
        .bind(signed(seq))
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("time")?)
}
