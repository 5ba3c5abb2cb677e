//! API keys: made on the pages, shown once, good for what was chosen, and for nothing once they are revoked or over.

use app::portal::Role;
use axum::http::StatusCode;
use serde_json::json;

use crate::world::{Browser, World, but, update};

/// Makes a key for this much, and gives its secret.
async fn make(browser: &Browser, pairs: &[(&str, &str)]) -> String {
    let reply = browser.send("/new/api-key", pairs).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.header("cache-control"), "no-store");
    let text = reply.text();
    let secret: String = text.split("helm_").nth(1).unwrap().chars().take(43).collect();
    format!("helm_{secret}")
}

/// The id by which a page revokes the key with this label.
fn id_of(page: &str, label: &str) -> String {
    let card = page.split("<article").find(|card| card.contains(label)).unwrap();
    card.split("/api-keys/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_good_for_what_was_chosen() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Owner, &[]).await;
    let form = [
        ("label", "CI <b>"),
        ("every_tenants", "no"),
        ("tenants", "acme"),
        ("every_agents", "no"),
        ("agents", "support-agent"),
        ("days", "30"),
    ];
    let secret = make(&dana, &form).await;
    let (allowed, _) = world.send_as(&secret, update("c-1042").to_string()).await.verdict();
    assert_eq!(allowed, "ALLOW");
    let elsewhere = but(update("c-2001"), &json!({"tenant": "globex"}));
    assert_eq!(world.send_as(&secret, elsewhere.to_string()).await.status, StatusCode::NOT_FOUND);
    let page = dana.open("/api-keys").await.text();
    for part in ["CI &lt;b&gt;", "good for <code", "acme", "2026-12-02", "dana"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(&secret) && !page.contains("never</dd>"), "{page}");
    world.clock.advance(30 * 24 * 60 * 60 + 2);
    let late = world.send_as(&secret, update("c-1042").to_string()).await;
    assert_eq!(late.problem(), (401, "UNAUTHORIZED".to_owned()));
    assert!(dana.open("/api-keys").await.text().contains("expired "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_revoked_on_the_page_opens_nothing_and_its_stream_ends() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Owner, &[]).await;
    let form = [("label", "Reader"), ("every_tenants", "yes"), ("every_agents", "yes"), ("days", "never")];
    let secret = make(&dana, &form).await;
    let mut stream = world.follow(&secret, "/v1/tenants/acme/receipts/stream", None).await;
    world.propose(&update("c-1042")).await;
    assert!(stream.next().await.is_some());
    let id = id_of(&dana.open("/api-keys").await.text(), "Reader");
    let revoke = format!("/api-keys/{id}/revoke");
    let done = dana.send(&revoke, &[]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/api-keys"));
    world.propose(&update("c-1042")).await;
    while stream.next().await.is_some() {}
    assert_eq!(
        world.get_as(&secret, "/v1/tenants/acme/receipts").await.problem(),
        (401, "UNAUTHORIZED".to_owned())
    );
    assert_eq!(dana.send(&revoke, &[]).await.status, StatusCode::NOT_FOUND);
    let page = dana.open("/api-keys").await.text();
    assert!(page.contains("Keys that are good no more") && page.contains("revoked "), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_says_too_little_makes_no_key() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Owner, &[]).await;
    let before = world.portal.registry.api_keys(world.desk().await.vendor()).await.unwrap().len();
    for (pairs, told) in [
        (vec![("label", "CI"), ("days", "90")], "Choose which."),
        (
            vec![("label", ""), ("every_tenants", "yes"), ("every_agents", "yes"), ("days", "90")],
            "Give the key a name",
        ),
        (
            vec![("label", "CI"), ("every_tenants", "no"), ("every_agents", "yes"), ("days", "90")],
            "Choose at least one tenant",
        ),
        (
            vec![
                ("label", "CI"),
                ("every_tenants", "no"),
                ("tenants", "umbra"),
                ("every_agents", "yes"),
                ("days", "90"),
            ],
            "No tenant is called “umbra”.",
        ),
        (
            vec![("label", "CI"), ("every_tenants", "yes"), ("every_agents", "yes"), ("days", "7")],
            "how long the key is good",
        ),
    ] {
        let reply = dana.send("/new/api-key", &pairs).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{pairs:?}");
        assert!(reply.text().contains(told), "{told}: {}", reply.text());
    }
    let after = world.portal.registry.api_keys(world.desk().await.vendor()).await.unwrap().len();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_vendors_are_kept_apart() {
    let world = World::new().await;
    let other = world.other_vendor(None).await;
    let theirs = world.portal.registry.desk(&other).await.unwrap().unwrap();
    let id = world.portal.registry.api_keys(theirs.vendor()).await.unwrap()[0].id.clone();
    let dana = world.member("dana", Role::Owner, &[]).await;
    assert_eq!(dana.send(&format!("/api-keys/{id}/revoke"), &[]).await.status, StatusCode::NOT_FOUND);
    assert!(!dana.open("/api-keys").await.text().contains("theirs"));
    assert_eq!(world.get_as(&other, "/v1/tenants/acme/receipts").await.status, StatusCode::OK);
    for role in Role::ALL {
        let member = world.member("somebody", role, &[]).await;
        let reads = matches!(role, Role::Owner | Role::Author | Role::Auditor);
        assert_eq!(member.open("/api-keys").await.status == StatusCode::OK, reads, "{role:?}");
        let makes = role == Role::Owner;
        assert_eq!(member.open("/new/api-key").await.status == StatusCode::OK, makes, "{role:?}");
        assert_eq!(
            member.send("/new/api-key", &[]).await.status == StatusCode::FORBIDDEN,
            !makes,
            "{role:?}"
        );
    }
}
