//! Vendors who keep the write in their own code: the word that they give is recorded as what it is.

use evidence::action::Source;
use evidence::receipt::{OutcomeStatus, Receipt};
use evidence::verify::FindingKind;
use serde_json::{Value as Json, json};

use crate::world::{ATTESTED, Reply, World, but, update};

const MINUTE: u64 = 60;

/// What the vendor says that a contact of `tenant` is.
fn contact(tenant: &str) -> Json {
    json!({
        "id": "c-1", "tenant_id": tenant, "company_id": null, "name": "Ada Adler", "email": "ada@example.com",
        "phone": "+44 20 7946 0000", "status": "active", "owner": "maria", "notes": null,
    })
}

/// A change that the vendor wants to carry out by itself.
fn change() -> Json {
    but(update("c-1"), &json!({"connector": ATTESTED, "before": [contact("acme")]}))
}

async fn attesting() -> World {
    let world = World::new().await;
    world.attest("acme").await;
    world
}

/// A change that was allowed: its id and its permit.
async fn permitted(world: &World) -> (String, String) {
    let reply = world.propose(&change()).await;
    assert_eq!(reply.verdict().0, "ALLOW", "{}", reply.text());
    let text = |pointer: &str| reply.json().pointer(pointer).unwrap().as_str().unwrap().to_owned();
    (text("/id"), text("/permit/id"))
}

async fn report(world: &World, id: &str, report: &Json) -> Reply {
    world.post(&world.key, &format!("/v1/actions/{id}/outcome"), report).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_writes_by_itself_and_says_so_and_the_pack_says_who_said_it() {
    let world = attesting().await;
    let decided = world.propose(&but(change(), &json!({"idempotency_key": "k"}))).await;
    assert_eq!(decided.json()["permit"]["expires_at"], "2026-11-02T09:10:00.000000Z", "{}", decided.text());
    assert_eq!(decided.json()["outcome"], Json::Null);
    let again = world.propose(&but(change(), &json!({"idempotency_key": "k"}))).await;
    assert_eq!(again.json(), decided.json());
    let pack = world.verified("acme").await;
    assert_eq!(
        pack.report.findings.iter().map(|finding| finding.kind).collect::<Vec<_>>(),
        [FindingKind::Pending]
    );

    let id = decided.json()["id"].as_str().unwrap().to_owned();
    let done = json!({"permit": decided.json()["permit"]["id"], "status": "COMMITTED"});
    let reported = report(&world, &id, &done).await;
    assert_eq!(reported.json()["outcome"]["status"], "COMMITTED", "{}", reported.text());
    assert_eq!(world.get(&format!("/v1/actions/{id}")).await.json()["outcome"], reported.json()["outcome"]);

    let pack = world.verified("acme").await;
    assert!(pack.report.findings.is_empty());
    let told = pack.of(&id);
    let [Receipt::Decision(decision), Receipt::Outcome(outcome)] = told[..] else { panic!("{told:#?}") };
    assert_eq!((decision.action.source, outcome.source), (Source::Attested, Source::Attested));
    let record = &decision.action.records[0];
    assert_eq!(outcome.records[0].before, Some(record.before.as_ref().unwrap().hash));
    assert_eq!(outcome.records[0].after, Some(record.after.as_ref().unwrap().hash));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_the_records_counts_as_committed_only_if_they_are_as_was_decided() {
    let world = attesting().await;
    let (id, permit) = permitted(&world).await;
    let now = but(contact("acme"), &json!({"phone": "+44 20 7946 0018"}));
    let reported =
        report(&world, &id, &json!({"permit": permit, "status": "COMMITTED", "records": [now]})).await;
    assert_eq!(reported.json()["outcome"]["status"], "COMMITTED", "{}", reported.text());

    for other in
        [json!([contact("acme")]), json!([null]), json!([but(now.clone(), &json!({"owner": "tom"}))])]
    {
        let (id, permit) = permitted(&world).await;
        let body = json!({"permit": permit, "status": "COMMITTED", "records": other});
        let reported = report(&world, &id, &body).await;
        assert_eq!(reported.json()["outcome"]["status"], "FAILED", "{}", reported.text());
        assert_eq!(reported.json()["outcome"]["code"], "READBACK_MISMATCH");
    }
    let (id, permit) = permitted(&world).await;
    for records in [
        json!([]),
        json!([now, now]),
        json!([{"id": "c-1"}]),
        json!([but(now.clone(), &json!({"status": 7}))]),
    ] {
        let body = json!({"permit": permit, "status": "COMMITTED", "records": records});
        let refused = report(&world, &id, &body).await;
        assert_eq!(refused.problem(), (400, "MALFORMED_REQUEST".to_owned()), "{records}");
        assert_eq!(refused.json()["at"], "records", "{records}");
    }
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_written_is_reported_with_the_reason() {
    let world = attesting().await;
    for (status, code, recorded) in [
        ("NOT_APPLIED", json!("PRECONDITION_FAILED"), "PRECONDITION_FAILED"),
        ("FAILED", json!("READBACK_MISMATCH"), "READBACK_MISMATCH"),
        ("FAILED", Json::Null, "PROVIDER_ERROR"),
    ] {
        let (id, permit) = permitted(&world).await;
        let reported = report(&world, &id, &json!({"permit": permit, "status": status, "code": code})).await;
        assert_eq!(reported.json()["outcome"]["status"], status, "{}", reported.text());
        assert_eq!(reported.json()["outcome"]["code"], recorded);
    }
    let (id, permit) = permitted(&world).await;
    for (status, code) in
        [("COMMITTED", "PROVIDER_ERROR"), ("FAILED", "TENANT_ISOLATION"), ("FAILED", "PERMIT_EXPIRED")]
    {
        let refused = report(&world, &id, &json!({"permit": permit, "status": status, "code": code})).await;
        assert_eq!(refused.problem(), (400, "MALFORMED_REQUEST".to_owned()), "{status} {code}");
        assert_eq!(refused.json()["at"], "code");
    }
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_report_is_a_receipt_but_no_commitment() {
    let world = attesting().await;
    let (id, permit) = permitted(&world).await;
    world.clock.advance(10 * MINUTE);
    let late = report(&world, &id, &json!({"permit": permit, "status": "COMMITTED"})).await;
    assert_eq!(late.json()["outcome"]["status"], "FAILED", "{}", late.text());
    assert_eq!(late.json()["outcome"]["code"], "PERMIT_EXPIRED");
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_about_an_effect_becomes_a_receipt_too() {
    let world = attesting().await;
    let (id, permit) = permitted(&world).await;
    world.clock.advance(10 * MINUTE - 1);
    world.portal.boundary.sweep().await.unwrap();
    assert_eq!(world.get(&format!("/v1/actions/{id}")).await.json()["outcome"], Json::Null);
    world.clock.advance(1);
    world.portal.boundary.sweep().await.unwrap();
    let settled = world.get(&format!("/v1/actions/{id}")).await.json();
    assert_eq!(settled["outcome"]["status"], "NOT_APPLIED", "{settled}");
    assert_eq!(settled["outcome"]["code"], "PERMIT_EXPIRED");
    let late = report(&world, &id, &json!({"permit": permit, "status": "COMMITTED"})).await;
    assert_eq!(late.problem(), (409, "OUTCOME_RECORDED".to_owned()));
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_is_asked_for_before_anybody_noticed_the_silence_verifies_too() {
    let world = attesting().await;
    let (id, _) = permitted(&world).await;
    world.clock.advance(10 * MINUTE);
    world.propose(&update("c-1042")).await;
    assert_eq!(world.verified("acme").await.of(&id).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_is_told_once_and_can_be_told_again_but_not_otherwise() {
    let world = attesting().await;
    let (id, permit) = permitted(&world).await;
    let done = json!({"permit": permit, "status": "COMMITTED"});
    let first = report(&world, &id, &done).await;
    assert_eq!(report(&world, &id, &done).await.json(), first.json());
    for other in [
        json!({"permit": permit, "status": "FAILED"}),
        json!({"permit": permit, "status": "COMMITTED", "records": [null]}),
    ] {
        assert_eq!(
            report(&world, &id, &other).await.problem(),
            (409, "OUTCOME_RECORDED".to_owned()),
            "{other}"
        );
    }
    let pack = world.verified("acme").await;
    assert_eq!(pack.of(&id).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_was_permitted_reports() {
    let world = attesting().await;
    let (id, permit) = permitted(&world).await;
    let done = json!({"permit": permit, "status": "COMMITTED"});
    let address = format!("/v1/actions/{id}/outcome");
    let other = json!({"permit": "another", "status": "COMMITTED"});
    assert_eq!(report(&world, &id, &other).await.problem(), (409, "NOTHING_TO_REPORT".to_owned()));
    let observed = world.propose(&update("c-1042")).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(report(&world, &observed, &done).await.problem(), (409, "NOTHING_TO_REPORT".to_owned()));
    let billing = world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
    let person = world.person("dana", &["success-managers"]).await;
    for key in [&billing, &person] {
        assert_eq!(world.post(key, &address, &done).await.problem(), (403, "AGENT_OUT_OF_SCOPE".to_owned()));
    }
    for key in [&world.narrow_key(&["globex"], None).await, &world.other_vendor(None).await] {
        assert_eq!(world.post(key, &address, &done).await.problem(), (404, "ACTION_UNKNOWN".to_owned()));
    }
    assert_eq!(report(&world, &id, &done).await.json()["outcome"]["status"], "COMMITTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_reads_by_itself_takes_nobodys_word() {
    let world = attesting().await;
    let told = but(change(), &json!({"connector": "crm"}));
    let refused = world.propose(&told).await;
    assert_eq!(refused.problem(), (400, "MALFORMED_REQUEST".to_owned()));
    assert_eq!(refused.json()["at"], "before");
    // And where there is nothing to read, nobody's word is not enough.
    let silent = but(change(), &json!({"before": null}));
    assert_eq!(world.propose(&silent).await.verdict().1, "MISSING_REQUIREMENT");
    for before in [json!([{"id": "c-1"}]), json!([but(contact("acme"), &json!({"shoe_size": 43}))])] {
        let half = but(change(), &json!({"before": before}));
        assert_eq!(world.propose(&half).await.verdict().1, "MISSING_REQUIREMENT", "{half}");
    }
    for (before, at) in [(json!([]), "before"), (json!({}), "before"), (json!([{"id": [1]}]), "before.0.id")]
    {
        let refused = world.propose(&but(change(), &json!({"before": before}))).await;
        assert_eq!(refused.problem().0, 400, "{before}");
        assert_eq!(refused.json()["at"], at, "{before}");
    }
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_said_to_be_another_tenants_is_out_of_reach() {
    let world = attesting().await;
    let size = world.log("globex").await.len();
    let reply = world.propose(&but(change(), &json!({"before": [contact("globex")]}))).await;
    assert_eq!(reply.verdict(), ("DENY".to_owned(), "TENANT_ISOLATION".to_owned()));
    assert!(reply.json().get("permit").is_none());
    let pack = world.verified("globex").await;
    assert_eq!(pack.receipts.len(), size + 1);
    let Some(Receipt::Notice(notice)) = pack.receipts.last() else { panic!("no notice") };
    assert!(!serde_json::to_string(notice).unwrap().contains("acme"));
    let moved = but(change(), &json!({"set": {"tenant_id": "globex"}}));
    assert_eq!(world.propose(&moved).await.verdict().1, "TENANT_ISOLATION");
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_write_of_the_vendors_own_gets_its_permit_with_the_last_vote() {
    let world = attesting().await;
    let max = world.person("max", &["success-managers"]).await;
    let asked = world.escalated(&but(change(), &json!({"operation": "delete", "set": null}))).await;
    world.clock.advance(MINUTE);
    let voted = world.approve(&max, &asked).await.json();
    assert_eq!(voted["action"]["verdict"], "ALLOW", "{voted}");
    assert_eq!(voted["action"]["permit"]["expires_at"], "2026-11-02T09:11:00.000000Z");
    let permit = &voted["action"]["permit"]["id"];
    let gone = json!({"permit": permit, "status": "COMMITTED", "records": [null]});
    let reported = report(&world, &asked.id, &gone).await;
    assert_eq!(reported.json()["outcome"]["status"], "COMMITTED", "{}", reported.text());
    let pack = world.verified("acme").await;
    let told = pack.of(&asked.id);
    let Some(Receipt::Outcome(outcome)) = told.last() else { panic!("{told:#?}") };
    assert_eq!((outcome.status, outcome.records[0].after), (OutcomeStatus::Committed, None));
}
