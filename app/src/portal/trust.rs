//! The keys by which evidence is signed, and how one followed another.

use evidence::key::KeyId;
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;
use evidence::trust::KeyRecord;

use super::Answer;

/// Questions about keys.
pub trait Trusting {
    /// The vendor's keys.
    fn trust(&self) -> Answer<'_, TrustPage>;
}

/// The vendor's keys.
#[derive(Clone, Debug)]
pub struct TrustPage {
    /// The vendor.
    pub vendor: Name,
    /// The key that signs now.
    pub signer: KeyId,
    /// The keys, newest first.
    pub keys: Vec<KeyRecord>,
    /// How one followed another, newest first.
    pub handovers: Vec<Handover>,
    /// The address of the trust document.
    pub document: String,
    /// Each tenant's name for people and the origin of its checkpoints.
    pub origins: Vec<(Text, String)>,
}

/// One key followed another.
#[derive(Clone, Debug)]
pub struct Handover {
    /// The one that signed before.
    pub from: KeyId,
    /// The one that signs since.
    pub to: KeyId,
    /// When.
    pub at: Timestamp,
}
