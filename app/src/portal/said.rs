//! Something to be said in the visitor's language, by whoever does not know the language.

/// A key of the catalogue, and what fills its blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The key.
    pub key: &'static str,
    /// The blanks' names and what belongs there.
    pub blanks: Vec<(&'static str, String)>,
}

impl Said {
    /// What the catalogue has at `key`.
    pub const fn new(key: &'static str) -> Self {
        Self { key, blanks: Vec::new() }
    }

    /// The same with `blank` filled in.
    #[must_use]
    pub fn with(mut self, blank: &'static str, text: impl ToString) -> Self {
        self.blanks.push((blank, text.to_string()));
        self
    }
}
