//! Why there is no answer: a closed list, each with its sentence and what to do next.

use crate::text::Said;

/// Why there is no answer. None of these is a verdict: nothing was decided and nothing was written. As an error it is the
/// cause in a word or two; people read what [`Refusal::said`] says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing here. Another vendor's things don't exist either.
    #[error("not found")]
    NotFound,
    /// The form can't be sent as it is.
    #[error("the form has faults")]
    Invalid(Vec<Fault>),
    /// The same form was sent before with other content.
    #[error("the form was sent before with other content")]
    Repeated,
    /// The ledger or the system of record can't be used at the moment.
    #[error("not available at the moment")]
    Unavailable,
    /// The tenant's secret was erased.
    #[error("the tenant's secret was erased")]
    Erased,
    /// The caller may not ask this.
    #[error("not for this role")]
    Forbidden,
    /// Nobody is signed in, or no longer.
    #[error("not signed in")]
    SignedOut,
    /// Something stands in the way, as the sentence says.
    #[error("{0}")]
    Conflict(Said),
    /// The portal itself made a mistake; the cause is in its log.
    #[error("the portal could not answer")]
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
    /// The sentence for whoever is refused.
    pub fn said(&self) -> Said {
        Said::new(match self {
            Self::NotFound => "refusal.not_found",
            Self::Invalid(_) => "refusal.invalid",
            Self::Repeated => "refusal.repeated",
            Self::Unavailable => "refusal.unavailable",
            Self::Erased => "refusal.erased",
            Self::Forbidden => "refusal.forbidden",
            Self::SignedOut => "refusal.signed_out",
            Self::Conflict(said) => return said.clone(),
            Self::Broken => "refusal.broken",
        })
    }

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
