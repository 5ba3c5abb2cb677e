//! What people leave in the audit by coming and going, and what a new owner finds.

use app::portal::{AskedChanges, Change, Role};

use crate::place::Place;
use crate::visitor::{House, OWNER, fields};

async fn changes(house: &House) -> Vec<Change> {
    let vendor = "northwind".parse().unwrap();
    let page = house.portal.audit.page(&vendor, &AskedChanges::default(), 100).await.unwrap();
    page.changes.into_iter().rev().collect()
}

fn words(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.what.as_str()).collect()
}

pub async fn coming_and_going_leaves_lines_and_guessing_does_too(place: Place) {
    let house = House::new(place).await;
    let link = house.portal.accounts.set_up_link().await.unwrap().unwrap();
    let session = house.post(&format!("/set-up/{link}"), &fields(&[]), None).await.session.unwrap();
    house.clock.advance(1);
    house.post("/sign-out", "", Some(&session)).await;
    // A session that has ended can't end again.
    house.post("/sign-out", "", Some(&session)).await;
    house.clock.advance(1);
    house.post("/sign-in", "email=dana@northwind.example&password=hush-hush-hush", None).await;
    house.post("/sign-in", "email=nobody@northwind.example&password=hush-hush-hush", None).await;
    house.clock.advance(1);
    house.post("/sign-in", OWNER, None).await;
    let changes = changes(&house).await;
    let mut first: Vec<&str> = words(&changes[..2]);
    first.sort_unstable();
    assert_eq!(first, ["set_up", "signed_in"]);
    assert_eq!(words(&changes[2..]), ["signed_out", "sign_in_failed", "signed_in"]);
    for change in &changes {
        let failed = change.what.as_str() == "sign_in_failed";
        let said = (change.name.as_str(), change.member.is_empty(), change.about.as_str());
        let expected = match change.what.as_str() {
            "sign_in_failed" => ("", failed, "Dana"),
            "set_up" => ("Dana", failed, "Northwind CRM"),
            _ => ("Dana", failed, ""),
        };
        assert_eq!(said, expected);
        assert!(!format!("{change:?}").contains("hush"), "{change:?}");
    }
    let ids: Vec<&String> = changes.iter().map(|change| &change.member).filter(|id| !id.is_empty()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
}

pub async fn a_new_owner_is_led_from_one_step_to_the_next(place: Place) {
    let house = House::with_owner(place).await;
    let session = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let page = house.get("/", Some(&session)).await.text;
    for part in [
        "0 of 6 steps are done.",
        "href=\"/new/connector\"",
        "There are no tenants here.",
        "aria-current=\"step\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    house.a_tenant().await;
    let form = "label=CI&every_tenants=yes&every_agents=yes&days=90";
    assert_eq!(house.post("/new/api-key", form, Some(&session)).await.status, 200);
    let page = house.get("/", Some(&session)).await.text;
    assert!(page.contains("2 of 6 steps are done."), "{page}");
    assert!(!page.contains("href=\"/new/tenant\"") && !page.contains("href=\"/new/api-key\""), "{page}");
    // Whoever may not do it is not sent there.
    let auditor = house.session_of(Role::Auditor).await;
    let page = house.get("/", Some(&auditor)).await.text;
    assert!(page.contains("2 of 6 steps are done.") && !page.contains("href=\"/new/connector\""), "{page}");
}

pub async fn a_page_is_read_in_german_too(place: Place) {
    let house = House::with_owner(place).await;
    let session = house.post("/sign-in", OWNER, None).await.session.unwrap();
    for (address, said) in [
        ("/", "0 von 6 Schritten sind getan."),
        ("/audit", "hat sich angemeldet."),
        ("/api-keys", "Zurzeit gilt kein API-Schlüssel."),
        ("/new/api-key", "Jeder Mandant, auch später hinzugefügte"),
    ] {
        let page = house.get_in("de", address, &session).await.text;
        assert!(page.contains(said), "{address}: {page}");
    }
}
