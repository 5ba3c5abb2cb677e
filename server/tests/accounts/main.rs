//! Stories of people who sign in, told through the front door.

mod people;
#[path = "../ledger/place.rs"]
mod place;
mod traces;
mod visitor;

use app::doors::{Method, doors};
use app::portal::{Deed, Role};
use futures_util::StreamExt as _;
use people::{
    a_reset_link_is_good_once_and_ends_every_session, a_role_counts_from_the_next_request_and_so_does_an_end,
    an_invitation_ends_replaced_withdrawn_or_late, an_invitation_is_good_once_and_looking_uses_nothing_up,
    guesses_at_the_same_moment_are_counted_before_they_are_looked_at,
    links_of_somebody_who_was_removed_are_not_good_any_more, of_many_who_use_an_invitation_at_once_one_joins,
    ones_own_password_asks_for_the_old_one_and_ends_other_sessions,
    sessions_are_listed_and_ended_and_nobody_ends_anothers, somebody_of_another_vendor_is_nobody_here,
    the_last_owner_stays_and_nobody_ends_themselves, what_has_ended_by_itself_is_swept,
};
use place::Place;
use traces::{
    a_new_owner_is_led_from_one_step_to_the_next, a_page_is_read_in_german_too,
    coming_and_going_leaves_lines_and_guessing_does_too,
};
use visitor::{House, OWNER, fields};

macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(super::Place::sqlite()).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
                match std::env::var("TEST_POSTGRES_URL") {
                    Ok(url) => super::$story(super::Place::postgres(&url).await).await,
                    Err(_) => eprintln!("no TEST_POSTGRES_URL: told on SQLite only"),
                }
            })+
        }
    };
}

stories! {
    the_first_owner_sets_the_portal_up_by_a_link_that_is_good_once,
    of_many_who_use_the_link_at_once_one_becomes_the_owner,
    an_older_link_is_replaced_and_an_old_one_expires,
    whoever_is_not_signed_in_is_asked_to_and_then_sees_what_they_came_for,
    signing_out_ends_the_session_and_a_session_ends_by_itself,
    guessing_has_to_wait_longer_and_longer_and_so_does_the_right_password,
    a_form_from_elsewhere_does_nothing,
    each_role_opens_the_doors_that_the_table_says,
    a_page_that_is_open_gets_nothing_more_when_its_reader_may_not_read,
    an_invitation_is_good_once_and_looking_uses_nothing_up,
    of_many_who_use_an_invitation_at_once_one_joins,
    an_invitation_ends_replaced_withdrawn_or_late,
    a_role_counts_from_the_next_request_and_so_does_an_end,
    the_last_owner_stays_and_nobody_ends_themselves,
    links_of_somebody_who_was_removed_are_not_good_any_more,
    a_reset_link_is_good_once_and_ends_every_session,
    ones_own_password_asks_for_the_old_one_and_ends_other_sessions,
    sessions_are_listed_and_ended_and_nobody_ends_anothers,
    guesses_at_the_same_moment_are_counted_before_they_are_looked_at,
    what_has_ended_by_itself_is_swept,
    somebody_of_another_vendor_is_nobody_here,
    coming_and_going_leaves_lines_and_guessing_does_too,
    a_new_owner_is_led_from_one_step_to_the_next,
    a_page_is_read_in_german_too,
}

async fn the_first_owner_sets_the_portal_up_by_a_link_that_is_good_once(place: Place) {
    let house = House::new(place).await;
    let link = house.portal.accounts.set_up_link().await.unwrap().unwrap();
    let address = format!("/set-up/{link}");
    for _ in 0..2 {
        let page = house.get(&address, None).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("name=\"password\""), "{}", page.text);
    }
    let weak = house.post(&address, &fields(&[("password", "short")]), None).await;
    assert_eq!(weak.status, 422, "{}", weak.text);
    assert!(weak.text.contains("value=\"dana@northwind.example\""), "what was typed is kept: {}", weak.text);
    assert!(!weak.text.contains("value=\"short\""), "a password is never sent back: {}", weak.text);

    let done = house.post(&address, &fields(&[]), None).await;
    assert_eq!((done.status, done.location.as_deref()), (303, Some("/")), "{}", done.text);
    let home = house.get("/", done.session.as_deref()).await;
    assert!(home.status == 200 && home.text.contains("Northwind CRM"), "{}", home.text);

    let again = house.post(&address, &fields(&[("email", "eve@evil.example")]), None).await;
    assert_eq!(again.status, 409, "{}", again.text);
    assert!(house.get(&address, None).await.text.contains("not good any more"));
    assert_eq!(house.portal.accounts.set_up_link().await.unwrap(), None);
}

async fn of_many_who_use_the_link_at_once_one_becomes_the_owner(place: Place) {
    let house = House::new(place).await;
    let link = house.portal.accounts.set_up_link().await.unwrap().unwrap();
    let address = format!("/set-up/{link}");
    let form = |n: usize| fields(&[("email", &format!("owner{n}@northwind.example"))]);
    let forms = [0, 1, 2, 3].map(form);
    let ask = |form| house.post(&address, form, None);
    let (a, b, c, d) = tokio::join!(ask(&forms[0]), ask(&forms[1]), ask(&forms[2]), ask(&forms[3]));
    let mut won = 0;
    for reply in [a, b, c, d] {
        won += usize::from(reply.status == 303);
        assert!(matches!(reply.status, 303 | 409), "{} {}", reply.status, reply.text);
    }
    assert_eq!(won, 1);
}

async fn an_older_link_is_replaced_and_an_old_one_expires(place: Place) {
    let house = House::new(place).await;
    let first = house.portal.accounts.set_up_link().await.unwrap().unwrap();
    let second = house.portal.accounts.set_up_link().await.unwrap().unwrap();
    assert_eq!(house.post(&format!("/set-up/{first}"), &fields(&[]), None).await.status, 409);
    house.clock.advance(24 * 60 * 60 + 1);
    assert_eq!(house.post(&format!("/set-up/{second}"), &fields(&[]), None).await.status, 409);
}

async fn whoever_is_not_signed_in_is_asked_to_and_then_sees_what_they_came_for(place: Place) {
    let house = House::with_owner(place).await;
    let page = house.get("/tenants/acme/receipts?verdict=DENY", None).await;
    assert_eq!(page.status, 303);
    let sign_in = page.location.unwrap();
    assert_eq!(sign_in, "/sign-in?to=%2Ftenants%2Facme%2Freceipts%3Fverdict%3DDENY");
    assert!(house.get(&sign_in, None).await.text.contains("value=\"/tenants/acme/receipts?verdict=DENY\""));
    let form = format!("{OWNER}&to=%2Freceipts");
    let one = house.post("/sign-in", &form, None).await;
    assert_eq!((one.status, one.location.as_deref()), (303, Some("/receipts")), "{}", one.text);
    let away =
        house.post("/sign-in", &format!("{OWNER}&to=%2F%2Fevil.example"), one.session.as_deref()).await;
    assert_eq!(away.location.as_deref(), Some("/"));
    // A session that somebody else has chosen is never taken over.
    assert_ne!(one.session, away.session);
    let cookie = away.cookie.unwrap();
    for mark in ["__Host-session=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(mark), "{mark} in {cookie}");
    }
}

async fn signing_out_ends_the_session_and_a_session_ends_by_itself(place: Place) {
    let house = House::with_owner(place).await;
    let session = house.post("/sign-in", OWNER, None).await.session;
    assert_eq!(house.get("/", session.as_deref()).await.status, 200);
    assert_eq!(house.post("/sign-out", "", session.as_deref()).await.status, 303);
    assert_eq!(house.get("/", session.as_deref()).await.status, 303);
    let session = house.post("/sign-in", OWNER, None).await.session;
    house.clock.advance(11 * 60 * 60);
    assert_eq!(house.get("/", session.as_deref()).await.status, 200);
    house.clock.advance(12 * 60 * 60 + 1);
    assert_eq!(house.get("/", session.as_deref()).await.status, 303);
    let session = house.post("/sign-in", OWNER, None).await.session;
    for _ in 0..16 {
        house.clock.advance(11 * 60 * 60);
        house.get("/", session.as_deref()).await;
    }
    assert_eq!(house.get("/", session.as_deref()).await.status, 303, "seven days are the most");
}

async fn guessing_has_to_wait_longer_and_longer_and_so_does_the_right_password(place: Place) {
    let house = House::with_owner(place).await;
    let wrong = "email=dana@northwind.example&password=wrong-wrong-wrong";
    for _ in 0..5 {
        let reply = house.post("/sign-in", wrong, None).await;
        assert_eq!(reply.status, 409);
        assert!(
            reply.text.contains("No account has this e-mail address and this password"),
            "{}",
            reply.text
        );
    }
    let waiting = house.post("/sign-in", OWNER, None).await;
    assert!(waiting.session.is_none() && waiting.text.contains("in 30 seconds"), "{}", waiting.text);
    house.clock.advance(31);
    assert_eq!(house.post("/sign-in", OWNER, None).await.status, 303);
    // Whoever got in begins anew; an unknown address is told the same as a wrong password.
    let unknown = house.post("/sign-in", "email=nobody@x.example&password=wrong-wrong-wrong", None).await;
    assert!(
        unknown.text.contains("No account has this e-mail address and this password"),
        "{}",
        unknown.text
    );
}

async fn a_form_from_elsewhere_does_nothing(place: Place) {
    let house = House::with_owner(place).await;
    for site in [Some("cross-site"), Some("same-site"), Some("none"), None] {
        assert_eq!(house.post_from(site, "/sign-in", OWNER, None).await.status, 403, "{site:?}");
    }
}

async fn each_role_opens_the_doors_that_the_table_says(place: Place) {
    let house = House::with_owner(place).await;
    house.a_tenant().await;
    for role in Role::ALL {
        let session = house.session_of(role).await;
        for door in doors() {
            let address =
                door.path.replace("{tenant}", "acme").replace("{seq}", "0").replace("{action}", "a");
            let address = address.replace("{link}", "nothing").replace("{id}", "a");
            let address = address.replace("{member}", "a").replace("{invitation}", "a");
            if door.path == "/sign-out" {
                continue;
            }
            let reply = match door.method {
                Method::Get => house.get(&address, Some(&session)).await,
                Method::Post => house.post(&address, "", Some(&session)).await,
            };
            let refused = reply.status == 403;
            assert_eq!(
                refused,
                !role.may(door.deed),
                "{role:?} {:?} {address}: {}",
                door.method,
                reply.status
            );
            let stranger = match door.method {
                Method::Get => house.get(&address, None).await,
                Method::Post => house.post(&address, "", None).await,
            };
            if door.deed != Deed::Anyone {
                assert!(matches!(stranger.status, 303 | 401), "{address}: {}", stranger.status);
            }
            let elsewhere = address.replace("acme", "other");
            if elsewhere != address && door.method == Method::Get && role.may(door.deed) {
                assert_eq!(house.get(&elsewhere, Some(&session)).await.status, 404, "{role:?} {elsewhere}");
            }
        }
    }
}

async fn a_page_that_is_open_gets_nothing_more_when_its_reader_may_not_read(place: Place) {
    let house = House::with_owner(place).await;
    house.a_tenant().await;
    let address = "/tenants/acme/receipts/stream?next=0";
    let session = house.session_of(Role::Auditor).await;
    let mut signed_out = house.follow(address, &session).await;
    assert!(said(&mut signed_out, "receipt-0").await);
    house.post("/sign-out", "", Some(&session)).await;
    assert!(!said(&mut signed_out, "receipt-999").await, "it ends");

    let session = house.session_of(Role::Auditor).await;
    let mut other_role = house.follow(address, &session).await;
    assert!(said(&mut other_role, "receipt-0").await);
    house.session_of(Role::Sales).await;
    assert!(!said(&mut other_role, "receipt-999").await, "it ends");
    assert_eq!(house.get(address, Some(&session)).await.status, 403);
}

/// Reads a stream until it says this; whether it did before its end.
async fn said(stream: &mut axum::body::BodyDataStream, word: &str) -> bool {
    let mut read = String::new();
    while let Some(bytes) = stream.next().await {
        read.push_str(&String::from_utf8_lossy(&bytes.unwrap()));
        if read.contains(word) {
            return true;
        }
    }
    false
}
