//! A form as it was sent: text throughout.

use crate::portal::{Fault, Refusal};

/// The pairs of an `application/x-www-form-urlencoded` body, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

/// A form that was refused: it is shown again as it was, with what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What was typed.
    pub form: Form,
    /// Why it was refused.
    pub refusal: Refusal,
}

impl Form {
    /// A form of these pairs. Browsers end lines with two characters; here they end with one.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let plain = |(name, text): (String, String)| (name, text.replace("\r\n", "\n"));
        Self(pairs.into_iter().map(plain).collect())
    }

    /// What was typed into the field `name`; nothing, if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Everything that was chosen under `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Whether the box or button `name` was used.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Every pair, in its order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

impl Rejected {
    /// What is wrong with which field.
    pub fn faults(&self) -> Vec<Fault> {
        match &self.refusal {
            Refusal::Invalid(faults) => faults.clone(),
            _ => Vec::new(),
        }
    }
}
