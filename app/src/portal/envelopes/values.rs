//! Values as they are typed into a form: plain, or in quotes where plain text would not come back as it was.

use evidence::contract::{Column, ColumnType};
use evidence::value::Value;

/// How a value is typed.
pub fn text(value: &Value) -> String {
    match value {
        Value::Text(text) if is_plain(text) => text.clone(),
        Value::Text(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A text in quotes, as JSON writes it.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The value that was typed for `column`. What is not of the column's type stays text, which no rule accepts.
pub fn read(column: Option<&Column>, typed: &str) -> Value {
    let text = typed.trim();
    let plain = if text.starts_with('"') { serde_json::from_str(text).ok() } else { None };
    let text = plain.unwrap_or_else(|| text.to_owned());
    match column.map(|column| column.kind) {
        Some(ColumnType::Integer) => text.parse().map_or(Value::Text(text), Value::from_integer),
        Some(ColumnType::Boolean) => text.parse().map_or(Value::Text(text), Value::Bool),
        _ => Value::Text(text),
    }
}

/// The values of a list, with commas between them.
pub fn read_list(column: Option<&Column>, typed: &str) -> Vec<Value> {
    let (mut items, mut item, mut inside, mut escaped) = (Vec::new(), String::new(), false, false);
    for character in typed.chars() {
        match character {
            ',' if !inside => items.push(std::mem::take(&mut item)),
            '"' if !escaped && (inside || item.trim().is_empty()) => {
                inside = !inside;
                item.push(character);
            }
            _ => item.push(character),
        }
        escaped = inside && character == '\\' && !escaped;
    }
    items.push(item);
    items.iter().filter(|item| !item.trim().is_empty()).map(|item| read(column, item)).collect()
}

/// Whether a field of one line keeps the text as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('"') && text.trim() == text && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        for text in ["open", "", " open ", "a\nb", "\"quoted\"", "a, b", "\\", "\u{202e}", "\"", "a \"b\""] {
            let value = Value::from(text);
            assert_eq!(read(None, &super::text(&value)), value, "{text:?}");
        }
    }

    #[test]
    fn lists_come_back_as_they_were() {
        let texts = ["open", "a, b", "say \"x, y\"", "back\\", "\"", "plain"];
        let typed: Vec<String> = texts.into_iter().map(quoted).collect();
        let values: Vec<Value> = texts.into_iter().map(Value::from).collect();
        assert_eq!(read_list(None, &typed.join(", ")), values);
        assert_eq!(read_list(None, "open,pending , solved,"), ["open", "pending", "solved"].map(Value::from));
    }
}
