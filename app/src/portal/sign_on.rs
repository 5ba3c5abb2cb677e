//! Why somebody who comes back from their company's sign-in is not signed in.

/// Why not: a closed list, each with its word in the sign-in page's address and its sentence there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSignedOn {
    /// The provider can't be reached.
    Away,
    /// The person or the provider said no.
    Declined,
    /// The provider's answer can't be accepted.
    Failed,
    /// It was asked for in another browser, too long ago, or was used before.
    Stale,
    /// Nobody here has the e-mail address.
    Stranger,
    /// The account with the e-mail address belongs to somebody else at the provider.
    Taken,
    /// The accounts can't be read or written.
    Unavailable,
    /// The provider does not say that the e-mail address is theirs.
    Unverified,
}

impl NotSignedOn {
    const ALL: [Self; 8] = [
        Self::Away,
        Self::Declined,
        Self::Failed,
        Self::Stale,
        Self::Stranger,
        Self::Taken,
        Self::Unavailable,
        Self::Unverified,
    ];

    /// Its sentence, as a key of the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Away => "single_sign_on.away",
            Self::Declined => "single_sign_on.declined",
            Self::Failed => "single_sign_on.failed",
            Self::Stale => "single_sign_on.stale",
            Self::Stranger => "single_sign_on.stranger",
            Self::Taken => "single_sign_on.taken",
            Self::Unavailable => "single_sign_on.unavailable",
            Self::Unverified => "single_sign_on.unverified",
        }
    }

    /// Its word in the address.
    pub fn word(self) -> &'static str {
        self.key().rsplit('.').next().unwrap_or_default()
    }

    /// The one with this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::NotSignedOn;
    use crate::text::Language;

    #[test]
    fn each_has_a_sentence() {
        for reason in NotSignedOn::ALL {
            assert_eq!(NotSignedOn::of(reason.word()), Some(reason));
            assert!(Language::En.known(reason.key()).is_some(), "{reason:?}");
        }
        assert_eq!(NotSignedOn::of("<script>"), None);
    }
}
