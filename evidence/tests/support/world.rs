//! A small world with fixed keys and a fixed clock, in which receipts come about as they do on a server.
//!
//! The vendor `northwind` has the tenants `acme` and `globex`; agents write to the connector `crm`. Tests, vectors and
//! benchmarks all tell their stories here, so a story gives the same bytes wherever it is told.

mod actions;
pub mod documents;
pub mod lies;
mod log;
pub mod packing;
pub mod stories;
pub mod tamper;
pub mod undone;

use ed25519_dalek::{Signer as _, SigningKey};
use evidence::dsse::{Draft, Predicate, Signed};
use evidence::key::{PublicKey, SignatureBytes};
use evidence::timestamp::Timestamp;

pub use actions::{Rows, Set};
pub use documents::{contract, envelope};
pub use log::Log;

/// When every story begins.
pub const START: &str = "2026-03-02T09:00:00.000000Z";
/// The version of the software that writes receipts here.
pub const ENGINE: &str = "portal 0.1.0";
/// The agent of every story.
pub const AGENT: &str = "support-agent";

/// What `text` stands for: a name, an identifier, a text or a time.
pub fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The key that grows from `seed`.
pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// The public half of `key`.
pub fn public(key: &SigningKey) -> PublicKey {
    PublicKey::from_bytes(key.verifying_key().as_bytes()).unwrap()
}

/// `key`'s signature over `message`.
pub fn signature(key: &SigningKey, message: &[u8]) -> SignatureBytes {
    key.sign(message).to_bytes()
}

/// The statement of `predicate`, signed by each of `keys`.
pub fn sign<P: Predicate>(predicate: &P, keys: &[&SigningKey]) -> Signed {
    let draft = Draft::new(predicate).unwrap();
    let message = draft.message();
    let signatures: Vec<_> = keys.iter().map(|key| (public(key), signature(key, &message))).collect();
    draft.sign(&signatures).unwrap()
}

/// `seconds` after the beginning.
pub fn at(seconds: u64) -> Timestamp {
    named::<Timestamp>(START).plus_seconds(seconds).unwrap()
}
