//! The vault: what lies encrypted in the database, and the one key that opens it.
//!
//! Each tenant has a secret of its own, wrapped under the vault's master key; what must be kept for one tenant only is
//! encrypted under a key derived from that secret. So erasing one short column erases all of it, backups included.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use evidence::digest::Digest;
use zeroize::Zeroizing;

use crate::private_file::{self, KeyBytes, PrivateFileError};

/// The file, below the data folder.
pub(crate) const MASTER: &str = "keys/master.key";

const NONCE_BYTES: usize = 24;

/// Opens and closes what lies encrypted in the database. A clone is another handle on the same key.
#[derive(Clone)]
pub struct Vault(Arc<XChaCha20Poly1305>);

/// What was to be opened was sealed under another key or for another place, or was changed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("what lies sealed in the database can't be opened with this key")]
pub struct VaultError;

impl Vault {
    /// The vault whose key is `data/keys/master.key`, which is made on first start.
    pub fn open(data: &Path) -> Result<Self, PrivateFileError> {
        Ok(Self::with_key(&private_file::key(&data.join(MASTER))?))
    }

    /// The part of the vault that one tenant's secret opens.
    pub(crate) fn of_tenant(secret: &KeyBytes) -> Self {
        let derived = Zeroizing::new([b"helm:vault:v1\0".as_slice(), secret.as_slice()].concat());
        Self::with_key(&Zeroizing::new(Digest::of(&derived).0))
    }

    /// `bytes`, encrypted for `place`: they can't be opened in the name of another.
    pub(crate) fn seal(&self, place: &str, bytes: &[u8]) -> Result<String, VaultError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| VaultError)?;
        let payload = Payload { msg: bytes, aad: place.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError)?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What was sealed for `place`.
    pub(crate) fn unseal(&self, place: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let sealed = STANDARD.decode(sealed).map_err(|_| VaultError)?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| VaultError)
    }

    fn with_key(key: &KeyBytes) -> Self {
        Self(Arc::new(XChaCha20Poly1305::new(&Key::from(**key))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place_under_its_key_and_unchanged() {
        let vault = Vault::with_key(&Zeroizing::new([7; 32]));
        let sealed = vault.seal("crm/acme", b"secret").unwrap();
        assert_eq!(vault.unseal("crm/acme", &sealed).unwrap().as_slice(), b"secret");
        assert_ne!(sealed, vault.seal("crm/acme", b"secret").unwrap());
        assert!(vault.unseal("crm/globex", &sealed).is_err());
        assert!(Vault::with_key(&Zeroizing::new([8; 32])).unseal("crm/acme", &sealed).is_err());
        let mut bytes = STANDARD.decode(&sealed).unwrap();
        for place in 0..bytes.len() {
            bytes[place] ^= 1;
            assert!(vault.unseal("crm/acme", &STANDARD.encode(&bytes)).is_err(), "byte {place}");
            bytes[place] ^= 1;
        }
    }

    #[test]
    fn each_tenant_has_its_own_part() {
        let acme = Vault::of_tenant(&Zeroizing::new([1; 32]));
        let sealed = acme.seal("7", b"value").unwrap();
        assert!(Vault::of_tenant(&Zeroizing::new([2; 32])).unseal("7", &sealed).is_err());
        assert_eq!(acme.unseal("7", &sealed).unwrap().as_slice(), b"value");
    }
}
