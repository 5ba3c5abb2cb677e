//! The value of one column, as it stands in receipts.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::canonical::MAX_INTEGER;

/// A column's value. Whatever is none of these (a decimal, a time, bytes, an integer beyond 2^53−1) is text
/// in the form that its column's type prescribes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number with |n| ≤ 2^53−1.
    Integer(i64),
    /// Text.
    Text(String),
}

/// The longest text a value may carry, in bytes: a receipt has to stay readable, and packs have to stay small.
pub const MAX_VALUE_BYTES: usize = 65_536;

impl Value {
    /// The number, if it is one: an integer, or text that is an integer too large for JSON.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.parse().ok().filter(|number: &i64| number.to_string() == *text),
            Self::Null | Self::Bool(_) => None,
        }
    }

    /// A whole number as JSON can carry it: a number up to 2^53−1, text beyond.
    pub fn from_integer(number: i64) -> Self {
        if number.unsigned_abs() <= MAX_INTEGER.unsigned_abs() {
            Self::Integer(number)
        } else {
            Self::Text(number.to_string())
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(truth) => truth.fmt(formatter),
            Self::Integer(number) => number.fmt(formatter),
            Self::Text(text) => write!(formatter, "{text:?}"),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("null, true, false, a whole number up to 2^53-1, or text up to 65,536 bytes")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        if number.unsigned_abs() > MAX_INTEGER.unsigned_abs() {
            return Err(E::invalid_value(de::Unexpected::Signed(number), &self));
        }
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        let signed =
            i64::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))?;
        self.visit_i64(signed)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        if text.len() > MAX_VALUE_BYTES {
            return Err(E::invalid_length(text.len(), &self));
        }
        Ok(Value::Text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_values_are_read() {
        let read = serde_json::from_str::<Value>;
        assert_eq!(read("9007199254740991").unwrap(), Value::Integer(MAX_INTEGER));
        for bad in ["9007199254740992", "1.0", "1e3", "[]", "{}", "18446744073709551615"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&format!("\"{}\"", "x".repeat(MAX_VALUE_BYTES + 1))).is_err());
    }

    #[test]
    fn large_integers_travel_as_text() {
        let large = Value::from_integer(i64::MAX);
        assert_eq!(large, Value::from("9223372036854775807"));
        assert_eq!(large.as_integer(), Some(i64::MAX));
        assert_eq!(Value::from("007").as_integer(), None);
    }
}
