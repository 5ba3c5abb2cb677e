//! Cedar text for names and values that other people chose.
//!
//! Only printable ASCII stands as it is; so no value can end its literal, turn the text around or look like another.

use std::fmt::Write;

use crate::contract::{Column, ColumnType};
use crate::value::Value;

/// `text` as a Cedar string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len().saturating_add(2));
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            ' '..='~' => literal.push(character),
            // Writing to a String can't fail.
            _ => _ = write!(literal, "\\u{{{:x}}}", u32::from(character)),
        }
    }
    literal.push('"');
    literal
}

/// `value` as a Cedar literal of the column's type, unless it is null or not of that type.
pub(super) fn of_column(column: &Column, value: &Value) -> Option<String> {
    if !column.accepts(value) {
        return None;
    }
    match value {
        Value::Null => None,
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Text(text) if column.kind == ColumnType::Integer => Some(text.clone()),
        Value::Text(text) => Some(quoted(text)),
    }
}

/// `[a, b]` of what is already Cedar text.
pub(super) fn set(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Class;

    #[test]
    fn only_printable_ascii_stands_as_it_is() {
        assert_eq!(quoted("plain text, 100%!"), r#""plain text, 100%!""#);
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(quoted("\n\0\u{7f}é\u{202e}😀"), r#""\u{a}\u{0}\u{7f}\u{e9}\u{202e}\u{1f600}""#);
    }

    #[test]
    fn a_value_is_a_literal_of_its_column_only() {
        let column = |kind| Column { kind, class: Class::Open, writable: true, nullable: true };
        let large = Value::from_integer(i64::MIN);
        assert_eq!(of_column(&column(ColumnType::Integer), &large).unwrap(), "-9223372036854775808");
        assert_eq!(of_column(&column(ColumnType::Text), &large).unwrap(), "\"-9223372036854775808\"");
        assert_eq!(of_column(&column(ColumnType::Integer), &Value::from("7")), None, "7 travels as a number");
        assert_eq!(of_column(&column(ColumnType::Boolean), &Value::Null), None);
    }
}
