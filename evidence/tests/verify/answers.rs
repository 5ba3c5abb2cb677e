//! What a reader is told about an honest pack.

use evidence::pack::file;
use evidence::verify::{
    Completeness, Expectations, FindingKind, Integrity, Signer, State, StepResult, Verification, verify,
};

use super::world::{Log, key, public, stories, tamper, undone};
use super::{assert_verified, check, knowing};

/// The numbers of the steps that held.
fn held(report: &evidence::verify::Report) -> Vec<u8> {
    let held = report.steps.iter().filter(|step| matches!(step.result, StepResult::Held { .. }));
    held.map(|step| step.number).collect()
}

#[test]
fn every_honest_story_is_verified() {
    let stories: [fn() -> Log; 21] = [
        stories::one_write,
        stories::wrong_tenant,
        stories::noticed,
        stories::approved,
        stories::rejected,
        stories::irreversible,
        stories::rolled_back,
        stories::changed_outside,
        stories::pending,
        stories::frozen,
        stories::rotated,
        stories::spent,
        stories::tightened,
        stories::hostile_texts,
        undone::delete,
        undone::many,
        undone::insert,
        undone::compensated,
        undone::refused,
        undone::attested,
        undone::revoked,
    ];
    for story in stories {
        let log = story();
        assert_verified(&log, log.pack());
    }
}

#[test]
fn a_pack_with_everything_holds_in_every_step() {
    let log = stories::busy();
    let since = Some(log.checkpoint_at(9));
    let report = verify(log.pack(), Expectations { since, ..knowing(&log) });
    assert_eq!(report.state, State::Verified, "{report:#?}");
    assert_eq!(held(&report), (1..=12).collect::<Vec<_>>(), "{:#?}", report.steps);
    assert_eq!(report.integrity, Integrity::Holds);
    assert_eq!(report.signer, Signer::Confirmed { key: public(log.signer()).id() });
    assert_eq!(report.completeness, Completeness::Whole { size: log.receipts.len() as u64 });
    assert_eq!(report.findings, []);
    assert_eq!(report.proved.len(), 12);
    let about = report.about.unwrap();
    assert_eq!((about.from, about.to + 1, about.tenant.as_str()), (0, about.size, "acme"));
    assert_eq!(about.until, Some(log.now));
}

#[test]
fn only_steps_with_something_to_check_hold() {
    let log = stories::one_write();
    let report = assert_verified(&log, log.pack());
    assert_eq!(held(&report), (1..=9).collect::<Vec<_>>());
    for step in &report.steps[9..] {
        assert!(matches!(step.result, StepResult::NotPresent { .. }), "{step:?}");
    }
}

#[test]
fn nothing_is_verified_by_a_key_that_only_the_pack_vouches_for() {
    let log = stories::one_write();
    let unnamed = verify(log.pack(), Expectations::default());
    assert_eq!(unnamed.state, State::SignerNotConfirmed);
    assert_eq!(unnamed.signer, Signer::NotNamed { key: public(log.signer()).id() });
    let fingerprints = vec![public(&key(200)).id().into()];
    let other = verify(log.pack(), Expectations { fingerprints, ..Expectations::default() });
    assert_eq!(other.state, State::SignerNotConfirmed);
    assert!(matches!(other.signer, Signer::Other { .. }));
}

#[test]
fn a_trust_document_from_elsewhere_names_its_keys() {
    let log = stories::one_write();
    let trust = Some(log.trust.clone());
    let report = verify(log.pack(), Expectations { trust, ..Expectations::default() });
    assert_eq!(report.state, State::Verified);
}

#[test]
fn a_fingerprint_can_be_typed_in_words_or_hex() {
    let log = stories::one_write();
    let id = public(log.signer()).id();
    for typed in [id.words(), id.groups(), id.to_string(), id.words().to_uppercase(), format!("sha256:{id}")]
    {
        let fingerprints = vec![typed.parse().unwrap()];
        let report = verify(log.pack(), Expectations { fingerprints, ..Expectations::default() });
        assert_eq!(report.state, State::Verified, "{typed}");
    }
}

#[test]
fn a_rotation_carries_trust_from_either_key() {
    let log = stories::rotated();
    for signer in &log.keys {
        let fingerprints = vec![public(signer).id().into()];
        let report = verify(log.pack(), Expectations { fingerprints, ..Expectations::default() });
        assert_eq!(report.state, State::Verified, "{report:#?}");
    }
}

#[test]
fn without_its_checkpoint_a_pack_is_incomplete() {
    let log = stories::one_write();
    let pack = tamper::inside(&log.pack(), log.signer(), |files| drop(files.remove(file::CHECKPOINT)));
    let report = check(&log, pack);
    assert_eq!(report.state, State::Incomplete, "{report:#?}");
    assert!(matches!(report.completeness, Completeness::Unproven { .. }));
    assert!(matches!(report.signer, Signer::Confirmed { .. }));
}

#[test]
fn a_change_outside_the_boundary_is_found_between_two_receipts() {
    let log = stories::changed_outside();
    let report = assert_verified(&log, log.pack());
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!((finding.kind, finding.receipts.as_slice()), (FindingKind::Continuity, [5, 7].as_slice()));
    assert!(finding.sentence.contains("#5") && finding.sentence.contains("#7"), "{}", finding.sentence);
}

#[test]
fn a_write_that_is_under_way_is_pending_and_not_a_failure() {
    let log = stories::pending();
    let report = assert_verified(&log, log.pack());
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!((finding.kind, finding.receipts.as_slice()), (FindingKind::Pending, [4].as_slice()));
}

#[test]
fn the_same_story_gives_the_same_bytes() {
    assert_eq!(stories::busy().pack(), stories::busy().pack());
    assert_eq!(stories::busy().pack_of(5, 12), stories::busy().pack_of(5, 12));
}

#[test]
fn work_can_be_cut_into_pieces_of_any_size() {
    let log = stories::busy();
    let whole = verify(log.pack(), knowing(&log));
    for units in [1, 7, 64] {
        let mut verification = Verification::new(log.pack(), knowing(&log));
        let mut last = (0, 0);
        loop {
            let progress = verification.advance(units);
            if progress.finished {
                break;
            }
            let now = (progress.step.number(), progress.done);
            assert!(last < now && progress.done <= progress.total, "{last:?} then {progress:?}");
            last = now;
        }
        assert_eq!(verification.report(), whole);
    }
}

#[test]
fn what_was_not_reached_is_not_passed() {
    let log = stories::one_write();
    let mut verification = Verification::new(log.pack(), knowing(&log));
    verification.advance(10);
    assert_eq!(verification.report().state, State::CouldNotCheck);
    assert_eq!(Verification::new(Vec::new(), knowing(&log)).report().state, State::CouldNotCheck);
}

#[test]
fn what_the_vendor_attests_is_assumed_and_never_said_to_be_observed() {
    let log = undone::attested();
    let report = assert_verified(&log, log.pack());
    let sentence =
        "that the states of 2 writes are what the vendor says they were: attested, not observed by HELM";
    assert!(report.assumed.iter().any(|assumed| assumed == sentence), "{:#?}", report.assumed);
    let files = tamper::unpack(&log.pack());
    for name in [file::README, file::SUMMARY] {
        assert!(String::from_utf8_lossy(&files[name]).contains("not observed by HELM"), "{name}");
    }
    let observed = stories::one_write();
    let report = assert_verified(&observed, observed.pack());
    assert!(!report.assumed.iter().any(|assumed| assumed.contains("attested")), "{:#?}", report.assumed);
}

#[test]
fn rollbacks_and_compensations_are_told_apart() {
    for (log, expected) in [
        (undone::many(), "1 rollbacks, each to the state before its original"),
        (undone::compensated(), "1 compensations, each by the operation that its original named"),
    ] {
        let report = assert_verified(&log, log.pack());
        let found = report.steps.iter().find(|step| step.number == 11).unwrap();
        assert_eq!(found.result, StepResult::Held { detail: expected.to_owned() });
    }
}
