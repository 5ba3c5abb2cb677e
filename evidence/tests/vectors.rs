//! Every vector gets the answer that its description states, and the committed ones are those that the generator makes.

#[expect(dead_code, reason = "the cases use their own part of the world")]
#[path = "support/world.rs"]
mod world;

#[path = "../examples/vectors/case.rs"]
mod case;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use evidence::canonical;
use evidence::checkpoint::SignedCheckpoint;
use evidence::commitment::Disclosure;
use evidence::container::Container;
use evidence::digest::from_base64;
use evidence::dsse::Signed;
use evidence::key::{Fingerprint, PublicKey};
use evidence::log::{Hash, verify_consistency, verify_inclusion};
use evidence::receipt::Receipt;
use evidence::timestamp::Timestamp;
use evidence::trust::Trust;
use evidence::verify::{Expectations, verify};
use serde_json::Value as Json;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// The committed files, by name.
fn committed() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder()).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn the_committed_files_are_those_that_the_generator_makes() {
    let (made, found) = (case::files(), committed());
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&found));
    let differ: Vec<&String> = made.keys().filter(|name| made[*name] != found[*name]).collect();
    assert_eq!(differ, [""; 0], "write them anew with `cargo run --release -p evidence --example vectors`");
}

#[test]
fn every_case_gets_the_answer_it_states() {
    let files = committed();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, bytes) in &files {
        let Some(folder) = name.strip_suffix(&format!("/{}", case::DESCRIPTION)) else { continue };
        let description: Json = serde_json::from_slice(bytes).unwrap();
        let input = description.get("kind").map_or("pack.evidencepack", |_| "input");
        let found = answer(&description, &files[&format!("{folder}/{input}")]);
        let expected = (description["state"].clone(), description["step"].clone());
        if found != expected {
            wrong.push(format!("{folder}: expected {expected:?}, found {found:?}"));
        }
        count += 1;
    }
    assert_eq!(wrong, [""; 0]);
    assert!(count >= 120, "{count}");
}

/// State and step.
fn answer(description: &Json, bytes: &[u8]) -> (Json, Json) {
    match description.get("kind") {
        None => pack(description, bytes),
        Some(kind) => {
            let is_accepted = accepts(kind.as_str().unwrap(), description, bytes).is_some();
            ((if is_accepted { "accepted" } else { "refused" }).into(), Json::Null)
        }
    }
}

fn pack(description: &Json, bytes: &[u8]) -> (Json, Json) {
    let text = |field: &str| description.get(field).and_then(Json::as_str);
    let expectations = Expectations {
        fingerprints: text("key").map(|key| key.parse().unwrap()).into_iter().collect(),
        since: text("since").map(|since| SignedCheckpoint::parse(since.as_bytes()).unwrap()),
        trust: None,
    };
    let report = verify(bytes.to_vec(), expectations);
    let step = report.stopped_at().map(|step| step.number);
    (serde_json::to_value(report.state).unwrap(), step.into())
}

fn accepts(kind: &str, description: &Json, bytes: &[u8]) -> Option<()> {
    match kind {
        "canonical" => drop(canonical::from_slice::<Json>(bytes).ok()?),
        "checkpoint" => {
            let checkpoint = SignedCheckpoint::parse(bytes).ok()?;
            checkpoint.verify(public_key(description).verifying_key()).ok()?;
        }
        "consistency" => consistent(bytes)?,
        "container" => drop(Container::open(bytes).ok()?),
        "disclosure" => disclosed(bytes)?,
        "dsse" => {
            let signed = Signed::parse(bytes).ok()?;
            signed.verify(&public_key(description)).ok()?;
            Receipt::read(&signed).ok()?;
        }
        "fingerprint" => {
            let typed: Fingerprint = std::str::from_utf8(bytes).ok()?.parse().ok()?;
            let id = serde_json::from_value(description["id"].clone()).unwrap();
            typed.names(&id).then_some(())?;
        }
        "inclusion" => included(bytes)?,
        "timestamp" => drop(std::str::from_utf8(bytes).ok()?.parse::<Timestamp>().ok()?),
        "trust" => drop(Trust::parse(bytes).ok()?),
        other => panic!("no such kind: {other}"),
    }
    Some(())
}

fn public_key(description: &Json) -> PublicKey {
    let bytes = from_base64(description["public_key"].as_str().unwrap()).unwrap();
    PublicKey::from_bytes(&bytes.try_into().unwrap()).unwrap()
}

fn included(bytes: &[u8]) -> Option<()> {
    let proof: Json = canonical::from_slice(bytes).ok()?;
    let (index, size) = (proof["index"].as_u64()?, proof["size"].as_u64()?);
    let hashes: Vec<Hash> = serde_json::from_value(proof["proof"].clone()).ok()?;
    verify_inclusion(hash(&proof["leaf"])?, index, size, &hashes, hash(&proof["root"])?).ok()
}

fn consistent(bytes: &[u8]) -> Option<()> {
    let proof: Json = canonical::from_slice(bytes).ok()?;
    let (old, new) = (proof["old_size"].as_u64()?, proof["new_size"].as_u64()?);
    let hashes: Vec<Hash> = serde_json::from_value(proof["proof"].clone()).ok()?;
    verify_consistency(old, hash(&proof["old_root"])?, new, hash(&proof["new_root"])?, &hashes).ok()
}

fn disclosed(bytes: &[u8]) -> Option<()> {
    let stated: Json = canonical::from_slice(bytes).ok()?;
    let disclosure: Disclosure = serde_json::from_value(stated["disclosure"].clone()).ok()?;
    (disclosure.digest().ok()? == *stated["digest"].as_str()?).then_some(())
}

fn hash(text: &Json) -> Option<Hash> {
    serde_json::from_value(text.clone()).ok()
}
