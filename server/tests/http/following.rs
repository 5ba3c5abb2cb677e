//! A log as it grows, over HTTP: every receipt once, for as long as the reader may read.

use axum::http::StatusCode;
use server::registry::Scope;

use crate::world::{World, update};

const STREAM: &str = "/v1/tenants/acme/receipts/stream";

/// How many receipts Acme's log has.
async fn size(world: &World) -> u64 {
    world.log("acme").await.len() as u64
}

/// The exact bytes of one receipt.
async fn bytes(world: &World, seq: u64) -> String {
    world.get(&format!("/v1/tenants/acme/receipts/{seq}")).await.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_receipt_arrives_once_also_when_the_line_breaks() {
    let world = World::new().await;
    let key = world.key.clone();
    let begun = size(&world).await;
    let mut stream = world.follow(&key, STREAM, None).await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert_eq!(stream.header("cache-control"), "no-store");
    world.propose(&update("c-1042")).await;
    let decision = stream.next().await.unwrap();
    assert_eq!((decision.id, decision.data), (begun, bytes(&world, begun).await));
    drop(stream);

    // What happened while nobody followed comes first, whether the reader says what arrived or where to begin.
    world.propose(&update("c-1042")).await;
    let written = size(&world).await;
    for (address, last) in [(STREAM.to_owned(), Some(begun)), (format!("{STREAM}?from={}", begun + 1), None)]
    {
        let last = last.map(|seq| seq.to_string());
        let mut again = world.follow(&key, &address, last.as_deref()).await;
        for seq in begun + 1..written {
            let event = again.next().await.unwrap();
            assert_eq!((event.id, event.data), (seq, bytes(&world, seq).await));
        }
    }
    let mut whole = world.follow(&key, &format!("{STREAM}?from=0"), None).await;
    for seq in 0..written {
        assert_eq!(whole.next().await.unwrap().id, seq);
    }
    world.propose(&update("c-1042")).await;
    assert_eq!(whole.next().await.unwrap().id, written);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_says_nonsense_is_told_so() {
    let world = World::new().await;
    let end = size(&world).await.to_string();
    for last in [end.as_str(), "-1", "1 or 1=1", "18446744073709551616", "0x10", "\u{e9}", &"9".repeat(4000)]
    {
        let reply = world.ask(World::following(&world.key, STREAM, Some(last))).await;
        assert_eq!(reply.problem(), (400, "MALFORMED_REQUEST".to_owned()), "{last}");
        assert_eq!(reply.json()["at"], "Last-Event-ID");
    }
    for query in ["?from=x", "?from=", "?from=999999", "?since=1", "?from=%ff"] {
        let reply = world.ask(World::following(&world.key, &format!("{STREAM}{query}"), None)).await;
        assert_eq!(reply.problem(), (400, "MALFORMED_REQUEST".to_owned()), "{query}");
    }
    let narrow = world.narrow_key(&["globex"], None).await;
    for (key, status) in [(narrow.as_str(), 404), ("helm_0", 401)] {
        assert_eq!(world.ask(World::following(key, STREAM, None)).await.problem().0, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_reads_no_further() {
    let world = World::new().await;
    let vendor = world.desk().await.vendor().clone();
    let label = "reader".parse().unwrap();
    let key = world.portal.registry.issue_api_key(&vendor, &label, &Scope::default()).await.unwrap();
    let mut stream = world.follow(&key.secret, STREAM, None).await;
    world.propose(&update("c-1042")).await;
    assert!(stream.next().await.is_some());
    // The outcome, which was written before the key was revoked, may have been read by then, but nothing after it.
    let before = size(&world).await;
    world.portal.registry.revoke_api_key(&vendor, &key.id).await.unwrap();
    world.propose(&update("c-1042")).await;
    while let Some(event) = stream.next().await {
        assert!(event.id < before, "{}", event.id);
    }
    let again = world.ask(World::following(&key.secret, STREAM, Some("0"))).await;
    assert_eq!(again.problem(), (401, "UNAUTHORIZED".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_tenant_and_with_the_portal() {
    let world = World::new().await;
    let key = world.key.clone();
    let address = "/v1/tenants/initech/receipts/stream";
    let mut of_initech = world.follow(&key, address, None).await;
    let mut of_acme = world.follow(&key, STREAM, None).await;
    world.erase("initech").await;
    assert!(of_initech.next().await.is_none());
    let again = world.ask(World::following(&key, address, None)).await;
    assert_eq!(again.problem(), (410, "TENANT_ERASED".to_owned()));
    assert_eq!(world.get("/v1/tenants/initech/receipts").await.status, StatusCode::OK);

    world.portal.streams.end();
    assert!(of_acme.next().await.is_none());
    let late = world.ask(World::following(&key, STREAM, None)).await;
    assert_eq!(late.problem(), (503, "TOO_BUSY".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_has_so_many_streams_and_each_that_ends_makes_room() {
    let world = World::new().await;
    let key = world.key.clone();
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(world.follow(&key, STREAM, None).await);
    }
    let refused = world.ask(World::following(&key, STREAM, None)).await;
    assert_eq!(refused.problem(), (429, "TOO_MANY_STREAMS".to_owned()));
    let other = world.narrow_key(&["acme"], None).await;
    drop(world.follow(&other, STREAM, None).await);
    streams.pop();
    let mut last = world.follow(&key, STREAM, None).await;
    world.propose(&update("c-1042")).await;
    assert!(last.next().await.is_some());
}
