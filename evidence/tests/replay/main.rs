//! What another envelope would have answered to what really happened in the world.

#[expect(dead_code, reason = "each test uses its own part of the world")]
#[path = "../support/world.rs"]
mod world;

mod course;
mod life;
mod naive;
mod unchanged;

use evidence::compile::{Compiled, compile};
use evidence::decision::{Decision, Verdict};
use evidence::envelope::Envelope;
use evidence::receipt::Receipt;
use evidence::replay::{Candidate, Past, Replay};
use serde_json::Value as Json;
use world::Log;
use world::documents::{contract, envelope_json};

/// The decisions of a log, in its order.
fn pasts(log: &Log) -> Vec<Past> {
    let decisions = log.receipts.iter().filter_map(|(receipt, _)| match receipt {
        Receipt::Decision(decision) => Some(Past::of(decision.clone())),
        _ => None,
    });
    decisions.collect()
}

/// `acme`'s usual envelope, valid at any time, with some changes.
fn changed(version: u32, change: impl FnOnce(&mut Json)) -> Envelope {
    let mut json = envelope_json("acme", version);
    json["valid_from"] = "2000-01-01T00:00:00.000000Z".into();
    json["valid_until"] = Json::Null;
    change(&mut json);
    serde_json::from_value(json).unwrap()
}

fn candidate(envelope: Envelope) -> Candidate {
    let compiled: Compiled = compile(&contract(), envelope).unwrap();
    Candidate::new(contract(), compiled)
}

/// First decisions, and what the candidate would have answered.
fn replayed(candidate: &Candidate, pasts: &[Past]) -> Vec<(Past, Decision)> {
    let mut replay = Replay::new(candidate);
    pasts.iter().filter_map(|past| Some((past.clone(), replay.follow(past)?))).collect()
}

/// The verdicts that were recorded and those that would be.
fn verdicts(candidate: &Candidate, log: &Log) -> Vec<(Verdict, Verdict)> {
    let replayed = replayed(candidate, &pasts(log));
    replayed.into_iter().map(|(past, would)| (past.decision.verdict, would.verdict)).collect()
}
