//! Why there is no answer: a closed list, each with its sentence and what to do next.

use crate::text::Said;

/// Why there is no answer. None of these is a verdict: nothing was decided and nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing here. Another vendor's things don't exist either.
    #[error("There is nothing at this address. It may have been mistyped, or belong to somebody else.")]
    NotFound,
    /// The form can't be sent as it is.
    #[error("Nothing was changed. Correct what is named below and send it again.")]
    Invalid(Vec<Fault>),
    /// The same form was sent before with other content.
    #[error(
        "This form was already sent with other content. Nothing new was decided. Open the form again for a new write."
    )]
    Repeated,
    /// The ledger or the system of record can't be used at the moment.
    #[error(
        "Receipts can't be recorded at the moment, so nothing was decided and nothing was written. Try again in a minute."
    )]
    Unavailable,
    /// The tenant's secret was erased.
    #[error(
        "This tenant's secret was erased, so nothing is decided or written for it any more. Its receipts stay."
    )]
    Erased,
    /// The caller may not ask this.
    #[error("Your role does not cover this. Ask an owner of your workspace.")]
    Forbidden,
    /// Nobody is signed in, or no longer.
    #[error("You are not signed in, or no longer. Sign in and do it again.")]
    SignedOut,
    /// Something stands in the way, as the sentence says.
    #[error("{0}")]
    Conflict(Said),
    /// The portal itself made a mistake; the cause is in its log.
    #[error("The portal could not answer. Nothing was written. The cause is in the server's log.")]
    Broken,
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's name in the form: `records`.
    pub field: String,
    /// What is wrong and what to do, as a sentence.
    pub message: Said,
}

impl Fault {
    /// A fault of this field.
    pub fn new(field: &str, message: impl Into<Said>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}

impl Refusal {
    /// Whether it is about the form that was sent, which is then shown again as it was typed; what was not found or not
    /// allowed is not.
    pub const fn is_about_the_form(&self) -> bool {
        matches!(
            self,
            Self::Invalid(_)
                | Self::Repeated
                | Self::Conflict(_)
                | Self::Unavailable
                | Self::Erased
                | Self::Broken
        )
    }

    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Invalid(_) => 422,
            Self::Erased => 410,
            Self::Unavailable => 503,
            Self::Forbidden => 403,
            Self::SignedOut => 401,
            Self::Repeated | Self::Conflict(_) => 409,
            Self::Broken => 500,
        }
    }
}
