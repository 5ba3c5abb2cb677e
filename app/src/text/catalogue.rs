//! The catalogues: `key = text`, a line each; `#` begins a remark.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Language;

macro_rules! areas {
    ($($area:literal),* $(,)?) => {
        const EN: &[&str] = &[$(include_str!(concat!("../../text/en/", $area, ".txt"))),*];
        const DE: &[&str] = &[$(include_str!(concat!("../../text/de/", $area, ".txt"))),*];
    };
}

areas![
    "accounts",
    "connectors",
    "envelopes",
    "frame",
    "inbox",
    "overview",
    "parts",
    "receipts",
    "tenants",
    "trust"
];

type Table = BTreeMap<&'static str, &'static str>;

/// The text of `key` in `language`.
pub fn find(language: Language, key: &str) -> Option<&'static str> {
    static ENGLISH: LazyLock<Table> = LazyLock::new(|| table(EN));
    static GERMAN: LazyLock<Table> = LazyLock::new(|| table(DE));
    let table = match language {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
    };
    table.get(key).copied()
}

fn table(areas: &[&'static str]) -> Table {
    areas.iter().flat_map(|area| area.lines()).filter_map(entry).collect()
}

fn entry(line: &'static str) -> Option<(&'static str, &'static str)> {
    if line.starts_with('#') {
        return None;
    }
    let (key, text) = line.split_once('=')?;
    Some((key.trim(), text.trim()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn blanks(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (english, german) = (table(EN), table(DE));
        let keys = |table: &Table| table.keys().copied().collect::<BTreeSet<_>>();
        let missing: Vec<_> = keys(&english).symmetric_difference(&keys(&german)).copied().collect();
        assert!(missing.is_empty(), "only in one language: {missing:?}");
        for (key, text) in &english {
            assert_eq!(blanks(text), blanks(german[key]), "{key}");
        }
    }

    #[test]
    fn no_key_stands_twice() {
        for areas in [EN, DE] {
            let lines: Vec<_> = areas.iter().flat_map(|area| area.lines()).filter_map(entry).collect();
            let keys: BTreeSet<_> = lines.iter().map(|(key, _)| key).collect();
            assert_eq!(keys.len(), lines.len());
        }
    }

    /// A key that is put together at run time is written in a remark of the catalogue: `# used: area.what`.
    #[test]
    fn every_key_that_is_used_is_there_and_every_key_is_used() {
        let mut source = String::new();
        gather(concat!(env!("CARGO_MANIFEST_DIR"), "/src").as_ref(), &mut source);
        gather(concat!(env!("CARGO_MANIFEST_DIR"), "/../server/src/portal").as_ref(), &mut source);
        let table = table(EN);
        let mut unknown = Vec::new();
        for (call, counted) in [
            (" t(\"", false),
            ("(t(\"", false),
            ("=t(\"", false),
            ("{t(\"", false),
            ("tf(\"", false),
            ("tn(\"", true),
            ("say(\"", false),
        ] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                let key = if counted { format!("{key}.one") } else { key.to_owned() };
                if !table.contains_key(key.as_str()) {
                    unknown.push(key);
                }
            }
        }
        assert!(unknown.is_empty(), "in no catalogue: {unknown:?}");
        let dynamic: Vec<&str> = EN
            .iter()
            .flat_map(|area| area.lines())
            .filter_map(|line| line.strip_prefix("# used: "))
            .collect();
        let is_used = |key: &str| {
            let stem = key.strip_suffix(".one").or_else(|| key.strip_suffix(".other")).unwrap_or(key);
            source.contains(&format!("\"{key}\""))
                || source.contains(&format!("\"{stem}\""))
                || dynamic.iter().any(|prefix| key.starts_with(prefix))
        };
        let unused: Vec<_> = table.keys().filter(|key| !is_used(key)).collect();
        assert!(unused.is_empty(), "used nowhere: {unused:?}");
    }

    fn gather(folder: &Path, source: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, source);
            } else if !path.ends_with("text/catalogue.rs") {
                source.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
}
