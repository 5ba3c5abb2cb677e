//! An envelope answers what it answered: no difference where it was in force, whatever else happened.

use std::fs;
use std::path::Path;

use evidence::checkpoint::SignedCheckpoint;
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::receipt::Receipt;
use evidence::replay::{Candidate, Change, Past, Replay, Tally};
use evidence::verify::{Expectations, State, Verification};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::life::{ENVELOPES, envelope, lived, lives, of_version};
use super::world::{Log, stories, undone};
use super::{candidate, changed, naive, pasts, replayed};

/// Every envelope of a log, with its contract.
fn candidates(log: &Log) -> Vec<Candidate> {
    let of = |compiled: &evidence::compile::Compiled| {
        Candidate::new(log.contracts[&compiled.envelope().contract].clone(), compiled.clone())
    };
    log.envelopes.values().map(of).collect()
}

/// Asserts that the candidate answers what was recorded wherever it was in force; gives how often that was.
#[track_caller]
fn assert_same(candidate: &Candidate, pasts: &[Past]) -> usize {
    let mut count = 0;
    for (past, would) in replayed(candidate, pasts) {
        if past.standing.envelope == Some(candidate.envelope().digest()) {
            assert_eq!(would, past.decision, "#{}", past.seq);
            count += 1;
        }
    }
    count
}

#[test]
fn every_story_is_told_again_as_it_was() {
    let all = [
        stories::one_write(),
        stories::wrong_tenant(),
        stories::approved(),
        stories::rejected(),
        stories::irreversible(),
        stories::rolled_back(),
        stories::pending(),
        stories::frozen(),
        stories::spent(),
        stories::tightened(),
        stories::hostile_texts(),
        stories::busy(),
        undone::delete(),
        undone::many(),
        undone::insert(),
        undone::compensated(),
        undone::refused(),
        undone::attested(),
    ];
    for log in all {
        let decided = pasts(&log).iter().filter(|past| past.is_first()).count();
        let same: usize = candidates(&log).iter().map(|one| assert_same(one, &pasts(&log))).sum();
        assert_eq!(same, decided);
    }
}

#[test]
fn every_pack_that_verifies_is_told_again_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let (mut packs, mut decisions) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        let (pack, description) = (case.join("pack.evidencepack"), case.join("case.json"));
        if !pack.is_file() {
            continue;
        }
        let description: Json = serde_json::from_slice(&fs::read(description).unwrap()).unwrap();
        let text = |field: &str| description.get(field).and_then(Json::as_str);
        let expectations = Expectations {
            fingerprints: text("key").map(|key| key.parse().unwrap()).into_iter().collect(),
            since: text("since").map(|since| SignedCheckpoint::parse(since.as_bytes()).unwrap()),
            trust: None,
        };
        let mut verification = Verification::new(fs::read(pack).unwrap(), expectations);
        while !verification.advance(u64::MAX).finished {}
        if verification.report().state != State::Verified {
            continue;
        }
        decisions += told_again(&verification);
        packs += 1;
    }
    assert!(packs >= 20 && decisions >= 30, "{packs} packs, {decisions} decisions");
}

/// A pack of a part of a log has what was decided before it only where it is cited, so its limits begin at nothing.
fn told_again(verification: &Verification) -> usize {
    let evidence = verification.evidence();
    let decisions = evidence.items.iter().filter_map(|item| match &item.receipt {
        Receipt::Decision(decision) => Some(Past::of(decision.clone())),
        _ => None,
    });
    let pasts: Vec<Past> = decisions.collect();
    let same = evidence.envelopes.values().map(|compiled| {
        let contract = evidence.contracts[&compiled.envelope().contract].clone();
        assert_same(&Candidate::new(contract, compiled.clone()), &pasts)
    });
    same.sum()
}

#[test]
fn what_was_allowed_before_the_beginning_counts() {
    let log = stories::spent();
    let (pasts, unchanged) = (pasts(&log), &candidates(&log)[0]);
    let mut replay = Replay::new(unchanged);
    pasts[..3].iter().for_each(|past| replay.before(past));
    let last = pasts[3..].iter().filter_map(|past| replay.follow(past)).last().unwrap();
    assert_eq!((last.verdict, &last), (Verdict::Deny, &pasts[4].decision));
    assert_eq!(unchanged.longest_window_seconds(), 3_600);
}

#[test]
fn a_candidate_that_is_not_valid_yet_is_asked_as_if_it_were() {
    let log = stories::one_write();
    let later = candidate(changed(2, |json| json["valid_from"] = "2026-08-01T00:00:00.000000Z".into()));
    assert_eq!(super::verdicts(&later, &log), [(Verdict::Allow, Verdict::Allow)]);
    // Where it was in force, its validity was part of the answer.
    let mut log = Log::acme();
    log.activate_envelope(later.envelope().envelope().clone());
    stories::ask_for_tier(&mut log);
    assert_eq!(assert_same(&later, &pasts(&log)), 1);
    assert_eq!(super::verdicts(&later, &log), [(Verdict::Deny, Verdict::Deny)]);
}

#[test]
fn nothing_is_kept_that_no_verdict_depends_on() {
    for past in pasts(&stories::busy()) {
        let text = serde_json::to_string(&past).unwrap();
        assert!(!text.contains("the customer asked for it"), "{text}");
        assert_eq!(serde_json::from_str::<Past>(&text).unwrap(), past);
        for record in past.action.records.iter().filter(|_| past.action.undoes.is_none()) {
            let states = record.before.iter().chain(&record.after);
            assert!(states.map(|state| state.hash).all(|hash| hash == Digest([0; 32])));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// In any life, wherever the candidate was in force: exactly the decision that was recorded, limits and all.
    #[test]
    fn no_life_differs_under_an_unchanged_envelope(events in lives(), begin: proptest::sample::Index) {
        let log = lived(&events);
        let pasts = pasts(&log);
        for candidate in candidates(&log) {
            assert_same(&candidate, &pasts);
            let (before, after) = pasts.split_at(begin.index(pasts.len() + 1));
            let mut replay = Replay::new(&candidate);
            for past in before {
                replay.before(past);
            }
            for past in after {
                let would = replay.follow(past);
                let was_in_force = past.standing.envelope == Some(candidate.envelope().digest());
                if let Some(would) = would.filter(|_| was_in_force) {
                    prop_assert_eq!(&would, &past.decision);
                }
            }
        }
    }

    /// Under any other envelope it is what the slow telling says.
    #[test]
    fn every_life_goes_as_the_slow_telling_says(events in lives(), which in 0..ENVELOPES, version in 1..3_u32) {
        let log = lived(&events);
        let compiled = evidence::compile::compile(&of_version(version), envelope(which, version)).unwrap();
        let candidate = Candidate::new(of_version(version), compiled);
        let slowly = naive::answers(&candidate, &log);
        let mut tally = Tally::default();
        for (past, would) in replayed(&candidate, &pasts(&log)) {
            prop_assert_eq!(&would, &slowly[&past.seq], "#{}", past.seq);
            tally.count(&candidate, &past, &would);
        }
        prop_assert_eq!(tally.total(), slowly.len() as u64);
        let changes: u64 = Change::ALL.iter().map(|change| tally.of(*change)).sum();
        prop_assert_eq!(changes, tally.total());
    }
}
