//! Which part of a log a backtest is about.

use evidence::digest::Digest;
use evidence::name::Name;
use evidence::replay::Candidate;

use crate::ledger::{Ledger, LedgerError};
use crate::registry::Tenant;

const SECONDS_PER_DAY: u64 = 86_400;

/// Numbers of receipts: from `warm` on they are read, because limits reach back so far; from `from` to just before `end`
/// they are put to the candidate.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) warm: u64,
    pub(super) from: u64,
    pub(super) end: u64,
    /// How many decisions are read.
    pub(super) total: u64,
}

impl Plan {
    /// The last `days` days of the tenant's log as it is now.
    pub(super) async fn of(
        ledger: &Ledger,
        tenant: &Tenant,
        candidate: &Candidate,
        days: u32,
    ) -> Result<Self, LedgerError> {
        let since = ledger.clock().now().saturating_minus_seconds(u64::from(days) * SECONDS_PER_DAY);
        let window = u64::from(candidate.longest_window_seconds());
        let end = ledger.size(tenant).await?;
        let from = ledger.first_since(tenant, since, end).await?;
        let warm = ledger.first_since(tenant, since.saturating_minus_seconds(window), from).await?;
        let total = ledger.count_decisions(tenant, &(warm..end)).await?;
        Ok(Self { warm, from, end, total })
    }

    /// What makes two backtests the same: the log, the part of it, the candidate.
    pub(super) fn id(&self, tenant: &Tenant, candidate: &Candidate) -> Result<Name, LedgerError> {
        let parts = format!("{} {} {} {}", tenant.log(), self.from, self.end, candidate.envelope().digest());
        let hex = Digest::of(parts.as_bytes()).hex();
        let id = hex.get(..32).unwrap_or_default().parse();
        id.map_err(|error| LedgerError::refused("backtest", error))
    }

    /// Whether a receipt is read.
    pub(super) fn reads(&self, seq: u64) -> bool {
        (self.warm..self.end).contains(&seq)
    }
}
