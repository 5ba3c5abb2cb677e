//! Phrases: text that knows which of its words are code and which are quoted, so that it can be shown as such.

use std::fmt;

use super::{Piece, pieces, t};

/// A piece of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bit {
    /// The interface's own words.
    Words(String),
    /// A name from a document: a table, a column, a group.
    Code(String),
    /// What somebody else wrote.
    Quoted(String),
}

/// Some words after each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase(pub Vec<Bit>);

impl Phrase {
    /// The interface's own words.
    pub fn words(text: impl fmt::Display) -> Self {
        Self(vec![Bit::Words(text.to_string())])
    }

    /// A name from a document.
    pub fn code(text: impl fmt::Display) -> Self {
        Self(vec![Bit::Code(text.to_string())])
    }

    /// What somebody else wrote.
    pub fn quoted(text: impl fmt::Display) -> Self {
        Self(vec![Bit::Quoted(text.to_string())])
    }

    /// What the catalogue has at `key`, with its blanks filled. What stands between backticks there is code.
    pub fn of(key: &str, blanks: &[(&str, Self)]) -> Self {
        let mut bits = Vec::new();
        for (place, text) in t(key).split('`').enumerate() {
            let is_code = place % 2 == 1;
            for piece in pieces(text) {
                match piece {
                    Piece::Words(words) if is_code => bits.push(Bit::Code(words.to_owned())),
                    Piece::Words(words) => bits.push(Bit::Words(words.to_owned())),
                    Piece::Blank(blank) => {
                        let filled = blanks.iter().find(|(name, _)| *name == blank);
                        bits.extend(filled.into_iter().flat_map(|(_, phrase)| phrase.0.clone()));
                    }
                }
            }
        }
        Self(bits)
    }

    /// As [`Phrase::of`] for `key.one` or `key.other`.
    pub fn counted(key: &str, count: u64, blanks: &[(&str, Self)]) -> Self {
        let form = if count == 1 { "one" } else { "other" };
        let mut blanks = blanks.to_vec();
        blanks.push(("count", Self::words(super::grouped(count))));
        Self::of(&format!("{key}.{form}"), &blanks)
    }

    /// `a`, `a and b`, `a, b and c`, with this word before the last.
    pub fn series(phrases: impl IntoIterator<Item = Self>, before_last: &str) -> Self {
        let phrases: Vec<Self> = phrases.into_iter().collect();
        let last = phrases.len().saturating_sub(1);
        let mut bits = Vec::new();
        for (place, phrase) in phrases.into_iter().enumerate() {
            match place {
                0 => {}
                _ if place == last => bits.push(Bit::Words(format!(" {before_last} "))),
                _ => bits.push(Bit::Words(", ".to_owned())),
            }
            bits.extend(phrase.0);
        }
        Self(bits)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As plain text.
impl fmt::Display for Phrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for bit in &self.0 {
            match bit {
                Bit::Words(text) | Bit::Code(text) => formatter.write_str(text)?,
                Bit::Quoted(text) => write!(formatter, "“{text}”")?,
            }
        }
        Ok(())
    }
}
