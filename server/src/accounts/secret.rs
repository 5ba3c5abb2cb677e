//! Secrets of sessions and links: 256 random bits that are shown once, and the hash by which they are found again.

use evidence::digest::{Digest, to_base64url};

use crate::ledger::LedgerError;
use crate::private_file;

/// A new one.
pub fn fresh() -> Result<String, LedgerError> {
    let bits = private_file::random().map_err(LedgerError::unavailable)?;
    Ok(to_base64url(bits.as_slice()))
}

/// What is kept of it, as hex digits.
pub fn hash(secret: &str) -> String {
    Digest::of(secret.as_bytes()).hex()
}
