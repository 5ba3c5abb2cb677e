//! The catalogues: `key = text` a line, compiled in and read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Language;

/// Each key with its text.
pub(super) type Catalogue = HashMap<&'static str, &'static str>;

macro_rules! areas {
    ($($area:literal)*) => {
        #[cfg(test)]
        const AREAS: &[&str] = &[$($area),*];
        const DE: &[&str] =
            &[$(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/text/de/", $area, ".txt"))),*];
        const EN: &[&str] =
            &[$(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/text/en/", $area, ".txt"))),*];
    };
}

areas! {
    "account"
    "api_keys"
    "audit"
    "connectors"
    "contract"
    "count"
    "envelopes"
    "frame"
    "inbox"
    "keyboard"
    "members"
    "overview"
    "parts"
    "receipt"
    "receipts"
    "refusal"
    "said"
    "sentence"
    "single_sign_on"
    "style"
    "tenants"
    "trust"
    "try"
}

/// The catalogue of `language`.
pub(super) fn of(language: Language) -> &'static Catalogue {
    static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| read(DE));
    static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| read(EN));
    match language {
        Language::De => &GERMAN,
        Language::En => &ENGLISH,
    }
}

fn read(areas: &[&'static str]) -> Catalogue {
    areas.iter().flat_map(|area| pairs(area)).collect()
}

/// The pairs of a file. Lines that begin with `#` are for whoever edits it.
fn pairs(area: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = area.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(key, text)| (key.trim(), text.trim()))
}

#[cfg(test)]
mod tests;
