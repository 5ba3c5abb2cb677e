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

use crate::clock::Clock;
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
}
