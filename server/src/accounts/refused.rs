//! Why an account did not do what was asked.

use crate::ledger::LedgerError;

/// Why not. What the person reads stands in the interface's catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The address and the password belong to nobody, or not together.
    #[error("no account has this e-mail address and this password")]
    WrongPassword,
    /// It was tried too often.
    #[error("signing in has failed too often; {seconds} seconds to wait")]
    TooOften {
        /// After how many seconds it may be tried again.
        seconds: i64,
    },
    /// The link was used, has expired, or never was one.
    #[error("the link is spent")]
    LinkSpent,
    /// The vendor has no such member.
    #[error("there is no such member")]
    NoMember,
    /// Whoever asks is no owner any more.
    #[error("only an owner does this")]
    NoOwner,
    /// The vendor would have no owner left.
    #[error("the last owner stays")]
    LastOwner,
    /// Nobody does this to themselves.
    #[error("nobody ends their own membership")]
    Oneself,
    /// A field is not what it must be.
    #[error("{field}: {message}")]
    Field {
        /// Which.
        field: &'static str,
        /// What it must be, as a key of the interface's catalogue.
        message: &'static str,
    },
    /// The accounts can't be read or written.
    #[error("the accounts can't be read or written")]
    Unavailable,
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        LedgerError::from(error).into()
    }
}

impl From<LedgerError> for Refused {
    fn from(error: LedgerError) -> Self {
        tracing::error!(%error, "the accounts did not answer");
        Self::Unavailable
    }
}
