//! A case: some bytes, what a verifier must say about them, and why.

mod containers;
mod documents;
mod packs;
mod proofs;
mod receipts;
mod texts;

use std::collections::BTreeMap;

use evidence::verify::State;
use serde_json::{Map, Value as Json, json};

use crate::world::{Log, public};

/// The file that describes a case.
pub const DESCRIPTION: &str = "case.json";
/// The list of all cases.
pub const LIST: &str = "README.md";

/// One case.
pub struct Case {
    name: String,
    description: Map<String, Json>,
    bytes: Vec<u8>,
}

impl Case {
    /// A pack and the answer about it.
    pub fn pack(name: &str, why: &str, log: &Log, pack: Vec<u8>, state: State, step: Option<u8>) -> Self {
        let key = public(log.signer()).id().to_string();
        let description = [
            ("why", why.into()),
            ("state", serde_json::to_value(state).unwrap()),
            ("step", step.into()),
            ("key", key.into()),
        ];
        Self::new(&format!("pack-{name}"), description, pack)
    }

    /// Bytes of a format, which are accepted.
    pub fn accepted(kind: &str, name: &str, why: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::format(kind, name, why, bytes, "accepted")
    }

    /// Bytes of a format, which are refused.
    pub fn refused(kind: &str, name: &str, why: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::format(kind, name, why, bytes, "refused")
    }

    fn format(kind: &str, name: &str, why: &str, bytes: impl Into<Vec<u8>>, state: &str) -> Self {
        let description = [
            ("kind", kind.into()),
            ("why", why.into()),
            ("state", state.into()),
            ("step", Json::Null),
            ("key", Json::Null),
        ];
        Self::new(&format!("{kind}-{name}"), description, bytes.into())
    }

    fn new<const FIELDS: usize>(name: &str, description: [(&str, Json); FIELDS], bytes: Vec<u8>) -> Self {
        let description = description.map(|(field, value)| (field.to_owned(), value)).into_iter().collect();
        Self { name: name.replace('_', "-"), description, bytes }
    }

    /// With another field in its description.
    pub fn with(mut self, field: &str, value: impl Into<Json>) -> Self {
        self.description.insert(field.to_owned(), value.into());
        self
    }

    fn file(&self) -> &'static str {
        if self.description.contains_key("kind") { "input" } else { "pack.evidencepack" }
    }

    fn word(&self, field: &str) -> String {
        match &self.description[field] {
            Json::Null => String::new(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// Every file of the folder, by name.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let cases = all();
    let mut files = BTreeMap::new();
    for case in &cases {
        let description = serde_json::to_string_pretty(&case.description).unwrap() + "\n";
        let description = files.insert(format!("{}/{DESCRIPTION}", case.name), description.into_bytes());
        assert!(description.is_none(), "two cases are named {}", case.name);
        files.insert(format!("{}/{}", case.name, case.file()), case.bytes.clone());
    }
    files.insert(LIST.to_owned(), list(&cases).into_bytes());
    files
}

fn all() -> Vec<Case> {
    let mut cases = [
        packs::cases(),
        receipts::cases(),
        containers::cases(),
        documents::cases(),
        proofs::cases(),
        texts::cases(),
    ]
    .concat_all();
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    cases
}

trait ConcatAll {
    fn concat_all(self) -> Vec<Case>;
}

impl<const LISTS: usize> ConcatAll for [Vec<Case>; LISTS] {
    fn concat_all(self) -> Vec<Case> {
        self.into_iter().flatten().collect()
    }
}

fn list(cases: &[Case]) -> String {
    let passes = |case: &&Case| ["accepted", "verified"].contains(&case.word("state").as_str());
    let count = cases.iter().filter(passes).count();
    let rows: Vec<String> = cases
        .iter()
        .map(|case| {
            let kind = if case.file() == "input" { case.word("kind") } else { "pack".to_owned() };
            let [state, step, why] = ["state", "step", "why"].map(|field| case.word(field));
            format!("| [{name}]({name}) | {kind} | {state} | {step} | {why} |\n", name = case.name)
        })
        .collect();
    let all = cases.len();
    let others = all - count;
    format!("{HEAD}{all} cases: {count} that must pass, {others} that must not.\n\n{TABLE}{}", rows.concat())
}

const HEAD: &str = "\
# Vectors

Bytes, and what every verifier must say about them. One directory is one case. `case.json` describes it:

| field | meaning |
|---|---|
| `why` | what the case is about |
| `kind` | absent for a whole pack; otherwise the format of `input` |
| `state` | for a pack `verified`, `signer_not_confirmed`, `incomplete`, `does_not_verify` or `could_not_check`; otherwise `accepted` or `refused` |
| `step` | for a pack the number of the first step that fails or could not be checked, or null |
| `key` | the fingerprint that the reader names, or null for none |
| `since` | if present: the signed checkpoint that the reader kept, as text |

A pack is `pack.evidencepack`; anything else is `input`, by kind:

| kind | accepted if |
|---|---|
| `canonical` | it is a document in canonical form |
| `checkpoint` | it is a signed checkpoint, and `public_key` (base64) signed it |
| `consistency` | the JSON's proof leads from the old root to the new one |
| `container` | it is a container, in its one encoding |
| `disclosure` | the JSON's digest is that of its disclosure |
| `dsse` | it is a receipt in a DSSE envelope, and `public_key` (base64) signed it |
| `fingerprint` | it is text that names the key with the id `id` |
| `inclusion` | the JSON's proof leads from the leaf to the root |
| `timestamp` | it is a time |
| `trust` | it is a trust document |

`cargo run --release -p evidence --example vectors` writes this folder; a test compares every byte.

";

const TABLE: &str = "| case | kind | state | step | why |\n|---|---|---|---|---|\n";

/// The text of a JSON value in canonical form.
pub fn canonical(value: &Json) -> Vec<u8> {
    evidence::canonical::to_vec(value).unwrap()
}

/// The field that names a key for a `dsse` or `checkpoint` case.
pub fn public_key(log: &Log) -> Json {
    json!(evidence::digest::to_base64(public(log.signer()).as_bytes()))
}
