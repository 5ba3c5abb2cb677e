//! Writes `target/packs`: 500 packs from logs that come about by chance, honest ones and damaged ones, the same bytes
//! every time, each with what the first implementation says about it. The second one is held against that.

#[expect(dead_code, reason = "the packs use their own part of the world")]
#[path = "../../tests/support/world.rs"]
mod world;

mod chance;
mod damage;
mod documents;
mod edit;
mod life;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use evidence::checkpoint::SignedCheckpoint;
use evidence::verify::{Expectations, verify};
use serde_json::{Value as Json, json};

use chance::Chance;
use damage::Made;

const PACKS: u64 = 500;

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/packs");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut states = BTreeMap::<String, usize>::new();
    for seed in 0..PACKS {
        let made = damage::made(&mut Chance::new(seed));
        let case = case(&made);
        *states.entry(format!("{} {}", case["state"], case["step"])).or_default() += 1;
        write(&folder.join(format!("{seed:03}")), &made.pack, &case)?;
    }
    for (state, count) in states {
        println!("{count:4}  {state}");
    }
    Ok(())
}

fn write(folder: &Path, pack: &[u8], case: &Json) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("pack.evidencepack"), pack)?;
    fs::write(folder.join("case.json"), format!("{case:#}\n"))
}

/// What the reader knows, and what the first implementation says of every step.
fn case(made: &Made) -> Json {
    let since = made.since.as_ref().map(SignedCheckpoint::as_str);
    let expectations = Expectations {
        fingerprints: made.key.into_iter().map(Into::into).collect(),
        since: made.since.clone(),
        trust: None,
    };
    let report = json!(verify(made.pack.clone(), expectations));
    let results: Vec<&Json> =
        report["steps"].as_array().unwrap().iter().map(|step| &step["result"]["is"]).collect();
    let stopped = results.iter().position(|is| *is == "failed" || *is == "could_not_check");
    let mut case = json!({
        "why": made.why,
        "state": report["state"],
        "step": stopped.map(|place| place + 1),
        "key": made.key.map(|key| key.to_string()),
        "steps": results,
        "completeness": report["completeness"]["is"],
        "findings": report["findings"].as_array().unwrap().len(),
        "signer": report["signer"]["is"],
    });
    if let Some(since) = since {
        case["since"] = since.into();
    }
    case
}
