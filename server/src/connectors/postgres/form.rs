//! How the values of one column are written into a statement and read from it: always as text, cast to the column's own
//! type as the catalog names it.

use evidence::contract::{Class, Column, ColumnType};
use evidence::value::{MAX_VALUE_BYTES, Value};

use crate::connectors::decimal;

/// The form of a column's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The column's type, as a cast names it.
    pub cast: String,
    /// What the value has to be carried as.
    pub kind: ColumnType,
    /// What tells that a cast has changed what a value says.
    pub check: Check,
}

/// A cast may cut, round or drop a part of a value without a word. How that is noticed depends on the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// Its casts change nothing, or fail.
    None,
    /// The cast value must be the same number.
    Number,
    /// The cast value must be the same text, but for blanks at the end if they have no meaning.
    Text {
        /// Whether blanks at the end have a meaning.
        blanks: bool,
    },
    /// The cast value must be equal to the same text as a value of this type.
    As(&'static str),
    /// A time of day must be nothing else, and equal to the same text as a value of this type.
    TimeOfDay(&'static str),
}

impl Form {
    /// The form of a column of type `cast`, which without its domains and modifiers is `base`.
    pub fn new(cast: String, base: &str, has_modifier: bool) -> Self {
        let (kind, check) = match base {
            "boolean" => (ColumnType::Boolean, Check::None),
            "smallint" | "integer" | "bigint" => (ColumnType::Integer, Check::None),
            "numeric" | "real" | "double precision" => (ColumnType::Decimal, Check::Number),
            "bytea" => (ColumnType::Bytes, Check::None),
            "date" | "timestamp without time zone" | "timestamp with time zone" => {
                (ColumnType::Timestamp, Check::As("timestamptz"))
            }
            "time without time zone" => (ColumnType::Timestamp, Check::TimeOfDay("time")),
            "time with time zone" => (ColumnType::Timestamp, Check::As("timetz")),
            "interval" => (ColumnType::Text, Check::As("interval")),
            "character" | "bpchar" => (ColumnType::Text, Check::Text { blanks: false }),
            "character varying" | "text" | "name" | "\"char\"" | "bit" | "bit varying" => {
                (ColumnType::Text, Check::Text { blanks: true })
            }
            _ if has_modifier => (ColumnType::Text, Check::Text { blanks: true }),
            _ => (ColumnType::Text, Check::None),
        };
        Self { cast, kind, check }
    }

    /// The text `text` (an expression) as a value of the column.
    pub fn input(&self, text: &str) -> String {
        match self.kind {
            ColumnType::Bytes => format!("decode({text}, 'base64')::{}", self.cast),
            _ => format!("({text})::{}", self.cast),
        }
    }

    /// The value `value` (an expression) as text.
    pub fn output(&self, value: &str) -> String {
        match self.kind {
            ColumnType::Bytes => format!(r"translate(encode({value}, 'base64'), E'\n', '')"),
            _ => format!("({value})::text"),
        }
    }

    /// Whether the text `text` (an expression) keeps its meaning as a value of the column; an expression.
    pub fn keeps(&self, text: &str) -> String {
        match self.check {
            Check::As(same) | Check::TimeOfDay(same) => {
                format!("({})::{same} = ({text})::{same}", self.input(text))
            }
            Check::None | Check::Number | Check::Text { .. } => "true".to_owned(),
        }
    }

    /// Whether `text` may be given to the database at all: it would read a time of day from a whole date, and round what is
    /// finer than it can keep.
    pub fn admits(&self, column: &Column, value: &Value) -> bool {
        let Value::Text(text) = value else { return column.accepts(value) };
        let is_time = column.kind == ColumnType::Timestamp;
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':' || byte == b'.');
        column.accepts(value)
            && !(is_time && is_too_fine(text))
            && (is_plain || !matches!(self.check, Check::TimeOfDay(_)))
    }

    /// The value that the database made of `sent`, if it says the same.
    pub fn kept(&self, column: &Column, sent: &Value, keeps: bool, made: Option<String>) -> Option<Value> {
        let made = match made {
            Some(made) => self.value(column, made)?,
            None => Value::Null,
        };
        let same = match (&self.check, sent, &made) {
            (Check::Number, Value::Text(sent), Value::Text(made)) => decimal::same(sent, made),
            (Check::Text { blanks: true }, sent, made) => sent == made,
            (Check::Text { blanks: false }, Value::Text(sent), Value::Text(made)) => {
                sent.trim_end_matches(' ') == made
            }
            _ => true,
        };
        (keeps && same && column.accepts(&made)).then_some(made)
    }

    /// The value that was read as `text`, as a receipt would carry it; `None` if it has no such form, or is too long for a
    /// receipt to show.
    pub fn value(&self, column: &Column, text: String) -> Option<Value> {
        if column.class == Class::Open && text.len() > MAX_VALUE_BYTES {
            return None;
        }
        match self.kind {
            ColumnType::Boolean => text.parse().ok().map(Value::Bool),
            ColumnType::Integer => text.parse().ok().map(Value::from_integer),
            ColumnType::Decimal => Some(Value::Text(text.replace("e+", "e"))),
            ColumnType::Bytes | ColumnType::Text | ColumnType::Timestamp => Some(Value::Text(text)),
        }
    }
}

/// A value as the text that stands for it in a statement.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
    }
}

/// Whether it has more than the six digits after the point that a time can keep.
fn is_too_fine(text: &str) -> bool {
    let mut fractions = text.split('.').skip(1);
    fractions.any(|rest| rest.bytes().take_while(u8::is_ascii_digit).count() > 6)
}
