//! The inbox: what waits is answered by those who may, once, and whoever comes too late is told so.

use app::portal::Role;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::world::{Asked, World, but, update};

const CONTACT: &str = "select * from contacts where id = 'c-2001'";
const NEW: &str = "+44 20 7946 0018";

/// A change that Globex wants two of its data stewards to see.
async fn asked(world: &World) -> Asked {
    world.escalated(&but(update("c-2001"), &json!({"tenant": "globex"}))).await
}

/// The form of a card, pressed at `vote`.
fn ballot<'a>(asked: &'a Asked, vote: &'a str, reason: &'a str) -> [(&'a str, &'a str); 3] {
    [("decision", &asked.decision), ("vote", vote), ("reason", reason)]
}

fn at(asked: &Asked) -> String {
    format!("/approvals/{}", asked.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_let_a_write_through_from_their_inboxes() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Approver, &["data-stewards"]).await;
    let eve = world.member("eve", Role::Owner, &["data-stewards"]).await;
    let asked = asked(&world).await;
    let inbox = dana.open("/approvals").await.text();
    for part in [
        "Set phone (sealed) on 1 record in contacts of Globex Health",
        "2 members of data-stewards",
        &at(&asked),
    ] {
        assert!(inbox.contains(part), "{part}: {inbox}");
    }
    let card = dana.open(&at(&asked)).await.text();
    assert!(card.contains(&asked.decision), "{card}");

    let first = dana.send(&at(&asked), &ballot(&asked, "approve", "")).await;
    assert_eq!((first.status, first.header("location")), (StatusCode::SEE_OTHER, at(&asked).as_str()));
    assert!(first.header("set-cookie").contains("inbox.said.counted"), "{}", first.header("set-cookie"));
    let again = dana.send(&at(&asked), &ballot(&asked, "approve", "Again.")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text().contains("You have voted."), "{}", again.text());
    assert_ne!(world.phone(CONTACT).await, NEW);

    let second = eve.send(&at(&asked), &ballot(&asked, "approve", "Agreed.")).await;
    assert!(second.header("set-cookie").contains("inbox.said.ran"), "{}", second.header("set-cookie"));
    assert_eq!(world.phone(CONTACT).await, NEW);
    let after = dana.open("/approvals").await.text();
    assert!(after.contains("Nothing waits for a person."), "{after}");
    assert!(after.contains("Approved. The write took place."), "{after}");
    let late = dana.send(&at(&asked), &ballot(&asked, "deny", "No.")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("this was decided in the meantime"), "{}", late.text());
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_takes_a_reason_and_what_was_typed_stays() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Approver, &["data-stewards"]).await;
    let asked = asked(&world).await;
    let size = world.log("globex").await.len();
    let long = "</textarea><script>alert(1)</script>".repeat(300);
    for (vote, reason, said) in [
        ("deny", " \r\n ", "Say why it is denied"),
        ("deny", long.as_str(), "more than 2,000 bytes"),
        ("maybe", "Because.", "Press Approve or Deny."),
    ] {
        let reply = dana.send(&at(&asked), &ballot(&asked, vote, reason)).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text());
        assert!(reply.text().contains(said), "{said}: {}", reply.text());
        assert!(!reply.text().contains("<script>alert"), "{}", reply.text());
    }
    let other = Asked { id: asked.id.clone(), decision: format!("sha256:{}", "0".repeat(64)) };
    assert_eq!(dana.send(&at(&asked), &ballot(&other, "approve", "")).await.status, StatusCode::CONFLICT);
    let garbled = Asked { id: asked.id.clone(), decision: "x".to_owned() };
    assert_eq!(dana.send(&at(&asked), &ballot(&garbled, "approve", "")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.log("globex").await.len(), size);

    let denied = dana.send(&at(&asked), &ballot(&asked, "deny", "Not without a ticket.")).await;
    assert!(denied.header("set-cookie").contains("inbox.said.rejected"), "{}", denied.header("set-cookie"));
    let shown = dana.open(&at(&asked)).await.text();
    for part in ["Refused. Nothing was written.", "Denied by", "Not without a ticket."] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_vote_is_told_why_and_changes_nothing() {
    let world = World::new().await;
    let write = but(update("c-2001"), &json!({"tenant": "globex", "on_behalf_of": "dana"}));
    let asked = world.escalated(&write).await;
    let size = world.log("globex").await.len();
    for (name, role, groups, status, said) in [
        ("dana", Role::Owner, &["data-stewards"][..], StatusCode::CONFLICT, "The agent acts on your behalf"),
        ("max", Role::Approver, &["success-managers"], StatusCode::FORBIDDEN, "You are not in the group"),
        ("uma", Role::Auditor, &["data-stewards"], StatusCode::FORBIDDEN, "Your role does not vote"),
    ] {
        let member = world.member(name, role, groups).await;
        let card = member.open(&at(&asked)).await;
        assert!(card.text().contains(said), "{name}: {}", card.text());
        assert!(!card.text().contains("name=\"vote\""), "{name}");
        assert_eq!(member.send(&at(&asked), &ballot(&asked, "approve", "")).await.status, status, "{name}");
    }
    let sales = world.member("sam", Role::Sales, &["data-stewards"]).await;
    assert_eq!(sales.open("/approvals").await.status, StatusCode::FORBIDDEN);
    assert_eq!(sales.open(&at(&asked)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.log("globex").await.len(), size);
    let dana = world.member("dana", Role::Owner, &["data-stewards"]).await;
    let abroad = Request::post(at(&asked)).header("sec-fetch-site", "cross-site");
    assert_eq!(dana.ask(abroad.body(Body::empty()).unwrap()).await.problem().1, "CROSS_SITE");
    assert_eq!(dana.open("/approvals/none").await.status, StatusCode::NOT_FOUND);
    // What nobody was asked about has no card.
    let plain = world.propose(&update("c-1042")).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(dana.open(&format!("/approvals/{plain}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_votes_after_the_time_is_told_that_silence_was_a_denial() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Approver, &["data-stewards"]).await;
    let (noticed, unnoticed) = (asked(&world).await, asked(&world).await);
    world.clock.advance(24 * 60 * 60);
    let late = dana.send(&at(&unnoticed), &ballot(&unnoticed, "approve", "")).await;
    assert!(late.header("set-cookie").contains("inbox.said.too_late"), "{}", late.header("set-cookie"));
    world.portal.boundary.sweep().await.unwrap();
    let later = dana.send(&at(&noticed), &ballot(&noticed, "approve", "")).await;
    assert_eq!(later.status, StatusCode::CONFLICT);
    assert!(later.text().contains("APPROVAL_TIMEOUT"), "{}", later.text());
    let inbox = dana.open("/approvals").await.text();
    assert_eq!(inbox.matches("nobody in time").count(), 2, "{inbox}");
    assert_ne!(world.phone(CONTACT).await, NEW);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_is_narrowed_and_says_what_is_elsewhere() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Approver, &["data-stewards", "finance"]).await;
    let asked = asked(&world).await;
    let all = dana.open("/approvals?tenant=globex&group=data-stewards").await.text();
    assert!(all.contains(&at(&asked)), "{all}");
    for query in ["tenant=acme", "group=finance"] {
        let none = dana.open(&format!("/approvals?{query}")).await.text();
        assert!(!none.contains(&at(&asked)), "{query}");
        assert!(none.contains("Elsewhere there is more that waits: 1."), "{query}: {none}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_stopped_says_so_on_its_pages() {
    let world = World::new().await;
    let dana = world.member("dana", Role::Approver, &["data-stewards"]).await;
    let asked = asked(&world).await;
    let person = world.person("olaf", &[]).await;
    let why = json!({"reason": "An incident, <b>really</b>."});
    world.post(&person, "/v1/tenants/globex/freeze", &why).await;
    let pages = [
        "/approvals".to_owned(),
        at(&asked),
        "/tenants/globex/receipts".to_owned(),
        "/tenants/globex/receipts/0".to_owned(),
    ];
    for page in &pages {
        let shown = dana.open(page).await.text();
        assert!(shown.contains("This tenant is frozen."), "{page}: {shown}");
        assert!(shown.contains("An incident, &lt;b&gt;really&lt;/b&gt;."), "{page}: {shown}");
    }
    assert!(!dana.open("/tenants/acme/receipts").await.text().contains("frozen."));
    world.post(&person, "/v1/freeze", &why).await;
    assert!(dana.open("/tenants/acme/receipts").await.text().contains("All tenants are frozen."));
    world.post(&person, "/v1/unfreeze", &why).await;
    world.post(&person, "/v1/tenants/globex/unfreeze", &why).await;
    for page in &pages {
        assert!(!dana.open(page).await.text().contains("frozen."), "{page}");
    }
}
