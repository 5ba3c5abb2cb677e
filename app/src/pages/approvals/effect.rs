//! What a write would do, in one sentence that a person can say yes or no to.

use evidence::action::{Action, Proposed};
use evidence::value::Value;

use crate::text::{grouped, listed, t, tf};

/// How much of a value stands in the sentence; the table below it has the rest.
const SHOWN: usize = 60;

/// `Set status to “closed” on 12 records in tickets of Acme Tools`. It holds what an agent wrote, and is shown as such.
pub fn effect(action: &Action, title: &str) -> String {
    let count = action.rows();
    let form = if count == 1 { "one" } else { "other" };
    let kind = match action.operation.as_str() {
        kind @ ("update" | "insert" | "delete") => kind,
        _ => "custom",
    };
    let kind = if action.undoes.is_some() { "undo" } else { kind };
    let changes: Vec<String> =
        action.set.iter().map(|(column, value)| change(column.as_str(), value)).collect();
    let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
    tf(
        &format!("inbox.effect.{kind}.{form}"),
        &[
            ("changes", &listed(&changes)),
            ("count", &grouped(count)),
            ("operation", &action.operation),
            ("table", &action.table),
            ("tenant", &title),
        ],
    )
}

fn change(column: &str, value: &Proposed) -> String {
    match value {
        Proposed::Open(value) => tf("inbox.change", &[("column", &column), ("value", &shortened(value))]),
        Proposed::Sealed { .. } => tf("inbox.change.sealed", &[("column", &column)]),
        Proposed::Foreign(_) => tf("inbox.change.foreign", &[("column", &column)]),
    }
}

fn shortened(value: &Value) -> String {
    let Value::Text(text) = value else { return value.to_string() };
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{}{short}{}", t("inbox.quote.open"), t("inbox.quote.close"))
}
