//! The accounts: who of a vendor's people there is, and who of them is signed in.

mod member;
mod password;
mod refused;
mod secret;
mod session;
mod set_up;
mod sign_in;
mod single_sign_on;
mod throttle;

use std::sync::Arc;

use tokio::sync::Semaphore;

pub use member::Member;
pub use refused::Refused;
pub use set_up::SetUp;
pub use single_sign_on::{Returned, SingleSignOn};

use crate::audit::{Actor, Audit};
use crate::clock::Clock;
use crate::ledger::LedgerError;
use crate::registry::Registry;
use crate::store::Store;
use crate::store::row::parsed;

/// How many passwords are hashed at once: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 2;

/// The accounts. A clone is another handle on the same ones.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    audit: Audit,
    registry: Registry,
    clock: Clock,
    hashing: Arc<Semaphore>,
}

impl Accounts {
    /// The accounts in `store`, of the vendors in `registry`.
    pub fn new(store: Store, registry: Registry, clock: Clock) -> Self {
        let audit = Audit::new(store.clone(), clock.clone());
        Self { store, audit, registry, clock, hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)) }
    }

    /// Whoever `text` finds among the members `m`, as the audit says it.
    async fn actor(&self, text: &str, value: &str) -> Result<Option<Actor>, LedgerError> {
        let rows = self.store.ask(&format!("select m.id, m.vendor, m.name from {text}"), [value]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Actor {
            vendor: parsed(row, "vendor")?,
            member: parsed(row, "id")?,
            name: parsed(row, "name")?,
        }))
    }

    fn now(&self) -> i64 {
        self.clock.now().micros()
    }
}
