//! Everything that the interface says, in each of its languages.
//!
//! The words stand in catalogues (`app/text/en/AREA.txt`, `app/text/de/AREA.txt`), one file for each area, and code names them
//! by key. A sentence with blanks is filled by [`tf`], one that counts something by [`tn`]. Which language
//! it is comes from the page that is rendered; where none is rendered it is English, and whoever doesn't know the reader
//! makes a [`Said`], which is put into words when it is shown.

mod catalogue;
pub mod envelope;
mod language;
mod law;
mod number;
mod phrase;
mod said;
mod sentences;

use std::fmt::Display;

use leptos::prelude::use_context;

pub use language::Language;
pub use law::{approval, condition, consequence, limit, operation, rule, undoing, verb};
pub use number::{duration, grouped, listed, size};
pub use phrase::{Bit, Phrase};
pub use said::Said;
pub use sentences::*;

/// The language of the page that is rendered.
pub fn language() -> Language {
    use_context().unwrap_or_default()
}

/// What the catalogue has at `key`; the key itself if it has nothing.
pub fn t(key: &str) -> &str {
    language().t(key)
}

/// What the catalogue has at `key`, with its blanks filled, each by its name.
pub fn tf(key: &str, blanks: &[(&str, &dyn Display)]) -> String {
    language().tf(key, blanks)
}

/// What the catalogue has at `key.one` or `key.other`, with `{count}` filled.
pub fn tn(key: &str, count: u64) -> String {
    language().tn(key, count)
}

impl Language {
    /// As [`t`], where no page is rendered yet.
    pub fn t(self, key: &str) -> &str {
        self.known(key).unwrap_or(key)
    }

    /// What the catalogue has at `key`, if anything.
    pub fn known(self, key: &str) -> Option<&'static str> {
        catalogue::of(self).get(key).copied()
    }

    /// As [`tf`], where no page is rendered yet.
    pub fn tf(self, key: &str, blanks: &[(&str, &dyn Display)]) -> String {
        let mut filled = String::new();
        for piece in pieces(self.t(key)) {
            match piece {
                Piece::Words(words) => filled.push_str(words),
                Piece::Blank(blank) => match blanks.iter().find(|(name, _)| *name == blank) {
                    Some((_, value)) => filled.push_str(&value.to_string()),
                    None => filled.extend(["{", blank, "}"]),
                },
            }
        }
        filled
    }

    /// As [`tn`], where no page is rendered yet.
    pub fn tn(self, key: &str, count: u64) -> String {
        let form = if count == 1 { "one" } else { "other" };
        self.tf(&format!("{key}.{form}"), &[("count", &self.grouped(count))])
    }
}

/// A piece of a text with blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// What is said as it stands.
    Words(&'a str),
    /// The name of a blank.
    Blank(&'a str),
}

/// The pieces of `text`, in their order. What stands in braces is a blank if it could be a name.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((blank, after)) = after.split_once('}') else { break };
        pieces.extend([Piece::Words(words), Piece::Blank(blank)]);
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    pieces.retain(|piece| *piece != Piece::Words(""));
    pieces
}

#[cfg(test)]
mod tests {
    use leptos::prelude::{Owner, provide_context};

    use super::*;

    #[test]
    fn the_language_is_the_pages() {
        assert_eq!(t("frame.skip"), "Skip to the content");
        let skip = Owner::new().with(|| {
            provide_context(Language::De);
            t("frame.skip")
        });
        assert_eq!(skip, "Zum Inhalt springen");
        assert_eq!(t("no.such_key"), "no.such_key");
    }

    #[test]
    fn blanks_are_filled_and_counted() {
        assert_eq!(Language::En.tn("count.records", 1), "1 record");
        assert_eq!(Language::En.tn("count.records", 1_204), "1,204 records");
        assert_eq!(Language::De.tn("count.records", 1_204), "1.204 Datensätze");
        let said = Language::En.tf("{a} and {b}", &[("a", &"{b}"), ("b", &2)]);
        assert_eq!(said, "{b} and 2");
    }
}
