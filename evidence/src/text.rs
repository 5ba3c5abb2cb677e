//! Values that travel as text but are something shorter, read without keeping the text.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Reads a text as its type does.
pub fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    read(deserializer, str::parse)
}

/// Reads a text with `parse`.
pub fn read<'de, D, T, E>(deserializer: D, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    deserializer.deserialize_str(Reading { parse, read: PhantomData })
}

struct Reading<P, T> {
    parse: P,
    read: PhantomData<T>,
}

impl<P: FnOnce(&str) -> Result<T, E>, T, E: fmt::Display> Visitor<'_> for Reading<P, T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<F: Error>(self, text: &str) -> Result<T, F> {
        (self.parse)(text).map_err(F::custom)
    }
}
