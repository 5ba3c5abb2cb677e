//! Something to be said in the reader's language, by whoever does not know the language.

use std::borrow::Cow;
use std::fmt;

use super::{Language, language};

/// A key of the catalogue and what fills its blanks; or plain text, which is said as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The key.
    pub key: Cow<'static, str>,
    /// The blanks' names and what belongs there.
    pub blanks: Vec<(&'static str, String)>,
}

impl Said {
    /// What the catalogue has at `key`.
    pub const fn new(key: &'static str) -> Self {
        Self { key: Cow::Borrowed(key), blanks: Vec::new() }
    }

    /// The same with `blank` filled in.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whatever can be said, owned or borrowed")]
    pub fn with(mut self, blank: &'static str, text: impl ToString) -> Self {
        self.blanks.push((blank, text.to_string()));
        self
    }

    /// In `language`, where no page is rendered yet.
    pub fn told_in(&self, language: Language) -> String {
        let blanks: Vec<(&str, &dyn fmt::Display)> =
            self.blanks.iter().map(|(name, text)| (*name, text as &dyn fmt::Display)).collect();
        language.tf(&self.key, &blanks)
    }
}

/// In the language of the page that is rendered.
impl fmt::Display for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.told_in(language()))
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self { key: Cow::Owned(text), blanks: Vec::new() }
    }
}

impl From<&'static str> for Said {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}
