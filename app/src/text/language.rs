//! In which language a visitor reads.

use std::str::FromStr;

/// A language of the interface. Evidence itself is in none: its codes and names are the same everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its tag, BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// Its name, in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The first known language of an `Accept-Language` header, RFC 9110 section 12.5.4, which browsers send in the order of
    /// preference.
    pub fn accepted(header: &str) -> Self {
        let tags = header.split(',').map(|offer| offer.split([';', '-']).next().unwrap_or_default().trim());
        tags.into_iter().find_map(|tag| tag.to_ascii_lowercase().parse().ok()).unwrap_or_default()
    }
}

impl FromStr for Language {
    type Err = ();

    fn from_str(tag: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|language| language.tag() == tag).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_first_known_language_is_taken() {
        assert_eq!(Language::accepted("fr-CH, de-AT;q=0.9, en;q=0.8"), Language::De);
        assert_eq!(Language::accepted("EN-gb"), Language::En);
        assert_eq!(Language::accepted(";;,\u{fffd}"), Language::En);
    }
}
