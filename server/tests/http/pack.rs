//! A pack is the same however often it is asked for, and a stranger can check it.

use evidence::receipt::{OutcomeStatus, Receipt};
use evidence::verify::{Expectations, FindingKind, State, verify};
use serde_json::{Value as Json, json};
use server::demo;

use crate::world::{World, but, update};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_verifies_what_the_portal_packs() {
    let world = World::new().await;
    demo::seed(&world.portal, &world.config()).await.unwrap();
    for tenant in ["acme", "globex", "initech"] {
        let whole = world.get(&format!("/v1/tenants/{tenant}/pack")).await;
        assert_eq!(whole.status, 200, "{}", whole.text());
        assert_eq!(whole.header("content-type"), "application/vnd.helm.evidencepack");
        let name = format!("attachment; filename=\"northwind-{tenant}-0-");
        assert!(
            whole.header("content-disposition").starts_with(&name),
            "{}",
            whole.header("content-disposition")
        );
        assert_eq!(world.get(&format!("/v1/tenants/{tenant}/pack")).await.bytes, whole.bytes);
        let named = Expectations {
            fingerprints: vec![world.portal.signer.public_key().id().into()],
            ..Expectations::default()
        };
        let report = verify(whole.bytes.clone(), named);
        assert_eq!(report.state, State::Verified, "{tenant}: {:?}", report.steps);
        assert!(report.findings.is_empty(), "{tenant}: {:?}", report.findings);
        assert_eq!(verify(whole.bytes, Expectations::default()).state, State::SignerNotConfirmed);
    }
    let part = world.get("/v1/tenants/acme/pack?from=20&to=30").await;
    assert!(part.header("content-disposition").contains("northwind-acme-20-30.evidencepack"));
    assert_ne!(verify(part.bytes, Expectations::default()).state, State::DoesNotVerify);
    for (query, code) in [("from=9&to=3", 400), ("from=x", 400), ("since=1", 400), ("from=99999", 404)] {
        assert_eq!(world.get(&format!("/v1/tenants/acme/pack?{query}")).await.problem().0, code, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_changed_outside_the_boundary_is_found_between_two_receipts() {
    let world = World::new().await;
    let outcome = async |write: Json| {
        let reply = world.propose(&write).await;
        let Receipt::Outcome(outcome) = reply.receipt("/outcome/receipt") else { panic!("{}", reply.text()) };
        assert_eq!(outcome.status, OutcomeStatus::Committed);
        outcome.entry.seq
    };
    let first = outcome(update("c-1042")).await;
    // Other records, and writes that changed nothing, do not come in between.
    outcome(update("c-1001")).await;
    world.propose(&update("c-2001")).await;
    assert!(world.verified("acme").await.report.findings.is_empty());
    world.meddle("update contacts set owner = 'nobody' where id = 'c-1042'").await;
    let second = outcome(but(update("c-1042"), &json!({"set": {"phone": "+44 20 7946 0019"}}))).await;
    let third = outcome(but(update("c-1042"), &json!({"set": {"phone": "+44 20 7946 0020"}}))).await;
    world.meddle("update contacts set notes = 'seen' where id = 'c-1042'").await;
    let fourth = outcome(but(update("c-1042"), &json!({"set": {"phone": "+44 20 7946 0021"}}))).await;

    let findings = world.verified("acme").await.report.findings;
    assert!(findings.iter().all(|finding| finding.kind == FindingKind::Continuity));
    assert_eq!(
        findings.iter().map(|finding| finding.receipts.clone()).collect::<Vec<_>>(),
        [vec![first, second], vec![third, fourth]]
    );
    assert_eq!(
        findings[0].sentence,
        format!(
            "The record id \"c-1042\" of contacts changed outside the boundary between #{first} and #{second}."
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_served_in_the_bytes_that_were_logged() {
    let world = World::new().await;
    world.propose(&update("c-1042")).await;
    let range = world.portal.ledger.range(&world.tenant("acme").await, 0, None).await.unwrap().unwrap();
    for (seq, bytes) in range.receipts.iter().enumerate() {
        assert_eq!(world.get(&format!("/v1/tenants/acme/receipts/{seq}")).await.bytes, *bytes);
    }
    let first = world.get("/v1/tenants/acme/receipts?limit=2").await.json();
    assert_eq!(first["size"], range.receipts.len());
    let next = format!("/v1/tenants/acme/receipts?limit=2&before={}", first["next_before"]);
    let next = world.get(&next).await.json();
    assert_eq!(
        next["receipts"][0]["seq"].as_u64().unwrap() + 1,
        first["receipts"][1]["seq"].as_u64().unwrap()
    );
    assert!(world.get("/v1/tenants/acme/checkpoint").await.text().contains("\n\n\u{2014} "));
}
