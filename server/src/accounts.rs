//! The accounts: who of a vendor's people there is, and who of them is signed in.

mod invitation;
mod member;
mod own;
mod password;
mod refused;
mod reset;
mod secret;
mod session;
mod set_up;
mod sign_in;
mod single_sign_on;
mod sweep;
mod team;
mod throttle;
mod weak;

use std::sync::Arc;

use evidence::digest::to_hex;
use sqlx::any::AnyRow;
use tokio::sync::Semaphore;

pub use invitation::{Invitation, Invite};
pub use member::Member;
pub use own::SignedIn;
pub use refused::Refused;
pub use reset::Reset;
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

/// An hour, in microseconds.
const HOUR: i64 = 60 * 60 * 1_000_000;
/// A day, in microseconds.
const DAY: i64 = 24 * HOUR;

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
        rows.first().map(actor_of).transpose()
    }

    fn now(&self) -> i64 {
        self.clock.now().micros()
    }
}

/// Who the member of this row is, in the audit.
fn actor_of(row: &AnyRow) -> Result<Actor, LedgerError> {
    Ok(Actor { vendor: parsed(row, "vendor")?, member: parsed(row, "id")?, name: parsed(row, "name")? })
}

/// A password that nobody guesses, for a demo.
pub(crate) fn fresh_password() -> Result<String, LedgerError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(LedgerError::unavailable)?;
    Ok(format!("demo-{}", to_hex(&bytes)))
}

/// By what a new member or invitation is told apart.
fn fresh_id() -> Result<String, LedgerError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(LedgerError::unavailable)?;
    Ok(to_hex(&bytes))
}

/// An e-mail address as it is compared, if it can be one.
fn address(typed: &str) -> Result<String, Refused> {
    let email = typed.trim().to_lowercase();
    let has_both_ends =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if email.len() > 254
        || !has_both_ends
        || email.contains(|letter: char| letter.is_control() || letter == ' ')
    {
        return Err(Refused::Field { field: "email", message: "account.email_shape" });
    }
    Ok(email)
}
