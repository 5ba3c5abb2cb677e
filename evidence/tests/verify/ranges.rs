//! Packs of a part of a log, and packs compared with what a reader kept.

use evidence::checkpoint::SignedCheckpoint;
use evidence::pack::file;
use evidence::reason::Code;
use evidence::receipt::OutcomeStatus;
use evidence::verify::{Completeness, Expectations, Report, State, StepResult, verify};

use super::world::{Log, key, stories, tamper};
use super::{assert_fails, assert_verified, check, knowing};

fn since(log: &Log, pack: Vec<u8>, kept: SignedCheckpoint) -> Report {
    verify(pack, Expectations { since: Some(kept), ..knowing(log) })
}

fn twelfth(report: &Report) -> &StepResult {
    &report.steps[11].result
}

#[test]
fn every_range_of_a_log_is_verified_and_says_what_it_is() {
    let log = stories::busy();
    let size = log.receipts.len();
    for from in 0..size {
        for to in from + 1..=size {
            let report = assert_verified(&log, log.pack_of(from, to));
            let expected = if (from, to) == (0, size) {
                Completeness::Whole { size: size as u64 }
            } else {
                Completeness::Range { from: from as u64, size: size as u64, to: to as u64 - 1 }
            };
            assert_eq!(report.completeness, expected);
        }
    }
}

#[test]
fn a_range_says_what_it_could_not_count() {
    let log = stories::spent();
    let report = assert_verified(&log, log.pack_of(10, 13));
    assert!(report.not_checked.iter().any(|what| what.contains("spent before the range")), "{report:#?}");
    let whole = assert_verified(&log, log.pack());
    assert!(!whole.not_checked.iter().any(|what| what.contains("before the range")));
}

#[test]
fn an_earlier_receipt_has_to_be_in_the_log() {
    let log = stories::busy();
    let pack = tamper::inside(&log.pack_of(8, 12), log.signer(), |files| {
        tamper::lines(files, file::CITED, |lines| {
            let hash = evidence::log::leaf_hash(b"another").to_string();
            let at = lines[2].find("\"proof\":[\"").unwrap() + "\"proof\":[\"".len();
            lines[2].replace_range(at..at + hash.len(), &hash);
        });
    });
    assert_fails(&log, pack, 6);
}

#[test]
fn earlier_receipts_that_are_missing_are_missed() {
    let log = stories::busy();
    for (line, step) in [(0, 4), (1, 8), (2, 7), (3, 7)] {
        let pack = tamper::inside(&log.pack_of(8, 12), log.signer(), |files| {
            tamper::lines(files, file::CITED, |lines| drop(lines.remove(line)));
        });
        assert_fails(&log, pack, step);
    }
}

#[test]
fn a_range_without_its_edges_does_not_reach_the_root() {
    let log = stories::busy();
    let without =
        |pack: Vec<u8>| tamper::inside(&pack, log.signer(), |files| drop(files.remove(file::EDGES)));
    assert_fails(&log, without(log.pack_of(4, 12)), 6);
    assert_eq!(check(&log, without(log.pack_of(0, 12))).state, State::Incomplete);
    assert_verified(&log, without(log.pack()));
}

#[test]
fn a_log_that_grew_continues_the_one_that_was_kept() {
    let log = stories::busy();
    for size in 0..=log.receipts.len() {
        let report = since(&log, log.pack(), log.checkpoint_at(size));
        assert!(matches!(twelfth(&report), StepResult::Held { .. }), "{size}: {report:#?}");
    }
}

#[test]
fn a_kept_size_outside_the_range_is_not_checked() {
    let log = stories::busy();
    let report = since(&log, log.pack_of(8, 12), log.checkpoint_at(5));
    assert!(matches!(twelfth(&report), StepResult::NotPresent { .. }), "{report:#?}");
    for (size, held) in [(8, true), (12, true), (13, false), (log.receipts.len(), true)] {
        let report = since(&log, log.pack_of(8, 12), log.checkpoint_at(size));
        assert_eq!(matches!(twelfth(&report), StepResult::Held { .. }), held, "{size}: {report:#?}");
    }
}

#[test]
fn a_log_that_was_told_anew_is_a_fork() {
    let honest = stories::wrong_tenant();
    let kept = honest.checkpoint();
    let mut log = tamper::retold(honest, |receipts| drop(receipts.remove(4)));
    log.decide(log.delete("invoices", &["i-2"]));
    assert_verified(&log, log.pack());
    let report = since(&log, log.pack(), kept);
    assert_eq!(report.state, State::DoesNotVerify);
    assert_eq!(report.stopped_at().unwrap().number, 12);
}

#[test]
fn a_log_that_shrank_is_caught() {
    let honest = stories::wrong_tenant();
    let kept = honest.checkpoint();
    let log = tamper::retold(honest, |receipts| drop(receipts.remove(4)));
    assert_verified(&log, log.pack());
    assert_eq!(since(&log, log.pack(), kept).stopped_at().unwrap().number, 12);
}

#[test]
fn a_kept_checkpoint_of_another_log_or_signer_is_refused() {
    let log = stories::one_write();
    let other = Log::opened("globex", 2).checkpoint();
    assert_eq!(since(&log, log.pack(), other).stopped_at().unwrap().number, 12);
    let mut stranger = stories::one_write();
    stranger.keys = vec![key(77)];
    assert_eq!(since(&log, log.pack(), stranger.checkpoint()).stopped_at().unwrap().number, 12);
}

#[test]
fn a_write_that_was_not_carried_out_has_its_outcome_too() {
    for status in [OutcomeStatus::NotApplied, OutcomeStatus::Failed] {
        let mut log = stories::pending();
        let decision = evidence::action::Citation { receipt: log.receipts[4].1.digest(), seq: 4 };
        log.outcome(&decision, status, Some(Code::PreconditionFailed));
        assert_eq!(assert_verified(&log, log.pack()).findings, []);
    }
}
