//! The interface's words: per language one folder, `text/en` and `text/de`, with a catalogue for each area; and the
//! sentences that are made of what receipts say.

mod catalogue;
mod language;
mod sentences;

use std::fmt::Display;

use leptos::prelude::use_context;

pub use language::Language;
pub use sentences::*;

/// The text of `key` in the visitor's language. What is in no catalogue is shown by its key.
pub fn t(key: &str) -> &'static str {
    let language = use_context().unwrap_or_default();
    catalogue::find(language, key).unwrap_or_else(|| catalogue::find(Language::En, key).unwrap_or("…"))
}

/// The same with its blanks filled in: `{name}` by what belongs to `name`.
pub fn tf(key: &str, blanks: &[(&str, &dyn Display)]) -> String {
    let mut rest = t(key);
    let mut text = String::with_capacity(rest.len());
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        text.push_str(before);
        if let Some((_, value)) = blanks.iter().find(|(known, _)| *known == name) {
            text.push_str(&value.to_string());
        }
        rest = behind;
    }
    text + rest
}

/// The text for so many: `key.one` or `key.other`, with the number as `{count}`.
pub fn tn(key: &str, count: u64) -> String {
    let form = if count == 1 { "one" } else { "other" };
    tf(&format!("{key}.{form}"), &[("count", &grouped(count))])
}
