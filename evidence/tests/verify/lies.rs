//! Every lie is found, and at the step that is about it.

use evidence::commitment::Place;
use evidence::container;
use evidence::pack::{Contents, Opened, file};
use evidence::verify::{Expectations, State, verify};

use super::world::{Log, documents, key, lies::LIES, named, stories, tamper};
use super::{assert_fails, assert_verified, check, knowing, stops};

#[test]
fn what_is_signed_and_hashed_throughout_is_decided_again() {
    let missed = LIES.iter().filter_map(|lie| {
        let log = (lie.log)();
        let report = check(&log, log.pack());
        let stopped = report.stopped_at();
        let found = (report.state, stopped.map(|step| step.number));
        (found != (State::DoesNotVerify, Some(lie.step))).then(|| format!("{}: {stopped:?}", lie.name))
    });
    assert_eq!(missed.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_changed_file_is_noticed_by_its_digest() {
    let log = stories::busy();
    let pack = log.pack();
    for name in tamper::unpack(&pack).into_keys() {
        let changed = tamper::outside(&pack, |files| files.get_mut(&name).unwrap().push(b' '));
        assert_fails(&log, changed, 2);
    }
}

#[test]
fn a_missing_or_added_file_is_noticed() {
    let log = stories::busy();
    let pack = log.pack();
    for name in tamper::unpack(&pack).into_keys() {
        let report = check(&log, tamper::outside(&pack, |files| drop(files.remove(&name))));
        assert!(matches!(report.state, State::DoesNotVerify | State::CouldNotCheck), "{name}: {report:#?}");
    }
    let listed = |files: &mut tamper::Files| drop(files.insert(file::VERIFIER.into(), b"<b>".to_vec()));
    assert_fails(&log, tamper::outside(&pack, listed), 2);
    let unknown = |files: &mut tamper::Files| drop(files.insert("notes.txt".into(), Vec::new()));
    stops(&log, tamper::inside(&pack, log.signer(), unknown), 1, State::CouldNotCheck);
}

#[test]
fn receipts_relabelled_without_a_new_signature_are_refused() {
    let log = stories::one_write();
    for (from, to) in
        [("acme", "ACME"), ("ALLOW", "DENY"), ("support-agent", "billing-agent"), ("c-1", "c-2")]
    {
        let pack = tamper::inside(&log.pack(), log.signer(), |files| {
            tamper::lines(files, file::RECEIPTS, |lines| lines[4] = relabelled(&lines[4], from, to));
        });
        assert_fails(&log, pack, 4);
    }
}

/// The line with another text in its payload and the signature that it had.
fn relabelled(line: &str, from: &str, to: &str) -> String {
    use evidence::digest::{from_base64, to_base64};
    let mut envelope: serde_json::Value = serde_json::from_str(line).unwrap();
    let payload = from_base64(envelope["payload"].as_str().unwrap()).unwrap();
    let payload = String::from_utf8(payload).unwrap().replace(from, to);
    envelope["payload"] = to_base64(payload.as_bytes()).into();
    serde_json::to_string(&envelope).unwrap()
}

#[test]
fn a_dropped_tail_does_not_reach_the_root() {
    let log = stories::one_write();
    let drop_last = |files: &mut tamper::Files| {
        tamper::lines(files, file::RECEIPTS, |lines| drop(lines.pop()));
    };
    let pack = tamper::restated(&log.pack(), log.signer(), drop_last, |manifest| manifest.to -= 1);
    assert_fails(&log, pack, 6);
    let shorter = |manifest: &mut evidence::pack::Manifest| {
        manifest.to -= 1;
        manifest.size -= 1;
    };
    assert_fails(&log, tamper::restated(&log.pack(), log.signer(), drop_last, shorter), 6);
}

#[test]
fn a_gap_a_repetition_or_another_order_is_noticed() {
    let log = stories::busy();
    let changes: [fn(&mut Vec<String>); 4] = [
        |lines| drop(lines.remove(5)),
        |lines| lines.insert(5, lines[5].clone()),
        |lines| lines.swap(8, 9),
        |lines| lines.push(lines[lines.len() - 1].clone()),
    ];
    for change in changes {
        let pack = tamper::inside(&log.pack(), log.signer(), |files| {
            tamper::lines(files, file::RECEIPTS, change);
        });
        assert_fails(&log, pack, 5);
    }
}

#[test]
fn a_pack_without_receipts_is_refused() {
    let log = stories::one_write();
    let pack = tamper::inside(&log.pack(), log.signer(), |files| {
        files.insert(file::RECEIPTS.into(), Vec::new());
    });
    assert_fails(&log, pack, 5);
}

#[test]
fn a_relabelled_manifest_does_not_fit_its_receipts() {
    let log = stories::one_write();
    let restated = |change: fn(&mut evidence::pack::Manifest)| {
        tamper::restated(&log.pack(), log.signer(), |_| (), change)
    };
    assert_fails(&log, restated(|manifest| manifest.tenant = named("globex")), 5);
    assert_fails(&log, restated(|manifest| manifest.log = named("0123456789abcdef")), 5);
    assert_fails(&log, restated(|manifest| manifest.from = 1), 5);
    assert_fails(&log, restated(|manifest| manifest.to = 4), 5);
    assert_fails(&log, restated(|manifest| manifest.size = 7), 6);
    assert_fails(&log, restated(|manifest| manifest.origin = named("elsewhere.example/log")), 6);
    assert_fails(&log, restated(|manifest| manifest.vendor = named("southwind")), 3);
    assert_fails(&log, restated(|manifest| drop(manifest.files.pop_first())), 2);
    stops(&log, restated(|manifest| manifest.format = 2), 2, State::CouldNotCheck);
}

#[test]
fn receipts_of_later_rules_could_not_be_checked() {
    let log = tamper::retold(stories::wrong_tenant(), |receipts| {
        if let evidence::receipt::Receipt::Decision(decision) = &mut receipts[4] {
            decision.law = 2;
        }
    });
    stops(&log, log.pack(), 8, State::CouldNotCheck);
}

#[test]
fn a_stranger_cannot_sign() {
    let log = stories::one_write();
    let mut pack = tamper::inside(&log.pack(), &key(66), |_| ());
    assert_fails(&log, pack, 2);
    // Its own key in its own trust document still is not the one that the reader named.
    let stranger = Log::opened("acme", 66);
    pack = stranger.pack();
    assert_eq!(verify(pack, knowing(&log)).state, State::SignerNotConfirmed);
}

#[test]
fn every_signature_counts_and_not_only_the_manifests() {
    let mut log = stories::one_write();
    log.trust.keys.extend(Log::empty("acme", 66).trust.keys);
    let mut theirs = stories::one_write();
    theirs.keys = vec![key(66)];
    let checkpoint = theirs.checkpoint();
    let pack = log.seal(Contents { checkpoint, ..log.contents(0, 6) });
    let report = verify(pack, knowing(&log));
    assert_eq!(report.state, State::SignerNotConfirmed, "{report:#?}");
}

#[test]
fn the_cedar_in_a_pack_is_what_its_envelope_means() {
    let log = stories::one_write();
    for ending in ["cedar", "cedarschema"] {
        let pack = tamper::inside(&log.pack(), log.signer(), |files| {
            let name = files.keys().find(|name| name.ends_with(&format!(".{ending}"))).unwrap().clone();
            files.get_mut(&name).unwrap().extend(b"\n// and nothing else\n");
        });
        assert_fails(&log, pack, 7);
    }
}

#[test]
fn documents_are_named_by_their_digests() {
    let log = stories::one_write();
    let mut other = documents::contract();
    other.version = 9;
    let pack = tamper::inside(&log.pack(), log.signer(), |files| {
        let name = files.keys().find(|name| name.starts_with(file::CONTRACTS)).unwrap().clone();
        files.insert(name, evidence::canonical::to_vec(&other).unwrap());
    });
    assert_fails(&log, pack, 7);
}

#[test]
fn an_opened_value_is_one_that_was_committed_to() {
    let log = stories::one_write();
    let open = |value: &str, column: &str| {
        let (connector, table) = (named("crm"), named("contacts"));
        let key: evidence::commitment::Key = [(named("id"), "c-1".into())].into();
        let place = Place { connector: &connector, key: &key, table: &table };
        let disclosure = log.secret.disclose(&place, &named(column), &value.into()).unwrap();
        Opened { connector, disclosure, key, table }
    };
    let opening = |opened| log.seal(Contents { opened, ..log.contents(0, 6) });
    assert_verified(&log, opening(vec![open(stories::PHONE, "phone"), open("c-1@example.com", "email")]));
    assert_fails(&log, opening(vec![open("+49 30 110", "phone")]), 7);
    assert_fails(&log, opening(vec![open(stories::PHONE, "email")]), 7);
    let mut elsewhere = open(stories::PHONE, "phone");
    elsewhere.key = [(named("id"), "c-2".into())].into();
    assert_fails(&log, opening(vec![elsewhere]), 7);
}

#[test]
fn what_is_no_pack_could_not_be_checked() {
    for bytes in [Vec::new(), b"PK".to_vec(), vec![0; 4096], container::write(&tamper::Files::new()).unwrap()]
    {
        let report = verify(bytes, Expectations::default());
        assert_eq!(report.state, State::CouldNotCheck);
    }
}

#[test]
fn one_flipped_bit_never_passes() {
    let log = stories::busy();
    let pack = log.pack();
    assert_verified(&log, pack.clone());
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..1_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bit = usize::try_from(random >> 33).unwrap() % (pack.len() * 8);
        let mut changed = pack.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let state = check(&log, changed).state;
        assert!(!matches!(state, State::Verified | State::SignerNotConfirmed), "bit {bit} gives {state:?}");
    }
}
