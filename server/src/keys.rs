//! The one place that holds the secret signing key.

use std::path::Path;

use evidence::key::{PublicKey, SignatureBytes};

use crate::private_file::PrivateFileError;

/// Signs. A clone is another handle on the same key.
#[derive(Clone)]
pub struct Signer {}

impl Signer {
    /// The key from `given` (64 hex digits), or else the one in `data/keys/signing.key`, made on first start.
    pub fn open(data: &Path, given: Option<&str>) -> Result<Self, PrivateFileError> {
        unimplemented!()
    }

    /// Its public half.
    pub fn public_key(&self) -> PublicKey {
        unimplemented!()
    }

    /// The signature over `message`.
    pub fn sign(&self, message: &[u8]) -> SignatureBytes {
        unimplemented!()
    }
}
