//! Envelopes on their way into force.
//!
//! One person drafts and proposes, another one activates. Nothing in here decides a write or loosens a rule: what is in force
//! is what the log says, and the ledger replaces an envelope only if it is the one that the proposal was written against.
//! So a proposal is put in force at most once, however often and wherever it is asked for.

pub mod case;
mod draft;
mod history;
mod proposal;
mod refusal;
mod shelf;
pub mod template;

use std::sync::Arc;

use app::portal::envelopes::Tried;
use evidence::compile::{Compiled, compile};
use evidence::contract::Contract;
use evidence::digest::{Digest, to_hex};
use evidence::envelope::Envelope;
use evidence::name::{Name, Text};

pub use draft::Draft;
pub use refusal::Refusal;

use crate::clock::Clock;
use crate::ledger::{InForce, Ledger, LedgerError};
use crate::registry::Tenant;
use crate::store::Store;
use shelf::Shelf;

/// Envelopes on their way into force. A clone is another handle.
#[derive(Clone)]
pub struct Envelopes {
    ledger: Ledger,
    clock: Clock,
    shelf: Shelf,
}

/// Who does something: by what members are told apart, and the name that receipts carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// By what members are told apart.
    pub id: String,
    /// The name.
    pub name: Text,
}

/// Where an envelope belongs: a tenant, and one of its vendor's connectors.
#[derive(Clone, Debug)]
pub struct Place {
    /// The tenant.
    pub tenant: Tenant,
    /// The connector.
    pub connector: Name,
}

/// An envelope that could be put in force, and what it makes of the saved cases.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The envelope with its Cedar.
    pub compiled: Arc<Compiled>,
    /// The contract that it was compiled for.
    pub contract: Arc<Contract>,
    /// The saved cases.
    pub cases: Vec<Tried>,
}

impl Envelopes {
    /// Envelopes of the logs of `ledger`.
    pub fn new(store: Store, ledger: Ledger, clock: Clock) -> Self {
        Self { ledger, clock, shelf: Shelf::new(store) }
    }

    /// What is in force, as the log says at this moment.
    pub async fn in_force(&self, place: &Place) -> Result<InForce, LedgerError> {
        self.ledger.in_force_now(&place.tenant, &place.connector).await
    }

    /// Compiles an envelope for the contract in force, lets Cedar's validator look at it, and tries the saved cases.
    pub async fn check(&self, place: &Place, envelope: Envelope) -> Result<Checked, Refusal> {
        let (digest, contract) = self.in_force(place).await?.contract.ok_or(Refusal::NoContract)?;
        if envelope.tenant != *place.tenant.name() || envelope.contract != digest {
            return Err(Refusal::OtherContract);
        }
        let compiled = compile(&contract, envelope)?;
        compiled.validate()?;
        let saved = self.shelf.cases(place).await?;
        let now = self.clock.now();
        let cases =
            saved.into_iter().map(|case| case::tried(place, &contract, &compiled, case, now)).collect();
        Ok(Checked { compiled: Arc::new(compiled), contract, cases })
    }
}

impl Checked {
    /// The saved cases that get another verdict than they must, by name.
    pub fn failing(&self) -> Vec<Text> {
        self.cases.iter().filter(|tried| !tried.passes()).map(|tried| tried.case.name.clone()).collect()
    }
}

/// The version that an envelope gets which replaces this one.
pub const fn next_version(in_force: Option<&Envelope>) -> u32 {
    match in_force {
        Some(envelope) => envelope.version.saturating_add(1),
        None => 1,
    }
}

fn fresh() -> Result<Name, LedgerError> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(LedgerError::unavailable)?;
    to_hex(&bytes).parse().map_err(LedgerError::unavailable)
}

fn digest_of(envelope: &Envelope) -> Result<Digest, Refusal> {
    envelope.digest().map_err(|error| Refusal::from(LedgerError::unavailable(error)))
}
