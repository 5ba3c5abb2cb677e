//! What a portal does beside answering: it finishes what was cut short, and notices what other processes have done.

use std::time::Duration;

use tokio::sync::watch;

use crate::ledger::LedgerError;
use crate::portal::Portal;

/// How long it rests after a round.
const REST: Duration = Duration::from_secs(1);
/// After how many rounds what has ended by itself is cleared away as well.
const CLEARING: u64 = 600;
/// How long it rests at most while rounds fail.
const LONG_REST: Duration = Duration::from_mins(1);

/// Goes round, one round after the other, until it is told to stop.
pub async fn run(portal: Portal, mut stop: watch::Receiver<bool>) {
    let (mut rest, mut rounds) = (REST, 0);
    while tokio::time::timeout(rest, stop.wait_for(|told| *told)).await.is_err() {
        rest = match round(&portal, rounds).await {
            Ok(()) => REST,
            Err(error) => {
                tracing::error!(%error, "a round of finishing what was cut short failed");
                (rest * 2).min(LONG_REST)
            }
        };
        rounds += 1;
    }
}

async fn round(portal: &Portal, rounds: u64) -> Result<(), LedgerError> {
    if rounds.is_multiple_of(CLEARING) {
        portal.accounts.sweep().await?;
    }
    portal.registry.forget_erased().await?;
    portal.connectors.refresh().await.map_err(LedgerError::unavailable)?;
    portal.boundary.sweep().await
}
