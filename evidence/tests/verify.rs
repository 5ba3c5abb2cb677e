//! From a pack's bytes to the answer that a reviewer sees.

#[expect(dead_code, reason = "each test file uses its own part of the world")]
#[path = "support/world.rs"]
mod world;

use evidence::verify::{Expectations, Report, State, verify};
use world::{Log, Set};

fn named(log: &Log) -> Expectations {
    Expectations { fingerprints: vec![log.fingerprint()], ..Expectations::default() }
}

fn check(log: &Log, pack: Vec<u8>) -> Report {
    verify(pack, named(log))
}

const PAUSED: Set<'static> = &[];

#[test]
fn a_good_pack_is_verified() {
    let mut log = Log::acme();
    let action = log.update("contacts", &["c-1"], &[("phone", "+49 30 1".into())]);
    let first = log.write(action);
    log.write(log.undo(&first));
    let report = check(&log, log.pack());
    assert_eq!(report.state, State::Verified, "{report:#?}");
    let _ = PAUSED;
}
