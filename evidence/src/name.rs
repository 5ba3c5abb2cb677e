//! Names: the few kinds of identifiers that documents, receipts and requests are made of.
//!
//! A value of one of these types is valid by construction, so no later line has to ask again.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not a valid name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be {rule}, found {found:?}")]
pub struct NameError {
    /// Which kind of name was expected.
    pub kind: &'static str,
    /// The rule, as a phrase.
    pub rule: &'static str,
    /// The beginning of the text that was refused.
    pub found: String,
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $rule:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(String);

        impl $type {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) {
                    return Ok(Self(text));
                }
                Err(NameError { kind: $kind, rule: $rule, found: text.chars().take(64).collect() })
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $type {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::try_from(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

name!(
    /// A short name that people choose: a tenant, agent, connector, rule, limit or approver group.
    Name,
    "a name",
    "1 to 63 lower-case letters, digits or hyphens, beginning with a letter or digit",
    is_name
);
name!(
    /// The name of a table or column, as the database knows it.
    Identifier,
    "an identifier",
    "1 to 63 letters, digits or underscores, not beginning with a digit",
    is_identifier
);
name!(
    /// Text that an agent or a person wrote: anything at all, but short. Always hostile.
    Text,
    "a text",
    "at most 2,000 bytes",
    |text| text.len() <= Text::MAX_BYTES
);

impl Identifier {
    /// This identifier as a [`Text`], for comparison with what an agent named.
    pub fn to_text(&self) -> Text {
        Text(self.0.clone())
    }
}

impl Text {
    /// The longest text, in bytes.
    pub const MAX_BYTES: usize = 2_000;

    /// The first `characters` characters of `text`; at most [`Text::MAX_BYTES`] / 4, so that any of them fit.
    pub fn shortened(text: &str, characters: usize) -> Self {
        Self(text.chars().take(characters.min(Self::MAX_BYTES / 4)).collect())
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_identifier(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        assert!("support-agent".parse::<Name>().is_ok());
        for bad in ["", "-a", "Acme", "a b", "a\u{202e}b", "x'; drop table", &"a".repeat(64)] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn identifiers_need_no_quoting() {
        assert!("tenant_id".parse::<Identifier>().is_ok());
        for bad in ["", "1a", "a-b", "a\"b", "a\0", "é"] {
            assert!(bad.parse::<Identifier>().is_err(), "{bad:?}");
        }
    }
}
