//! The catalogues say the same things, and just what the interface says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{read_dir, read_to_string};
use std::path::Path;

use super::*;
use crate::text::{Piece, pieces};

const HOUSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What is called with a key.
const CALLS: [&str; 8] =
    ["t(\"", "tf(\"", "Said::new(\"", "say(\"", "key=\"", "says(\"", "title_key=\"", "label_key=\""];

#[test]
fn every_file_is_read_and_every_line_is_a_pair() {
    for language in ["de", "en"] {
        let mut files: Vec<String> = read_dir(format!("{HOUSE}/app/text/{language}"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let areas: Vec<String> = AREAS.iter().map(|area| format!("{area}.txt")).collect();
        assert_eq!(files, areas, "{language}");
    }
    for (areas, language) in [(DE, Language::De), (EN, Language::En)] {
        let mut seen = BTreeSet::new();
        for (name, area) in AREAS.iter().zip(areas) {
            for line in area.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
                let (key, text) = line.split_once(" = ").unwrap_or_else(|| panic!("{language:?}: {line}"));
                assert!(key.starts_with(&format!("{name}.")), "{language:?}: {key} stands in {name}");
                assert!(is_key(key), "{language:?}: {key}");
                assert!(!text.trim().is_empty(), "{language:?}: {key} is empty");
                assert!(text.matches('`').count().is_multiple_of(2), "{language:?}: {key}: an odd backtick");
                assert!(seen.insert(key), "{language:?}: {key} twice");
            }
        }
    }
}

#[test]
fn the_languages_say_the_same() {
    let blanks = |language: Language| -> BTreeMap<&str, BTreeSet<&str>> {
        of(language).iter().map(|(key, text)| (*key, names(text))).collect()
    };
    let (german, english) = (blanks(Language::De), blanks(Language::En));
    let odd: Vec<_> = german
        .iter()
        .filter(|(key, blanks)| english.get(*key) != Some(blanks))
        .chain(english.iter().filter(|(key, _)| !german.contains_key(*key)))
        .collect();
    assert!(odd.is_empty(), "only in one language, or with other blanks: {odd:#?}");
}

#[test]
fn what_is_said_is_in_the_catalogue() {
    let known = of(Language::En);
    let there = |key: &str| known.contains_key(key) || known.contains_key(format!("{key}.other").as_str());
    let mut missing = BTreeSet::new();
    each_source("app/src", &mut |path, source| {
        for call in CALLS {
            for (place, _) in source.match_indices(call) {
                let starts =
                    !source[..place].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
                let key = source[place + call.len()..].split('"').next().unwrap_or_default();
                if starts && key.contains('.') && is_key(key) && !there(key) {
                    missing.insert(format!("{key} in {path}"));
                }
            }
        }
        for key in literals(source).filter(|key| is_key(key) && is_in_an_area(key) && !there(key)) {
            missing.insert(format!("{key} in {path}"));
        }
    });
    assert!(missing.is_empty(), "said, but not in the catalogue: {missing:#?}");
}

#[test]
fn what_is_in_the_catalogue_is_said() {
    let mut said = BTreeSet::new();
    for room in ["app/src", "server/src"] {
        each_source(room, &mut |_, source| said.extend(literals(source).map(str::to_owned)));
    }
    // A line `# dynamic: kind.` says that keys which begin so are put together while the portal runs.
    let prefixes: Vec<&str> =
        EN.iter().flat_map(|area| area.lines()).filter_map(|line| line.strip_prefix("# dynamic: ")).collect();
    let is_said = |key: &str| {
        let stem = key.strip_suffix(".one").or_else(|| key.strip_suffix(".other")).unwrap_or(key);
        said.contains(key) || said.contains(stem) || prefixes.iter().any(|prefix| key.starts_with(prefix))
    };
    let unused: BTreeSet<_> = of(Language::En).keys().filter(|key| !is_said(key)).collect();
    assert!(unused.is_empty(), "in the catalogue, but not said: {unused:#?}");
}

fn names(text: &str) -> BTreeSet<&str> {
    let blanks = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Blank(blank) => Some(blank),
        Piece::Words(_) => None,
    });
    blanks.collect()
}

fn is_key(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '_'))
    };
    text.contains('.') && text.split('.').all(is_word)
}

fn is_in_an_area(key: &str) -> bool {
    key.split_once('.').is_some_and(|(area, _)| AREAS.contains(&area))
}

/// Whatever stands between quotes on one line: enough to find keys, which hold neither quotes nor escapes.
fn literals(source: &str) -> impl Iterator<Item = &str> {
    source.lines().flat_map(|line| line.split('"'))
}

fn each_source(room: &str, read: &mut impl FnMut(&str, &str)) {
    fn walk(folder: &Path, read: &mut impl FnMut(&str, &str)) {
        for entry in read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, read);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let source = read_to_string(&path).unwrap();
                // Tests say what is not there, too.
                let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                if !path.ends_with("catalogue/tests.rs") {
                    read(&path.display().to_string(), source);
                }
            }
        }
    }
    walk(format!("{HOUSE}/{room}").as_ref(), read);
}
