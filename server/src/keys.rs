//! The one place that holds the secret signing key.
//!
//! Whoever needs a signature hands in the bytes. The key itself leaves only as a signature, and its public half as the
//! record that trust documents and logs are made of.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::{Signer as _, SigningKey};
use evidence::key::{PublicKey, SignatureBytes};
use evidence::timestamp::Timestamp;
use evidence::trust::{KeyRecord, Purpose};

use crate::private_file::{self, PrivateFileError};

/// Signs. A clone is another handle on the same key.
#[derive(Clone)]
pub struct Signer(Arc<Pair>);

struct Pair {
    secret: SigningKey,
    public: PublicKey,
}

impl Signer {
    /// The key `given` as 64 hex digits, or else the one in `data/keys/signing.key`, which is made on first start.
    pub fn open(data: &Path, given: Option<&str>) -> Result<Self, PrivateFileError> {
        let fault =
            |fault: &str| PrivateFileError { path: "the signing key".to_owned(), fault: fault.to_owned() };
        let bytes = match given {
            Some(text) => private_file::parse(text)
                .ok_or_else(|| fault("PORTAL_SIGNING_KEY must hold 64 hex digits"))?,
            None => private_file::key(&data.join("keys/signing.key"))?,
        };
        let secret = SigningKey::from_bytes(&bytes);
        let public = PublicKey::from_bytes(secret.verifying_key().as_bytes())
            .map_err(|_| fault("is of small order; no random key is"))?;
        Ok(Self(Arc::new(Pair { secret, public })))
    }

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
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({})", self.0.public.id())
    }
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
}
