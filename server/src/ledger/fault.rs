//! What went wrong inside the ledger: for the log of the server, never for a caller.

use evidence::digest::Digest;
use evidence::name::Name;

use super::answer::LedgerError;

/// Why a batch could not be put down, or a question not be answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The database failed.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// What is stored is not what was stored.
    #[error("the stored ledger: {0}")]
    Corrupt(String),
    /// The log is signed by a key that this server does not have, or the key has been replaced.
    #[error(
        "the log {0} is signed by another key than this server's; if keys were rotated, give it the new one and restart it"
    )]
    OtherKey(Name),
    /// The database did not answer in time.
    #[error("the database did not answer in time")]
    Late,
}

impl Fault {
    #[expect(clippy::needless_pass_by_value, reason = "so it can be named in `map_err`")]
    pub fn corrupt(what: impl ToString) -> Self {
        Self::Corrupt(what.to_string())
    }

    pub fn missing(document: Digest) -> Self {
        Self::Corrupt(format!("the document {document} is in force, but missing"))
    }

    /// Whether another server wrote to the same log first. What it wrote decides now, so the batch is done again on top
    /// of it.
    pub fn is_race(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.is_unique_violation() || matches!(error.code().as_deref(), Some("40001" | "40P01"))
    }
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        Fault::from(error).into()
    }
}

impl From<Fault> for LedgerError {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "the ledger is unavailable");
        Self::Unavailable
    }
}
