//! From a pack's bytes to the answer that a reviewer sees.

#[expect(dead_code, reason = "each test uses its own part of the world")]
#[path = "../support/world.rs"]
mod world;

mod answers;
mod lies;
mod ranges;

use evidence::verify::{Expectations, Report, State, verify};
use world::Log;

/// What a reader says who knows the vendor's key.
fn knowing(log: &Log) -> Expectations {
    Expectations { fingerprints: vec![log.fingerprint()], ..Expectations::default() }
}

fn check(log: &Log, pack: Vec<u8>) -> Report {
    verify(pack, knowing(log))
}

#[track_caller]
fn assert_verified(log: &Log, pack: Vec<u8>) -> Report {
    let report = check(log, pack);
    assert_eq!(report.state, State::Verified, "{report:#?}");
    report
}

/// Asserts that the pack does not verify, and at which step that is found.
#[track_caller]
fn assert_fails(log: &Log, pack: Vec<u8>, step: u8) -> String {
    stops(log, pack, step, State::DoesNotVerify)
}

#[track_caller]
fn stops(log: &Log, pack: Vec<u8>, step: u8, state: State) -> String {
    let report = check(log, pack);
    let stopped = report.stopped_at().map(|step| step.number);
    assert_eq!((report.state, stopped), (state, Some(step)), "{:#?}", report.steps);
    format!("{:?}", report.stopped_at().unwrap().result)
}
