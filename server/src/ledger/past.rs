//! The decisions of the past, in the log's order: what a backtest reads.

use std::ops::Range;

use evidence::timestamp::Timestamp;
use sqlx::Row as _;

use super::fault::Fault;
use super::rows::{number, signed};
use super::{Ledger, LedgerError};
use crate::registry::Tenant;

impl Ledger {
    /// The number of the first of `size` receipts that was recorded at or after `time`; `size` if there is none. Times
    /// never go backwards in a log, so it is found by halving.
    pub(crate) async fn first_since(
        &self,
        tenant: &Tenant,
        time: Timestamp,
        size: u64,
    ) -> Result<u64, LedgerError> {
        let mut reader = self.reader().await?;
        let (mut earlier, mut later) = (0, size);
        while earlier < later {
            let middle = earlier.midpoint(later);
            let row = sqlx::query("select time from receipts where log = $1 and seq = $2")
                .bind(tenant.log().to_string())
                .bind(signed(middle))
                .fetch_one(&mut *reader)
                .await
                .map_err(Fault::from)?;
            let recorded: i64 = row.try_get("time").map_err(Fault::from)?;
            if recorded < time.micros() {
                earlier = middle + 1;
            } else {
                later = middle;
            }
        }
        Ok(earlier)
    }

    /// How many receipts with these numbers are decisions.
    pub(crate) async fn count_decisions(
        &self,
        tenant: &Tenant,
        seqs: &Range<u64>,
    ) -> Result<u64, LedgerError> {
        let row = sqlx::query(
            "select count(*) as decisions from receipts \
             where log = $1 and kind = 'decision' and seq >= $2 and seq < $3",
        )
        .bind(tenant.log().to_string())
        .bind(signed(seqs.start))
        .bind(signed(seqs.end))
        .fetch_one(&mut *self.reader().await?)
        .await
        .map_err(Fault::from)?;
        Ok(number(&row, "decisions")?)
    }

    /// The exact texts of the decisions with these numbers, in order.
    pub(crate) async fn decisions(
        &self,
        tenant: &Tenant,
        seqs: &Range<u64>,
    ) -> Result<Vec<String>, LedgerError> {
        let rows = sqlx::query(
            "select body from receipts where log = $1 and kind = 'decision' and seq >= $2 and seq < $3 order by seq",
        )
        .bind(tenant.log().to_string())
        .bind(signed(seqs.start))
        .bind(signed(seqs.end))
        .fetch_all(&mut *self.reader().await?)
        .await
        .map_err(Fault::from)?;
        let bodies = rows.iter().map(|row| row.try_get("body").map_err(Fault::from));
        Ok(bodies.collect::<Result<_, Fault>>()?)
    }
}
