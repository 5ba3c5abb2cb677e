//! The database behind the ledger and the registry: a `SQLite` file, or `PostgreSQL` by URL.

use std::path::Path;

use crate::ledger::LedgerError;

/// The database. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Store {}

impl Store {
    /// Opens the database at `url`, or the `SQLite` file `ledger.db` in `data`, and brings its tables up to date.
    pub async fn open(data: &Path, url: Option<&str>) -> Result<Self, LedgerError> {
        unimplemented!()
    }
}
