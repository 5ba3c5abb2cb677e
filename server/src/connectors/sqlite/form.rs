//! The form in which `SQLite` keeps a value: a column that prefers numbers turns text that looks like one into one.

use std::collections::BTreeMap;

use evidence::contract::{Column, ColumnType, Table};
use evidence::name::Text;
use evidence::value::Value;

use crate::connectors::decimal;
use crate::connectors::live::LiveTable;

/// Each value of `set` as it will be read back; `None` where the column does not take it as it is.
pub fn own(table: &Table, live: &LiveTable, set: &BTreeMap<Text, Value>) -> BTreeMap<Text, Option<Value>> {
    let set = set.iter().filter_map(|(name, value)| {
        let column = table.columns.get(name.as_str())?;
        let found = live.columns.iter().find(|found| found.name == name.as_str())?;
        Some((name.clone(), form(column, &found.declared, value)))
    });
    set.collect()
}

fn form(column: &Column, declared: &str, value: &Value) -> Option<Value> {
    if !column.accepts(value) {
        return None;
    }
    match (column.kind, value) {
        (ColumnType::Decimal | ColumnType::Timestamp, Value::Text(text)) if !keeps_text(declared) => {
            match number(text) {
                Some(kept) if decimal::same(text, &kept) => Some(Value::Text(kept)),
                Some(_) => None,
                None => Some(value.clone()),
            }
        }
        _ => Some(value.clone()),
    }
}

/// Whether a column declared so has text affinity, by <https://sqlite.org/datatype3.html> §3.1.
fn keeps_text(declared: &str) -> bool {
    let declared = declared.to_ascii_uppercase();
    !declared.contains("INT") && ["CHAR", "CLOB", "TEXT"].iter().any(|word| declared.contains(word))
}

/// The number that a column with numeric affinity keeps for this text, as it is read back.
fn number(text: &str) -> Option<String> {
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.to_string());
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse::<f64>().ok().filter(|number| is_number && number.is_finite()).map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use evidence::contract::Class;

    use super::*;

    fn kept(declared: &str, text: &str) -> Option<Value> {
        let column = Column { kind: ColumnType::Decimal, class: Class::Open, writable: true, nullable: true };
        form(&column, declared, &Value::from(text))
    }

    #[test]
    fn a_column_that_prefers_numbers_keeps_numbers() {
        assert_eq!(kept("decimal(10,2)", "1.50"), Some("1.5".into()));
        assert_eq!(kept("real", "7.0"), Some("7".into()));
        assert_eq!(kept("text", "1.50"), Some("1.50".into()));
        assert_eq!(kept("real", "0.12345678901234567890"), None);
        assert_eq!(kept("real", "1e999"), Some("1e999".into()));
    }
}
