//! The one place that holds the secret signing keys.
//!
//! Whoever needs a signature hands in the bytes. A key itself leaves only as a signature, and its public half as the
//! record that trust documents and logs are made of.
//!
//! There is one key, except while it hands over to the next: then `next.key` lies beside `signing.key`, and the portal
//! that finds both finishes what was begun.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use ed25519_dalek::{Signer as _, SigningKey};
use evidence::key::{PublicKey, SignatureBytes};
use evidence::timestamp::Timestamp;
use evidence::trust::{KeyRecord, Purpose};

use crate::config::{Home, Secret};
use crate::private_file::{self, KeyBytes, PrivateFileError};

/// The files, below the data folder.
pub(crate) const SIGNING: &str = "keys/signing.key";
pub(crate) const NEXT: &str = "keys/next.key";

/// Signs. A clone is another handle on the same keys.
#[derive(Clone)]
pub struct Signer(Arc<Held>);

struct Held {
    /// The data folder, if the keys are files in it.
    data: Option<PathBuf>,
    ring: RwLock<Ring>,
}

#[derive(Clone)]
struct Ring {
    current: Key,
    outgoing: Option<Key>,
}

/// One key. A clone is another handle on it.
#[derive(Clone)]
pub struct Key(Arc<Pair>);

struct Pair {
    secret: SigningKey,
    public: PublicKey,
}

impl Signer {
    /// The key `given` as 64 hex digits, or else the one in `data/keys/signing.key`, which is made on first start.
    pub fn open(data: &Path, given: Option<&str>) -> Result<Self, PrivateFileError> {
        Self::with(data, given, None)
    }

    /// The keys of a portal: two, while one hands over to the other.
    pub fn of(home: &Home) -> Result<Self, PrivateFileError> {
        let (given, next) = (home.signing_key.as_ref(), home.next_signing_key.as_ref());
        Self::with(&home.data, given.map(Secret::reveal), next.map(Secret::reveal))
    }

    /// The keys of a portal that is to hand over: the next one is made, unless it is given or was made already.
    pub fn handing_over(home: &Home) -> Result<Self, PrivateFileError> {
        match (&home.signing_key, &home.next_signing_key) {
            (Some(_), None) => {
                return Err(fault(
                    "comes from PORTAL_SIGNING_KEY; put the new one into PORTAL_NEXT_SIGNING_KEY",
                ));
            }
            (None, None) => {
                private_file::key(&home.data.join(SIGNING))?;
                private_file::key(&home.data.join(NEXT))?;
            }
            _ => {}
        }
        Self::of(home)
    }

    /// The public half of the key that signs.
    pub fn public_key(&self) -> PublicKey {
        self.current().public_key()
    }

    /// The signature over `message`.
    pub fn sign(&self, message: &[u8]) -> SignatureBytes {
        self.current().sign(message)
    }

    /// The key that signs.
    pub fn current(&self) -> Key {
        self.ring().current
    }

    /// The key that hands over to it.
    pub fn outgoing(&self) -> Option<Key> {
        self.ring().outgoing
    }

    /// What the key files hold now: somebody else may have changed them.
    pub(crate) fn reread(&self) -> Result<Self, PrivateFileError> {
        match &self.0.data {
            Some(data) => Self::with(data, None, None),
            None => Ok(self.clone()),
        }
    }

    /// Signs with another's keys from now on, as do all clones.
    pub(crate) fn adopt(&self, other: &Self) {
        let ring = other.ring();
        *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
    }

    /// Forgets the outgoing key, now that no log needs it any more.
    pub(crate) fn forget_outgoing(&self) -> Result<(), PrivateFileError> {
        if let Some(data) = &self.0.data {
            private_file::replace(&data.join(NEXT), &data.join(SIGNING))?;
        }
        self.0.ring.write().unwrap_or_else(PoisonError::into_inner).outgoing = None;
        Ok(())
    }

    fn with(data: &Path, given: Option<&str>, next: Option<&str>) -> Result<Self, PrivateFileError> {
        let (ring, data) = match (given, next) {
            (None, Some(_)) => {
                return Err(fault(
                    "comes from a file; PORTAL_NEXT_SIGNING_KEY is for those given by PORTAL_SIGNING_KEY",
                ));
            }
            (None, None) => (Ring::read(data)?, Some(data.to_owned())),
            (Some(given), None) => {
                (Ring { current: Key::parse(given, "PORTAL_SIGNING_KEY")?, outgoing: None }, None)
            }
            (Some(given), Some(next)) => {
                let outgoing = Key::parse(given, "PORTAL_SIGNING_KEY")?;
                (Ring::of(outgoing, Key::parse(next, "PORTAL_NEXT_SIGNING_KEY")?), None)
            }
        };
        Ok(Self(Arc::new(Held { data, ring: RwLock::new(ring) })))
    }

    fn ring(&self) -> Ring {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Ring {
    fn read(data: &Path) -> Result<Self, PrivateFileError> {
        let next = private_file::existing(&data.join(NEXT))?;
        let signing = Key::new(&private_file::key(&data.join(SIGNING))?)?;
        Ok(match next {
            Some(next) => Self::of(signing, Key::new(&next)?),
            None => Self { current: signing, outgoing: None },
        })
    }

    /// A handover from a key to itself is none.
    fn of(outgoing: Key, current: Key) -> Self {
        let outgoing = (outgoing.public_key() != current.public_key()).then_some(outgoing);
        Self { current, outgoing }
    }
}

impl Key {
    /// Its public half.
    pub fn public_key(&self) -> PublicKey {
        self.0.public
    }

    /// The signature over `message`.
    pub fn sign(&self, message: &[u8]) -> SignatureBytes {
        self.0.secret.sign(message).to_bytes()
    }

    /// The record of a key that may sign everything from `valid_from` on.
    pub fn record(&self, valid_from: Timestamp) -> KeyRecord {
        KeyRecord {
            keyid: self.0.public.id(),
            public_key: self.0.public,
            purposes: BTreeSet::from([Purpose::Checkpoint, Purpose::Pack, Purpose::Receipt]),
            valid_from,
            valid_until: None,
        }
    }

    fn parse(text: &str, variable: &str) -> Result<Self, PrivateFileError> {
        let bytes = private_file::parse(text);
        Self::new(&bytes.ok_or_else(|| fault(&format!("{variable} must hold 64 hex digits")))?)
    }

    fn new(bytes: &KeyBytes) -> Result<Self, PrivateFileError> {
        let secret = SigningKey::from_bytes(bytes);
        let public = PublicKey::from_bytes(secret.verifying_key().as_bytes())
            .map_err(|_| fault("is of small order; no random key is"))?;
        Ok(Self(Arc::new(Pair { secret, public })))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({})", self.public_key().id())
    }
}

fn fault(fault: &str) -> PrivateFileError {
    PrivateFileError { path: "the signing key".to_owned(), fault: fault.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_same_folder_gives_the_same_key_and_a_given_one_leaves_no_file() {
        let scratch = Scratch::new();
        let signer = Signer::open(scratch.path(), None).unwrap();
        let again = Signer::open(scratch.path(), None).unwrap();
        assert_eq!(signer.public_key(), again.public_key());
        signer.public_key().verify(b"message", &again.sign(b"message")).unwrap();

        let empty = Scratch::new();
        let given = Signer::open(empty.path(), Some(&"07".repeat(32))).unwrap();
        assert_ne!(given.public_key(), signer.public_key());
        assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
        assert!(Signer::open(empty.path(), Some("secret")).is_err());
    }

    #[test]
    fn it_is_not_printed() {
        let scratch = Scratch::new();
        let signer = Signer::open(scratch.path(), Some(&"07".repeat(32))).unwrap();
        let printed = format!("{signer:?}");
        assert!(printed.starts_with("Signer(") && !printed.contains("0707"), "{printed}");
    }

    #[test]
    fn a_handover_that_was_cut_short_goes_on_with_the_same_two_keys() {
        let scratch = Scratch::new();
        let old = Signer::open(scratch.path(), None).unwrap();
        let home = Home {
            data: scratch.path().to_owned(),
            database: None,
            log: String::new(),
            signing_key: None,
            next_signing_key: None,
        };
        let handing_over = Signer::handing_over(&home).unwrap();
        let again = Signer::of(&home).unwrap();
        assert_eq!(again.public_key(), handing_over.public_key());
        assert_eq!(again.outgoing().unwrap().public_key(), old.public_key());
        old.adopt(&old.reread().unwrap());
        again.forget_outgoing().unwrap();
        handing_over.forget_outgoing().unwrap();
        let settled = Signer::of(&home).unwrap();
        assert!(settled.outgoing().is_none());
        assert_eq!(settled.public_key(), old.public_key());
    }
}
