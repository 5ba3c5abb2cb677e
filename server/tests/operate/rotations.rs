//! One signing key follows another.

use evidence::receipt::{StandingState, StandingSubject};
use server::clock::Clock;
use server::keys::Signer;
use server::ledger::{Ledger, StandingDraft};
use server::registry::Registry;
use server::store::Store;
use server::vault::Vault;

use crate::place::Place;
use crate::portal::{Served, command, copy, done, fingerprint, home, run, update, verified};
use crate::stories;

stories! {
    a_portal_that_serves_goes_on_with_the_new_key,
    a_rotation_that_was_cut_short_is_finished_at_the_next_start,
}

async fn a_portal_that_serves_goes_on_with_the_new_key(place: Place) {
    let portal = Served::start(&place);
    let old = fingerprint(&place);
    let before = portal.pack("acme");
    let said = done(&place, &["keys", "rotate"]);
    assert!(said.contains("logs handed over: 3"), "{said}");

    let (status, answer) = portal.post(&update("1"));
    assert_eq!((status, &answer["verdict"]), (200, &"ALLOW".into()), "{answer}");
    let after = portal.pack("acme");
    portal.stop();
    let portal = Served::start(&place);
    let new = said.lines().find_map(|line| line.strip_prefix("in words: ")).unwrap().parse().unwrap();
    assert_ne!(old, new);
    assert_eq!(portal.post(&update("2")).0, 200);
    let last = portal.pack("acme");
    for pack in [&before, &after, &last] {
        assert!(verified(pack.clone(), &old));
    }
    assert!(verified(last, &new));
    portal.stop();
    assert!(!place.folder().join("keys/next.key").exists());
    done(&place, &["ledger", "check"]);
}

async fn a_rotation_that_was_cut_short_is_finished_at_the_next_start(place: Place) {
    Served::start(&place).stop();
    let old = fingerprint(&place);
    let keys = place.folder().join("keys");
    let kept = place.folder().join("kept.key");
    std::fs::copy(keys.join("signing.key"), &kept).unwrap();

    // The next key is there, the tables speak of it, and one of three logs has moved on.
    hand_over_one(&place).await;
    assert!(keys.join("next.key").exists());
    let portal = Served::start(&place);
    assert_eq!(portal.post(&update("1")).0, 200);
    assert!(verified(portal.pack("acme"), &old) && verified(portal.pack("globex"), &old));
    portal.stop();
    assert!(!keys.join("next.key").exists());
    done(&place, &["ledger", "check"]);

    // Everything is done but that the old key is still there.
    std::fs::rename(keys.join("signing.key"), keys.join("next.key")).unwrap();
    std::fs::copy(&kept, keys.join("signing.key")).unwrap();
    let portal = Served::start(&place);
    assert_eq!(portal.post(&update("2")).0, 200);
    portal.stop();
    assert!(!keys.join("next.key").exists());
    done(&place, &["ledger", "check"]);

    // Somebody who has only the old key is told so.
    std::fs::copy(&kept, keys.join("signing.key")).unwrap();
    let refused = run(&place, &["keys", "rotate"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("are signed by"), "{}", refused.err);
}

#[test]
fn a_rotation_that_is_killed_at_any_moment_can_be_gone_on_with() {
    let begun = Place::sqlite();
    Served::start(&begun).stop();
    let old = fingerprint(&begun);
    for steps in 0..12 {
        let place = Place::sqlite();
        copy(begun.folder(), place.folder());
        let mut rotating = command(&place, &["keys", "rotate"]).spawn().unwrap();
        // Another process takes about as long as the rotation does; some of these kills come too late.
        for _ in 0..steps {
            command(&place, &["--version"]).output().unwrap();
        }
        let _ = rotating.kill();
        rotating.wait().unwrap();
        let portal = Served::start(&place);
        assert!(verified(portal.pack("acme"), &old));
        portal.stop();
        done(&place, &["ledger", "check"]);
    }
}

#[test]
fn a_key_from_the_environment_is_followed_by_one_from_the_environment() {
    let place = Place::sqlite();
    let (first, second) = ("07".repeat(32), "08".repeat(32));
    let with = |arguments: &[&str], keys: &[(&str, &str)]| {
        let output = command(&place, arguments).envs(keys.iter().copied()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(with(&["migrate"], &[]).0, 0);
    let (code, said) = with(&["keys", "rotate"], &[("PORTAL_SIGNING_KEY", &first)]);
    assert_eq!(code, 1);
    assert!(said.contains("PORTAL_NEXT_SIGNING_KEY"), "{said}");
    let erase = ["tenants", "erase", "northwind/acme", "--reason", "asked"];
    assert!(with(&erase, &[("PORTAL_SIGNING_KEY", &first)]).1.contains("there is no tenant"));
    let both = [("PORTAL_SIGNING_KEY", first.as_str()), ("PORTAL_NEXT_SIGNING_KEY", second.as_str())];
    assert_eq!(with(&["keys", "rotate"], &both), (0, with(&["keys", "rotate"], &both).1));
    let (code, said) = with(&erase, &[("PORTAL_SIGNING_KEY", &first)]);
    assert_eq!(code, 1);
    assert!(said.contains("are signed by"), "{said}");
    assert!(with(&erase, &[("PORTAL_SIGNING_KEY", &second)]).1.contains("there is no tenant"));
}

/// Begins a rotation, lets one log see it, and ends there.
async fn hand_over_one(place: &Place) {
    let home = home(place);
    let store = Store::open(&home.data, home.url()).await.unwrap();
    let (signer, vault) = (Signer::handing_over(&home).unwrap(), Vault::open(&home.data).unwrap());
    let ledger = Ledger::open(store.clone(), signer, vault.clone(), Clock::system()).await.unwrap();
    let registry = Registry::new(store, vault, ledger.clone(), "portal.local".to_owned());
    let acme =
        registry.tenant(&"northwind".parse().unwrap(), &"acme".parse().unwrap()).await.unwrap().unwrap();
    let standing = StandingDraft {
        by: "ada".parse().unwrap(),
        reason: "still there".parse().unwrap(),
        state: StandingState::Active,
        subject: StandingSubject::Tenant,
    };
    ledger.stand(&acme, standing).await.unwrap();
    let ended = ledger.ended();
    drop((ledger, registry));
    ended.await;
}
