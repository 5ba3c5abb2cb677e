//! The trust document: the vendor's keys, what each may sign and when, and how one followed another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError};
use crate::dsse::{DsseError, Predicate, Signed, Subject};
use crate::key::{Fingerprint, KeyId, PublicKey};
use crate::name::{Name, Text};
use crate::timestamp::Timestamp;

/// The most keys a trust document may list, which bounds the work of checking one.
pub const MAX_KEYS: usize = 256;

/// The vendor's keys. It proves nothing by itself: a key counts only if the reader named it, or if signed rotations lead
/// to it from one that the reader named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// The keys, oldest first.
    pub keys: Vec<KeyRecord>,
    /// The rotations, oldest first: statements signed by the outgoing and the incoming key.
    pub rotations: Vec<Signed>,
    /// The vendor.
    pub vendor: Name,
    /// The vendor's name for people.
    pub vendor_name: Text,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// The id, which must be that of `public_key`.
    pub keyid: KeyId,
    /// The key.
    pub public_key: PublicKey,
    /// What it may sign.
    pub purposes: BTreeSet<Purpose>,
    /// It signs from here on.
    pub valid_from: Timestamp,
    /// It signs until just before here; `None` means no end is set.
    pub valid_until: Option<Timestamp>,
}

/// What a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Checkpoints of logs.
    Checkpoint,
    /// Manifests of packs.
    Pack,
    /// Receipts.
    Receipt,
}

/// One key hands over to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// The outgoing key.
    pub from: KeyId,
    /// When.
    pub time: Timestamp,
    /// The incoming key.
    pub to: KeyRecord,
    /// The vendor.
    pub vendor: Name,
}

impl Predicate for Rotation {
    const TYPE: &'static str = "urn:helm:evidence:rotation:v1";

    fn subject(&self, _encoded: &[u8]) -> Result<Vec<Subject>, CanonicalError> {
        Ok(vec![Subject::new("key", self.to.keyid.0)])
    }
}

/// Why a trust document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not canonical JSON of the right shape.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// No key, too many, or one twice.
    #[error("a trust document lists 1 to {MAX_KEYS} different keys")]
    Keys,
    /// A key's id is not that of its bytes.
    #[error("key {0} is not the key it says it is")]
    KeyId(KeyId),
    /// A rotation is not one.
    #[error("rotation {place} does not hold: {source}")]
    Rotation {
        /// Which one, from 0.
        place: usize,
        /// Why.
        source: DsseError,
    },
    /// A rotation is of another vendor, or names a key that the document does not list in the same words.
    #[error("rotation {0} names another vendor or a key that is not listed")]
    Unlisted(usize),
}

impl Trust {
    /// Reads a trust document from its canonical bytes and checks it.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustError> {
        let trust: Self = canonical::from_slice(bytes)?;
        trust.rotations()?;
        Ok(trust)
    }

    /// The key with this id.
    pub fn key(&self, id: &KeyId) -> Option<&KeyRecord> {
        self.keys.iter().find(|record| record.keyid == *id)
    }

    /// The ids of all keys that the named fingerprints vouch for: the named ones, those that followed them by an
    /// unbroken chain of rotations, and those they followed. A predecessor doesn't vouch for its other successors: a
    /// stolen old key can't introduce a new one to a reader who named its rightful heir.
    pub fn vouched_for(&self, named: &[Fingerprint]) -> Result<BTreeSet<KeyId>, TrustError> {
        let steps: Vec<(KeyId, KeyId)> =
            self.rotations()?.iter().map(|step| (step.from, step.to.keyid)).collect();
        let listed = self.keys.iter().map(|record| record.keyid);
        let named: BTreeSet<KeyId> = listed.filter(|id| named.iter().any(|name| name.names(id))).collect();
        let mut trusted = reachable(named.clone(), &steps.iter().copied());
        trusted.extend(reachable(named, &steps.iter().map(|(from, to)| (*to, *from))));
        Ok(trusted)
    }

    fn rotations(&self) -> Result<Vec<Rotation>, TrustError> {
        let ids: BTreeSet<KeyId> = self.keys.iter().map(|record| record.keyid).collect();
        if ids.is_empty()
            || ids.len() > MAX_KEYS
            || ids.len() != self.keys.len()
            || self.rotations.len() > MAX_KEYS
        {
            return Err(TrustError::Keys);
        }
        if let Some(record) = self.keys.iter().find(|record| record.public_key.id() != record.keyid) {
            return Err(TrustError::KeyId(record.keyid));
        }
        self.rotations.iter().enumerate().map(|(place, signed)| self.rotation(place, signed)).collect()
    }

    fn rotation(&self, place: usize, signed: &Signed) -> Result<Rotation, TrustError> {
        let fault = |source| TrustError::Rotation { place, source };
        let rotation: Rotation = signed.predicate().map_err(fault)?;
        let from = self.key(&rotation.from).ok_or(TrustError::Unlisted(place))?;
        let to = self.key(&rotation.to.keyid).ok_or(TrustError::Unlisted(place))?;
        if rotation.vendor != self.vendor || to.public_key != rotation.to.public_key {
            return Err(TrustError::Unlisted(place));
        }
        signed.verify(&from.public_key).and_then(|()| signed.verify(&to.public_key)).map_err(fault)?;
        Ok(rotation)
    }
}

/// What `found` grows to when steps lead on from what is found.
fn reachable(
    mut found: BTreeSet<KeyId>,
    steps: &(impl Iterator<Item = (KeyId, KeyId)> + Clone),
) -> BTreeSet<KeyId> {
    loop {
        let next: Vec<KeyId> =
            steps.clone().filter(|(from, _)| found.contains(from)).map(|(_, to)| to).collect();
        let before = found.len();
        found.extend(next);
        if found.len() == before {
            return found;
        }
    }
}

impl KeyRecord {
    /// Whether the key may sign things of this purpose at this time.
    pub fn may_sign(&self, purpose: Purpose, time: Timestamp) -> bool {
        self.purposes.contains(&purpose)
            && self.valid_from <= time
            && self.valid_until.is_none_or(|end| time < end)
    }
}
