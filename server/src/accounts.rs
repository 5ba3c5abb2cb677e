//! The accounts: who of a vendor's people there is, and who of them is signed in.

mod member;
mod password;
mod refused;
mod session;
mod set_up;
mod sign_in;
mod throttle;

use std::sync::Arc;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::sync::Semaphore;

pub use member::Member;
pub use refused::Refused;
pub use set_up::SetUp;

use crate::clock::Clock;
use crate::ledger::LedgerError;
use crate::registry::Registry;
use crate::store::Store;

/// How many passwords are hashed at once: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 2;

/// The accounts. A clone is another handle on the same ones.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    registry: Registry,
    clock: Clock,
    hashing: Arc<Semaphore>,
}

impl Accounts {
    /// The accounts in `store`, of the vendors in `registry`.
    pub fn new(store: Store, registry: Registry, clock: Clock) -> Self {
        Self { store, registry, clock, hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)) }
    }

    fn now(&self) -> i64 {
        self.clock.now().micros()
    }

    async fn rows<const N: usize>(&self, text: &str, values: [&str; N]) -> Result<Vec<AnyRow>, LedgerError> {
        let mut query = sqlx::query(AssertSqlSafe(text.to_owned()));
        for value in values {
            query = query.bind(value.to_owned());
        }
        let mut connection = self.store.pool().acquire().await.map_err(LedgerError::unavailable)?;
        query.fetch_all(&mut *connection).await.map_err(LedgerError::unavailable)
    }
}

fn text(row: &AnyRow, column: &str) -> Result<String, LedgerError> {
    row.try_get(column).map_err(LedgerError::unavailable)
}

fn number(row: &AnyRow, column: &str) -> Result<i64, LedgerError> {
    row.try_get(column).map_err(LedgerError::unavailable)
}
