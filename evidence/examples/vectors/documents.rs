//! Trust documents and checkpoints by themselves.

use evidence::checkpoint::Checkpoint;
use serde_json::{Value as Json, json};

use super::{Case, canonical, public_key};
use crate::world::{Log, key, stories};

/// A change: its name, what it does in words, and the doing.
type Change<'a> = (&'a str, &'a str, &'a dyn Fn(&mut Json));

pub fn cases() -> Vec<Case> {
    [trust(), checkpoints()].into_iter().flatten().collect()
}

fn trust() -> Vec<Case> {
    let log = stories::rotated();
    let good = serde_json::to_value(&log.trust).unwrap();
    let small_order = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let stranger = serde_json::to_value(&Log::empty("acme", 66).trust.keys[0]).unwrap();
    let mut cases = vec![
        Case::accepted("trust", "ok", "two keys and the rotation between them", canonical(&good)),
        Case::accepted("trust", "ok-one-key", "one key", canonical(&json!(stories::one_write().trust))),
    ];
    let changes: [Change<'_>; 14] = [
        ("no-keys", "no keys", &|trust| trust["keys"] = json!([])),
        ("key-twice", "a key listed twice", &|trust| {
            trust["keys"] = json!([trust["keys"][0], trust["keys"][0], trust["keys"][1]]);
        }),
        ("another-id", "an id that is not the key's", &|trust| {
            trust["keys"][0]["keyid"] = trust["keys"][1]["keyid"].clone();
        }),
        ("id-upper-case", "an id in upper case", &|trust| {
            trust["keys"][0]["keyid"] = trust["keys"][0]["keyid"].as_str().unwrap().to_uppercase().into();
        }),
        ("small-order", "a key of small order, under which every message is signed", &|trust| {
            trust["keys"][0]["public_key"] = small_order.into();
        }),
        ("short-key", "a key of 31 bytes", &|trust| {
            trust["keys"][0]["public_key"] = evidence::digest::to_base64(&[7; 31]).into();
        }),
        ("unknown-purpose", "a purpose that does not exist", &|trust| {
            trust["keys"][0]["purposes"] = json!(["receipt", "root"]);
        }),
        ("unknown-field", "a field that does not exist", &|trust| trust["admin"] = true.into()),
        ("no-vendor", "no vendor", &|trust| drop(trust.as_object_mut().unwrap().remove("vendor"))),
        ("bad-vendor", "a vendor's name with a space", &|trust| trust["vendor"] = "north wind".into()),
        ("rotation-unlisted", "a rotation to a key that is not listed", &|trust| {
            drop(trust["keys"].as_array_mut().unwrap().pop());
        }),
        ("rotation-of-another-vendor", "a rotation by another vendor", &|trust| {
            trust["vendor"] = "southwind".into();
        }),
        ("rotation-by-one", "a rotation that only one of the two keys signed", &|trust| {
            drop(trust["rotations"][0]["signatures"].as_array_mut().unwrap().pop());
        }),
        ("rotation-to-another", "a key in place of the one that was rotated to", &|trust| {
            trust["keys"][1] = stranger.clone();
        }),
    ];
    for (name, why, change) in changes {
        let mut trust = good.clone();
        change(&mut trust);
        cases.push(Case::refused("trust", name, why, canonical(&trust)));
    }
    let spaced = serde_json::to_vec_pretty(&good).unwrap();
    cases.push(Case::refused("trust", "pretty", "a trust document with line feeds and spaces", spaced));
    cases
}

fn checkpoints() -> Vec<Case> {
    let log = stories::one_write();
    let good = log.checkpoint().as_str().to_owned();
    let (body, signature) = good.split_once("\n\n").unwrap();
    let root = body.rsplit('\n').next().unwrap();
    let witness = "— witness.example AAAAAGZvcmVpZ24=\n";
    let empty = log.sign_checkpoint(Checkpoint::new(log.origin(), 0, evidence::log::EMPTY_ROOT).unwrap());
    let mut stranger = stories::one_write();
    stranger.keys = vec![key(66)];
    let accepted = [
        ("ok", "a signed checkpoint", good.clone()),
        ("ok-witnessed", "with a witness's signature, which is not looked at", format!("{good}{witness}")),
        ("ok-empty", "of a log without receipts", empty.as_str().to_owned()),
    ];
    let refused = [
        ("size-changed", "another size than was signed", good.replace("\n6\n", "\n7\n")),
        (
            "root-changed",
            "another root than was signed",
            good.replace(root, &evidence::log::EMPTY_ROOT.to_string()),
        ),
        ("by-another-key", "signed by another key", stranger.checkpoint().as_str().to_owned()),
        ("leading-zero", "a size with a leading zero", good.replace("\n6\n", "\n06\n")),
        ("huge-size", "a size beyond 2^53-1", good.replace("\n6\n", "\n9007199254740992\n")),
        ("extension", "a fourth line in the body", good.replace("\n\n", "\nextension\n\n")),
        ("carriage-returns", "lines that end in CR LF", good.replace('\n', "\r\n")),
        ("no-signature", "no signature", format!("{body}\n\n")),
        ("signed-twice", "the log's signature twice", format!("{good}{signature}")),
        ("hyphen", "a hyphen in place of the dash", good.replace("— ", "- ")),
        ("another-name", "signed under another name", good.replacen("portal.", "Portal.", 1)),
        ("no-last-line-end", "no line feed at the end", good.trim_end().to_owned()),
        ("unpadded-root", "a root without padding", good.replace(root, root.trim_end_matches('='))),
        ("too-many-witnesses", "17 signatures of witnesses", format!("{good}{}", witness.repeat(17))),
    ];
    let accepted = accepted.map(|(name, why, text)| Case::accepted("checkpoint", name, why, text));
    let refused = refused.map(|(name, why, text)| Case::refused("checkpoint", name, why, text));
    accepted.into_iter().chain(refused).map(|case| case.with("public_key", public_key(&log))).collect()
}
