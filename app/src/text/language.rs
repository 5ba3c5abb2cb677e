//! The languages in which the interface can be read.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    De,
    /// English.
    #[default]
    En,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The tag, as `lang` and `Accept-Language` have it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// The language's own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::De => "Deutsch",
            Self::En => "English",
        }
    }

    /// The language that an `Accept-Language` header wants most, English if it wants none that there is.
    pub fn accepted(header: &str) -> Self {
        let mut best = (0, Self::default());
        for wanted in header.split(',') {
            let (tag, weight) = wanted.split_once(';').unwrap_or((wanted, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(thousandths).unwrap_or(0);
            let primary = tag.trim().split('-').next().unwrap_or_default();
            if let Ok(language) = primary.parse()
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// A weight between 0 and 1, as RFC 9110 writes it.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    format!("{whole}{fraction}").parse().ok().filter(|weight| *weight <= 1_000)
}

/// There is no such language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the languages are en and de")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        let is = |language: &Self| language.tag().eq_ignore_ascii_case(tag);
        Self::ALL.into_iter().find(is).ok_or(UnknownLanguage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_what_is_wanted_most() {
        for (header, language) in [
            ("", Language::En),
            ("fr-FR, fr;q=0.9", Language::En),
            ("de-AT,de;q=0.9,en;q=0.8", Language::De),
            ("en;q=0.4, de;q=0.35", Language::En),
            ("fr, de;q=0.7, en;q=0.3", Language::De),
            ("de;q=0, *;q=0.1", Language::En),
            ("de;q=7, de;q=x, ;;,", Language::En),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
        assert_eq!("DE".parse(), Ok(Language::De));
        assert_eq!("deutsch".parse::<Language>(), Err(UnknownLanguage));
    }
}
