//! Every fuzz target, over the vectors and seeded changes of them.

#[expect(dead_code, reason = "the seeds use their own part of the world")]
#[path = "support/world.rs"]
mod world;

#[path = "../fuzz/src/targets.rs"]
mod targets;
#[path = "../fuzz/src/walls.rs"]
mod walls;

use std::fs;
use std::path::Path;

use evidence::envelope::Envelope;
use world::{Log, contract, documents, stories};

/// How many changes are tried on each seed.
const CHANGES: usize = 60;

/// A number after another, the same ones in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// Pieces that parsers care about.
const TOKENS: [&[u8]; 12] = [
    b"\"",
    b"\\u",
    b"{",
    b"]",
    b"null",
    b"-0",
    b"9007199254740992",
    b"\n",
    b"PK\x05\x06",
    b"\xff",
    b"sha256:",
    b"\0",
];

/// Policies that somebody wrote: good ones, and some with a fault of each kind.
const BY_HAND: [&str; 6] = [
    "permit (principal, action, resource) when { context.rows < 5 };",
    "// é\npermit (principal, action, resource)\nwhen { context.rows < };",
    "permit (principal, action, resource)\nwhen { resource.nothing == \"\u{1f600}\" };\n\nforbid (principal, action",
    "permit (principal == ?principal, action, resource);",
    "forbid (principal, action, resource) when { ((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))) == 1 };",
    "permit (principal, action, resource); // \u{202e}\u{200b}",
];

/// The bytes with one to four changes.
fn changed(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let (from, length) = (numbers.below(bytes.len()), numbers.below(40));
        let to = (from + length).min(bytes.len());
        match numbers.below(5) {
            0 if !bytes.is_empty() => bytes[from] ^= 1 << numbers.below(8),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let piece = bytes[from..to].to_vec();
                bytes.splice(from..from, piece);
            }
            3 => drop(bytes.splice(from..from, TOKENS[numbers.below(TOKENS.len())].iter().copied())),
            _ => bytes.truncate(from.max(bytes.len() / 2)),
        }
    }
    bytes
}

/// What is fed to a target: the vectors that it is about, and documents of the world.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let wanted = match target {
        "contract" | "compile" | "decide" => "canonical-ok",
        "receipt" => "dsse-ok",
        "text" => "timestamp",
        "pack" => "pack-ok",
        other => other,
    };
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = folders
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(wanted)))
        .collect();
    folders.sort();
    let read =
        |path: &Path| fs::read(path.join("input")).or_else(|_| fs::read(path.join("pack.evidencepack")));
    let mut seeds: Vec<Vec<u8>> = folders.iter().map(|path| read(path).unwrap()).collect();
    seeds.extend(of_the_world(target));
    assert!(!seeds.is_empty(), "{target}");
    seeds
}

fn of_the_world(target: &str) -> Vec<Vec<u8>> {
    let (contract, envelope) = (contract(), documents::envelope("acme", 1));
    let json = |value: serde_json::Value| serde_json::to_vec(&value).unwrap();
    match target {
        "contract" => [serde_json::json!(contract), serde_json::json!(envelope)]
            .iter()
            .map(|document| evidence::canonical::to_vec(document).unwrap())
            .collect(),
        "compile" => {
            let by_hand = BY_HAND.map(|cedar| {
                let envelope = Envelope { cedar: Some(cedar.to_owned()), ..envelope.clone() };
                json(serde_json::json!([contract, envelope]))
            });
            [json(serde_json::json!([contract, envelope]))].into_iter().chain(by_hand).collect()
        }
        "receipt" => stories::busy().receipts.iter().map(|(_, signed)| signed.payload().to_vec()).collect(),
        "decide" => decisions(&stories::busy()),
        _ => Vec::new(),
    }
}

/// Every decision of a log, as the target reads it.
fn decisions(log: &Log) -> Vec<Vec<u8>> {
    let (contract, envelope) = (contract(), documents::envelope("acme", 1));
    let decisions = log.receipts.iter().filter_map(|(receipt, _)| match receipt {
        evidence::receipt::Receipt::Decision(decision) => Some(decision),
        _ => None,
    });
    let case = |one: &evidence::receipt::DecisionReceipt| {
        serde_json::to_vec(&(&contract, &envelope, &one.action, &one.standing, one.entry.time)).unwrap()
    };
    decisions.map(case).collect()
}

#[test]
fn no_target_finds_a_broken_promise() {
    let mut numbers = Numbers(7);
    for (name, target) in targets::ALL {
        for seed in seeds(name) {
            target(&seed);
            for _ in 0..CHANGES {
                target(&changed(&seed, &mut numbers));
            }
        }
    }
}

#[test]
fn every_target_takes_every_kind_of_bytes() {
    for (_, target) in targets::ALL {
        for (name, _) in targets::ALL {
            seeds(name).iter().take(3).for_each(|seed| target(seed));
        }
        target(b"");
        target(&[0; 1_000]);
    }
}
