//! The rules themselves: what must not stand where, and why.

/// What a rule reads.
pub enum View {
    /// The file's name.
    Path,
    /// Each line of files with one of these extensions; of every file when there are none.
    Text(&'static [&'static str]),
    /// Each line of Rust without comments and literals.
    Code,
    /// Each string literal of Rust.
    Strings,
}

/// One "never".
pub struct Rule {
    pub name: &'static str,
    pub reason: &'static str,
    pub view: View,
    pub banned: fn(&str) -> bool,
    /// Where it is at home.
    pub except: &'static [&'static str],
    /// Whether tests may.
    pub tests_may: bool,
}

/// This table and its samples say every banned word.
const HERE: &str = "xtask/src/rules";

pub const RULES: [Rule; 12] = [
    Rule {
        name: "raw textarea",
        reason: "the server does not escape a textarea's text; use the TextArea part",
        view: View::Code,
        banned: |line| line.contains("<textarea") || line.contains("textarea()"),
        except: &["app/src/parts/text_area.rs", HERE],
        tests_may: false,
    },
    Rule {
        name: "SQL in its rooms",
        reason: "only the ledger, the store, the demo and the rooms that keep tables of their own speak SQL",
        view: View::Strings,
        banned: is_sql,
        except: &[
            "server/src/accounts",
            "server/src/audit",
            "server/src/ledger",
            "server/src/registry",
            "server/src/store",
            "server/src/connectors",
            "server/src/contracts",
            "server/src/demo",
            "server/src/envelopes",
            "*/tests/",
            "*/examples/",
            HERE,
        ],
        tests_may: true,
    },
    Rule {
        name: "receipts stay",
        reason: "the log and the audit append and never alter",
        view: View::Text(&["rs", "sql", "js", "mjs", "ts", "py"]),
        banned: |line| {
            let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
            let line = words.join(" ");
            let ways = ["update", "delete from", "truncate", "truncate table", "drop table"];
            let said = |table: &str| ways.iter().any(|way| has_word(&line, &format!("{way} {table}")));
            said("receipts") || said("audit")
        },
        // What damages a database on purpose, so that the check has something to find.
        except: &["server/tests/operate/checks", HERE],
        tests_may: false,
    },
    Rule {
        name: "environment",
        reason: "configuration is read in one place and handed down",
        view: View::Code,
        banned: |line| {
            let read =
                ["args", "args_os", "current_dir", "home_dir", "set_var", "var", "var_os", "vars", "vars_os"];
            read.iter().any(|name| has_word(line, &format!("env::{name}")))
        },
        except: &["server/src/config", "evidence/src/bin", "xtask", "*/tests/", "*/examples/"],
        tests_may: true,
    },
    Rule {
        name: "clock",
        reason: "time is an argument; one clock is read at the front door",
        view: View::Code,
        banned: |line| calls(line, &["SystemTime::now", "Instant::now"]),
        except: &["server/src/main", "server/src/clock", "xtask", "*/benches/", "*/examples/"],
        tests_may: false,
    },
    Rule {
        name: "secret keys",
        reason: "secret keys live in one file of the server",
        view: View::Code,
        banned: |line| line.contains("SigningKey"),
        except: &["server/src/keys", "evidence/tests", "evidence/examples"],
        tests_may: true,
    },
    Rule {
        name: "law without I/O",
        reason: "the law gets bytes, time and history as arguments",
        view: View::Code,
        banned: |line| {
            let place = line.contains("evidence/");
            !place
                && ["std::env", "std::fs", "std::net", "std::process", "std::thread", "std::io"]
                    .iter()
                    .any(|door| line.contains(door))
        },
        except: &[
            "app",
            "evidence/src/bin",
            "evidence/tests",
            "evidence/examples",
            "evidence/fuzz",
            "frontend",
            "server",
            "xtask",
        ],
        tests_may: true,
    },
    Rule {
        name: "expect, not allow",
        reason: "an expectation gives a reason and ends when it no longer holds",
        view: View::Code,
        banned: |line| {
            let attribute = line.trim_start();
            ["#[allow(", "#![allow("].iter().any(|allow| attribute.contains(allow))
                || (attribute.contains("cfg_attr(") && attribute.contains("allow("))
        },
        except: &[],
        tests_may: false,
    },
    Rule {
        name: "no mod.rs",
        reason: "a file is named for what it is about",
        view: View::Path,
        banned: |path| path == "mod.rs" || path.ends_with("/mod.rs"),
        except: &[],
        tests_may: false,
    },
    Rule {
        name: "finished",
        reason: "what is not done is not in the tree",
        view: View::Text(&["rs", "md", "toml", "css", "html", "js", "mjs", "ts", "py", "sql", "sh", "yml"]),
        banned: |line| {
            let words = ["TODO", "FIXME", "XXX", "HACK", "todo!", "unimplemented!"];
            words.iter().any(|word| has_word(line, word))
        },
        except: &[HERE],
        tests_may: false,
    },
    Rule {
        name: "no machine's paths",
        reason: "a checkout works anywhere",
        view: View::Text(&[]),
        banned: |line| ["/work/", "/root/", "/tmp/", "/home/"].iter().any(|path| has_word(line, path)),
        except: &[HERE],
        tests_may: false,
    },
    Rule {
        name: "packages from the registry",
        reason: "a lock file that names a mirror works on one network only",
        view: View::Text(&["json", "lock"]),
        banned: |line| {
            let line = line.trim_start();
            let resolved = line.strip_prefix("\"resolved\": \"");
            let mirrored = resolved.is_some_and(|from| !from.starts_with("https://registry.npmjs.org/"));
            let source = line.strip_prefix("source = \"");
            mirrored
                || source.is_some_and(|from| {
                    !from.starts_with("registry+https://github.com/rust-lang/crates.io-index")
                })
        },
        except: &[],
        tests_may: false,
    },
];

/// Whether one of these is called or named, not merely the start of a longer name.
fn calls(line: &str, names: &[&str]) -> bool {
    names.iter().any(|name| has_word(line, name))
}

/// Whether it stands there with no letter, digit or dot before it and no letter or digit behind it.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let inside = |character: char| character.is_alphanumeric() || character == '_';
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let is_path = word.ends_with('/');
        !before.is_some_and(|character| inside(character) || (is_path && ".-".contains(character)))
            && (is_path || !after.is_some_and(inside))
    })
}

/// SQL is written in one case; a sentence about it is not.
fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let one_case = |word: &str, keyword: &str| word == keyword || word == keyword.to_uppercase();
    let starts = |at: usize, keyword: &str| words.get(at).is_some_and(|word| one_case(word, keyword));
    let anywhere = |keywords: &[&str], gap: usize| {
        (0..words.len()).any(|at| starts(at, keywords[0]) && starts(at + gap, keywords[1]))
    };
    let selects =
        (starts(0, "select") || starts(0, "with")) && words.iter().any(|word| one_case(word, "from"));
    selects
        || anywhere(&["insert", "into"], 1)
        || (anywhere(&["update", "set"], 2) && text.contains('='))
        || anywhere(&["delete", "from"], 1)
}
