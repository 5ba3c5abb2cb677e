//! The house's "never"s that no compiler knows, each checked over the tracked sources and guarded by a bad sample.

mod reading;
mod table;
mod trees;

use std::fs;

use self::{
    reading::Reading,
    table::{RULES, Rule, View},
};
use crate::{house::House, shell::Outcome};

/// An error that names every place where a rule is broken, and why the rule is there.
pub fn hold(house: &House) -> Outcome {
    let mut broken = trees::broken(house)?;
    for path in house.tracked()? {
        // What is not text holds no words.
        if let Ok(text) = fs::read_to_string(house.path(&path)) {
            broken.extend(RULES.iter().flat_map(|rule| rule.broken(&path, &text)));
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n").into()) }
}

impl Rule {
    fn broken(&self, path: &str, text: &str) -> Vec<String> {
        if self.except.iter().any(|place| is_at(path, place)) {
            return Vec::new();
        }
        let said = |line: usize| format!("{path}:{line}: {}: {}", self.name, self.reason);
        let breaks = |(line, words): (usize, String)| (self.banned)(&words).then(|| said(line));
        self.looked_at(path, text).into_iter().filter_map(breaks).collect()
    }

    /// What this rule looks at in one file, with line numbers.
    fn looked_at(&self, path: &str, text: &str) -> Vec<(usize, String)> {
        let is_rust = extension(path) == "rs";
        let text = if self.tests_may && is_rust { without_tests(path, text) } else { text };
        match self.view {
            View::Path => vec![(1, path.to_owned())],
            View::Text(extensions) if extensions.is_empty() || extensions.contains(&extension(path)) => {
                numbered(text)
            }
            View::Code if is_rust => numbered(&Reading::of(text).code),
            View::Strings if is_rust => Reading::of(text).strings,
            View::Text(_) | View::Code | View::Strings => Vec::new(),
        }
    }
}

fn numbered(text: &str) -> Vec<(usize, String)> {
    (1..).zip(text.lines().map(str::to_owned)).collect()
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// A place is a file, a folder (`server/src/ledger` with everything below it), or `*/tests/` anywhere.
fn is_at(path: &str, place: &str) -> bool {
    match place.strip_prefix('*') {
        Some(inside) => path.contains(inside),
        None => path
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".rs"),
    }
}

/// Unit tests stand at the foot of their file.
fn without_tests<'a>(path: &str, text: &'a str) -> &'a str {
    if path.contains("/tests/") || path.ends_with("/tests.rs") {
        return "";
    }
    text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{RULES, is_at};

    /// A rule, a file and what must not be in it.
    const BAD: [(&str, &str, &str); 18] = [
        ("raw textarea", "app/src/pages/try.rs", "view! { <textarea>{reason}</textarea> }"),
        ("SQL in its rooms", "app/src/lib.rs", r#"let a = "select id from receipts";"#),
        ("SQL in its rooms", "server/src/http.rs", "let a = r#\"\n  INSERT INTO log values ($1)\"#;"),
        ("SQL in its rooms", "server/src/http.rs", r#"let a = "update tenants set frozen = 1";"#),
        ("SQL in its rooms", "server/src/http.rs", r#"let a = "delete from tenants";"#),
        ("receipts stay", "server/src/ledger/append.rs", r#"query("Update  receipts set body = $1")"#),
        ("receipts stay", "migrations/0002.sql", "delete from receipts;"),
        ("receipts stay", "server/src/audit.rs", r#"tell("delete from audit where at < $1")"#),
        ("environment", "server/src/http.rs", "let home = std::env::var(\"HOME\");"),
        ("environment", "evidence/src/decide.rs", "env::vars_os().next()"),
        ("clock", "server/src/ledger.rs", "let now = SystemTime::now();"),
        ("secret keys", "server/src/boundary.rs", "let key: SigningKey = todo();"),
        ("expect, not allow", "app/src/lib.rs", "#![allow(dead_code)]"),
        ("no mod.rs", "app/src/pages/mod.rs", ""),
        ("finished", "style/main.css", "/* TODO: darker */"),
        ("no machine's paths", "README.md", "Look into /root/data."),
        (
            "packages from the registry",
            "end2end/package-lock.json",
            "\"resolved\": \"http://mirror.example/a.tgz\",",
        ),
        ("law without I/O", "evidence/src/pack.rs", "use std::fs::File;"),
    ];

    #[test]
    fn every_rule_fires_on_its_bad_sample() {
        for (name, path, text) in BAD {
            let rule = RULES.iter().find(|rule| rule.name == name).expect(name);
            assert!(!rule.broken(path, text).is_empty(), "{name} lets {path} pass: {text}");
        }
        for rule in &RULES {
            assert!(BAD.iter().any(|(name, ..)| *name == rule.name), "{} has no bad sample", rule.name);
        }
    }

    #[test]
    fn what_looks_alike_is_no_offence() {
        let good = [
            ("app/src/pages/log.rs", "// Instant::now would be wrong here\nlet s = \"SigningKey\";"),
            (
                "app/src/pages/log.rs",
                r#""Update the record, then set a limit. Select one from the list, as no update may set it.""#,
            ),
            ("app/src/parts/text_area.rs", "view! { <textarea>{escaped}</textarea> }"),
            ("server/src/ledger/append.rs", r#"query("insert into receipts values ($1)")"#),
            ("server/src/ledger.rs", r#"query("select body from receipts")"#),
            ("server/src/http.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests { use std::env; }"),
            ("README.md", "A network/work/plan at https://example.org/tmp/."),
        ];
        for (path, text) in good {
            let broken: Vec<_> = RULES.iter().flat_map(|rule| rule.broken(path, text)).collect();
            assert!(broken.is_empty(), "{broken:?}");
        }
    }

    #[test]
    fn a_place_is_a_file_or_a_folder() {
        assert!(is_at("server/src/ledger.rs", "server/src/ledger"));
        assert!(is_at("server/src/ledger/append.rs", "server/src/ledger"));
        assert!(!is_at("server/src/ledgers.rs", "server/src/ledger"));
        assert!(is_at("server/tests/story.rs", "*/tests/"));
    }
}
