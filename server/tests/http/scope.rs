//! A key opens its own desk and no other: what is not on it does not exist.

use std::os::unix::fs::PermissionsExt as _;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use server::demo;

use crate::description::operations;
use crate::world::{World, but, person, update, with_key};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_valid_key_nothing_is_told() {
    let world = World::new().await;
    let document = world.get("/openapi.json").await.json();
    for (route, method, _) in operations(&document).filter(|(route, ..)| route.starts_with("/v1/")) {
        let address = theirs(route, "acme", "abc");
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let none = Request::builder().method(method.clone()).uri(&address).body(Body::empty()).unwrap();
        let wrong = with_key(method, &address, "helm_0000", Body::empty());
        for request in [none, wrong] {
            let reply = world.ask(request).await;
            assert_eq!(reply.problem(), (401, "UNAUTHORIZED".to_owned()), "{address}");
            assert!(reply.header("www-authenticate").starts_with("Bearer"), "{address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_every_route_what_is_anothers_is_as_unknown_as_what_does_not_exist() {
    let world = World::new().await;
    let asked = world.escalated(&but(update("c-2001"), &json!({"tenant": "globex"}))).await;
    let document = world.get("/openapi.json").await.json();
    let groups = ["data-stewards", "success-managers"];
    let outsiders = [
        world.narrow_key(&["acme"], None).await,
        world.person_of(&["acme"], "max", &groups).await,
        world.other_vendor(None).await,
        world.other_vendor(Some(person("max", &groups))).await,
    ];
    let sizes = async || (world.log("acme").await.len(), world.log("globex").await.len());
    let before = sizes().await;
    for (route, method, operation) in operations(&document).filter(|(route, ..)| route.starts_with("/v1/")) {
        let body = operation["requestBody"]["content"]["application/json"]["example"].to_string();
        let body = body.replace(NO_DECISION, &asked.decision);
        for key in &outsiders {
            let ask = |tenant: &str, action: &str| {
                let address = theirs(route, tenant, action);
                let body = body.replace("\"acme\"", &format!("\"{tenant}\""));
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                world.ask(with_key(method, &address, key, Body::from(body)))
            };
            let (there, nowhere) = (ask("globex", &asked.id).await, ask("nobody", "0000").await);
            assert_eq!(there.status, nowhere.status, "{method} {route}");
            assert!(!there.text().contains(&asked.id), "{method} {route}");
            // What is for the whole vendor names nobody, and leaves receipts of its own.
            if !["/v1/freeze", "/v1/unfreeze"].contains(&route) {
                assert_eq!(there.text(), nowhere.text(), "{method} {route}");
            }
            let is_told_apart = route.contains('{') || route == "/v1/actions";
            assert!(
                !is_told_apart || there.problem().0 == 404 || there.problem().0 == 403,
                "{method} {route}"
            );
        }
    }
    assert_eq!(sizes().await, before);
    assert_eq!(world.waiting().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_is_as_unknown_as_one_that_does_not_exist() {
    let world = World::new().await;
    let globex =
        but(update("t-2001"), &json!({"tenant": "globex", "table": "tickets", "set": {"status": "open"}}));
    let theirs = world.propose(&globex).await.json()["id"].as_str().unwrap().to_owned();
    let key = world.narrow_key(&["acme"], None).await;
    for part in ["receipts", "receipts/0", "checkpoint", "pack", "pack?from=0&to=1", "receipts?verdict=DENY"]
    {
        let theirs = world.get_as(&key, &format!("/v1/tenants/globex/{part}")).await;
        let nobodys = world.get_as(&key, &format!("/v1/tenants/nobody/{part}")).await;
        assert_eq!(theirs.problem(), (404, "TENANT_UNKNOWN".to_owned()), "{part}");
        assert_eq!(theirs.bytes, nobodys.bytes, "{part}");
        assert_eq!(world.get_as(&key, &format!("/v1/tenants/acme/{part}")).await.status, 200, "{part}");
    }
    let record = "/v1/tenants/acme/disclosures?connector=crm&table=contacts&id=c-2001";
    assert_eq!(world.get_as(&key, record).await.problem(), (404, "RECORD_UNKNOWN".to_owned()));
    assert_eq!(world.get_as(&key, &format!("/v1/actions/{theirs}")).await.problem().0, 404);
    assert_eq!(world.get_as(&key, "/v1/actions/0000").await.problem().0, 404);
    let there = world.send_as(&key, globex.to_string()).await;
    let nowhere = world.send_as(&key, but(globex, &json!({"tenant": "nobody"})).to_string()).await;
    assert_eq!(there.problem(), (404, "TENANT_UNKNOWN".to_owned()));
    assert_eq!(there.bytes, nowhere.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_for_one_agent_is_not_for_another() {
    let world = World::new().await;
    let key = world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
    let reply = world.send_as(&key, update("c-1042").to_string()).await;
    assert_eq!(reply.problem(), (403, "AGENT_OUT_OF_SCOPE".to_owned()));
    let own = but(update("c-1042"), &json!({"agent": "billing-agent"}));
    assert_eq!(world.send_as(&key, own.to_string()).await.verdict().1, "EFFECT_OUT_OF_SCOPE");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_vendor_sees_nothing_of_this_one() {
    let world = World::new().await;
    let key = world.other_vendor(None).await;
    let mine = world.propose(&update("c-1042")).await.json()["id"].as_str().unwrap().to_owned();

    assert_eq!(world.get_as(&key, &format!("/v1/actions/{mine}")).await.problem().0, 404);
    assert_eq!(world.get_as(&key, "/v1/tenants/globex/receipts").await.problem().0, 404);
    // Their tenant of the same name is another tenant, with another log and no connector.
    let receipts = world.get_as(&key, "/v1/tenants/acme/receipts").await;
    assert!(!receipts.text().contains(&mine));
    let denied = world.send_as(&key, update("c-1042").to_string()).await;
    assert_eq!(denied.verdict().0, "DENY");
    assert_eq!(world.get("/.well-known/helm-trust.json").await.problem().0, 400);
    assert_eq!(world.get("/.well-known/helm-trust.json?vendor=contoso").await.json()["vendor"], "contoso");
    assert_eq!(world.get("/.well-known/helm-trust.json?vendor=nobody").await.problem().0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_begins_with_a_history_and_keeps_it() {
    let world = World::new().await;
    let config = world.config();
    let card = demo::seed(&world.portal, &config).await.unwrap();
    let size = world.log("acme").await.len();
    assert!(size > 80, "{size}");
    let again = demo::seed(&world.portal, &config).await.unwrap();
    assert_eq!(again.api_key, card.api_key);
    assert_eq!(world.log("acme").await.len(), size);
    for verdict in ["ALLOW", "DENY", "ESCALATE"] {
        let found = world.get(&format!("/v1/tenants/acme/receipts?verdict={verdict}")).await;
        assert!(!found.json()["receipts"].as_array().unwrap().is_empty(), "{verdict}");
    }
    let outcomes = world.get("/v1/tenants/acme/receipts?kind=outcome&limit=200").await.text();
    assert!(outcomes.contains("PRECONDITION_FAILED"), "{outcomes}");
    let budget = world.get("/v1/tenants/initech/receipts?limit=200").await.text();
    assert!(budget.contains("BUDGET_EXCEEDED"));
    for sample in demo::samples::Samples::all().0 {
        assert_eq!(
            world.propose(&sample.body).await.json()["verdict"],
            sample.expected.as_str(),
            "{}",
            sample.name
        );
    }
    let text = std::fs::read_to_string(config.home.data.join("demo.json")).unwrap();
    let first = text.split_once("\"samples\": {").unwrap().1.trim_start();
    assert!(first.starts_with("\"wrong_tenant\""), "{first}");
    let mode = std::fs::metadata(config.home.data.join("demo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// The decision that the description votes on.
const NO_DECISION: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The address of what is somebody's, on this route.
fn theirs(route: &str, tenant: &str, action: &str) -> String {
    let address = route.replace("{tenant}", tenant).replace("{agent}", "support-agent");
    let address = address.replace("{id}", action).replace("{seq}", "0");
    if route.ends_with("/disclosures") {
        format!("{address}?connector=crm&table=contacts&id=c-2001")
    } else {
        address
    }
}
