//! Inclusion and consistency proofs, and disclosures.

use evidence::log::{Frontier, Hash, consistency_proof, inclusion_proof, leaf_hash};
use serde_json::{Value as Json, json};

use super::{Case, canonical};
use crate::world::packing::Nodes;

/// A change: its name, what it does in words, and the doing.
type Change<'a> = (&'a str, &'a str, &'a dyn Fn(&mut Json));

pub fn cases() -> Vec<Case> {
    [inclusion(), consistency(), disclosures()].into_iter().flatten().collect()
}

fn leaf(place: u64) -> Hash {
    leaf_hash(format!("leaf {place}").as_bytes())
}

/// The nodes of a log, and its roots by size.
fn tree(size: u64) -> (Nodes, Vec<Hash>) {
    let (mut nodes, mut frontier) = (Nodes::new(), Frontier::new());
    let mut roots = vec![frontier.root()];
    for place in 0..size {
        let mut keep = |node, hash| {
            nodes.insert(node, hash);
        };
        frontier.push_seen(leaf(place), &mut keep).unwrap();
        roots.push(frontier.root());
    }
    (nodes, roots)
}

fn included(index: u64, size: u64) -> Json {
    let (nodes, roots) = tree(size);
    let proof = inclusion_proof(index, size, &mut |node| nodes.get(&node).copied()).unwrap();
    let root = roots.last().unwrap();
    json!({ "leaf": leaf(index), "index": index, "size": size, "proof": proof, "root": root })
}

fn inclusion() -> Vec<Case> {
    let mut cases = Vec::new();
    for (index, size) in [(0, 1), (0, 8), (6, 7), (4, 11), (10, 11)] {
        let why = format!("leaf {index} of {size}");
        cases.push(Case::accepted(
            "inclusion",
            &format!("ok-{index}-of-{size}"),
            &why,
            canonical(&included(index, size)),
        ));
    }
    let changes: [Change<'_>; 8] = [
        ("another-leaf", "another leaf", &|proof| proof["leaf"] = json!(leaf(5))),
        ("another-index", "another index", &|proof| proof["index"] = 5.into()),
        ("another-size", "another size", &|proof| proof["size"] = 8.into()),
        ("another-root", "another root", &|proof| proof["root"] = json!(leaf(0))),
        ("too-short", "a hash is missing", &|proof| drop(proof["proof"].as_array_mut().unwrap().pop())),
        ("too-long", "a hash too many", &|proof| proof["proof"].as_array_mut().unwrap().push(json!(leaf(0)))),
        ("beyond", "an index beyond the log", &|proof| proof["index"] = 11.into()),
        ("order", "hashes out of order", &|proof| proof["proof"].as_array_mut().unwrap().swap(0, 1)),
    ];
    for (name, why, change) in changes {
        let mut proof = included(4, 11);
        change(&mut proof);
        cases.push(Case::refused("inclusion", name, why, canonical(&proof)));
    }
    // Bitcoin's tree, which pairs an odd leaf with itself, gives these two logs one root.
    let mut doubled = included(2, 3);
    doubled["size"] = 4.into();
    doubled["index"] = 3.into();
    doubled["proof"].as_array_mut().unwrap().insert(0, json!(leaf(2)));
    cases.push(Case::refused(
        "inclusion",
        "last-leaf-doubled",
        "the last leaf once more",
        canonical(&doubled),
    ));
    cases
}

fn consistent(old: u64, new: u64) -> Json {
    let (nodes, roots) = tree(new);
    let proof = consistency_proof(old, new, &mut |node| nodes.get(&node).copied()).unwrap();
    let root = |size: u64| roots[usize::try_from(size).unwrap()];
    json!({ "old_size": old, "old_root": root(old), "new_size": new, "new_root": root(new), "proof": proof })
}

fn consistency() -> Vec<Case> {
    let mut cases = Vec::new();
    for (old, new) in [(0, 5), (5, 5), (4, 8), (3, 11), (6, 11)] {
        let why = format!("from {old} to {new}");
        let proof = canonical(&consistent(old, new));
        cases.push(Case::accepted("consistency", &format!("ok-{old}-to-{new}"), &why, proof));
    }
    let changes: [Change<'_>; 7] = [
        ("forked", "another root before", &|proof| proof["old_root"] = json!(leaf(0))),
        ("another-root", "another root now", &|proof| proof["new_root"] = json!(leaf(0))),
        ("another-old-size", "another size before", &|proof| proof["old_size"] = 5.into()),
        ("shrunk", "a log that became smaller", &|proof| {
            proof["old_size"] = 11.into();
            proof["new_size"] = 6.into();
        }),
        ("too-short", "a hash is missing", &|proof| drop(proof["proof"].as_array_mut().unwrap().pop())),
        ("too-long", "a hash too many", &|proof| proof["proof"].as_array_mut().unwrap().push(json!(leaf(0)))),
        ("no-proof", "no proof", &|proof| proof["proof"] = json!([])),
    ];
    for (name, why, change) in changes {
        let mut proof = consistent(6, 11);
        change(&mut proof);
        cases.push(Case::refused("consistency", name, why, canonical(&proof)));
    }
    let mut same = consistent(5, 5);
    same["new_root"] = json!(leaf(0));
    cases.push(Case::refused(
        "consistency",
        "same-size-other-root",
        "the same size and another root",
        canonical(&same),
    ));
    let mut empty = consistent(0, 5);
    empty["old_root"] = json!(leaf(0));
    cases.push(Case::refused(
        "consistency",
        "empty-with-a-root",
        "an empty log with a root",
        canonical(&empty),
    ));
    cases
}

fn disclosures() -> Vec<Case> {
    let salt = "2GLC42sKQveCfGfryNRN9w";
    let digest = |disclosure: &Json| {
        let disclosure: evidence::commitment::Disclosure =
            serde_json::from_value(disclosure.clone()).unwrap();
        disclosure.digest().unwrap()
    };
    let values = [
        ("text", json!("+49 30 901820")),
        ("number", json!(-9_007_199_254_740_991_i64)),
        ("null", Json::Null),
        ("truth", json!(true)),
        ("bidi", json!("\u{202e}\u{1f469}\u{200d}\u{1f52c}\"\\\u{1}")),
    ];
    let mut cases: Vec<Case> = values
        .into_iter()
        .map(|(name, value)| {
            let disclosure = json!([salt, "phone", value]);
            let bytes = canonical(&json!({ "digest": digest(&disclosure), "disclosure": disclosure }));
            Case::accepted("disclosure", &format!("ok-{name}"), "the digest of a disclosure", bytes)
        })
        .collect();
    let stated = digest(&json!([salt, "phone", "1"]));
    for (name, why, disclosure) in [
        ("another-value", "another value", json!([salt, "phone", "2"])),
        ("another-type", "a number in place of text", json!([salt, "phone", 1])),
        ("another-column", "another column", json!([salt, "fax", "1"])),
        ("another-salt", "another salt", json!(["2GLC42sKQveCfGfryNRN9g", "phone", "1"])),
        ("too-long", "something after the value", json!([salt, "phone", "1", null])),
    ] {
        let bytes = canonical(&json!({ "digest": stated, "disclosure": disclosure }));
        cases.push(Case::refused("disclosure", name, why, bytes));
    }
    cases
}
