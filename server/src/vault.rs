//! The vault: what lies encrypted in the database, and the one key that opens it.

use std::path::Path;

use crate::private_file::PrivateFileError;

/// Opens and closes what lies encrypted in the database. A clone is another handle on the same key.
#[derive(Clone)]
pub struct Vault {}

impl Vault {
    /// The vault whose key is `data/keys/master.key`, made on first start.
    pub fn open(data: &Path) -> Result<Self, PrivateFileError> {
        unimplemented!()
    }
}
