//! Why an account did not do what was asked.

use crate::ledger::LedgerError;

/// Why not. The sentences are for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The address and the password belong to nobody, or not together.
    #[error("No account has this e-mail address and this password. Check both and try again.")]
    WrongPassword,
    /// It was tried too often.
    #[error("Signing in has failed too often. Try again in {seconds} seconds.")]
    TooOften {
        /// After how many seconds it may be tried again.
        seconds: i64,
    },
    /// The link was used, has expired, or never was one.
    #[error("This link is not good any more: it was used, has expired, or was replaced. Ask for a new one.")]
    LinkSpent,
    /// A field is not what it must be.
    #[error("{message}")]
    Field {
        /// Which.
        field: &'static str,
        /// What it must be.
        message: &'static str,
    },
    /// The accounts can't be read or written.
    #[error("Accounts can't be read or written at the moment. Nothing was changed. Try again in a minute.")]
    Unavailable,
}

impl From<LedgerError> for Refused {
    fn from(error: LedgerError) -> Self {
        tracing::error!(%error, "the accounts did not answer");
        Self::Unavailable
    }
}
