//! What `/openapi.json` says is what the portal does.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value as Json, json};

use crate::world::{World, but, update, with_key};

/// Statuses that only a failing machine gives.
const ONLY_FAILURE: [u16; 2] = [500, 504];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_and_status_of_the_description_is_real() {
    let world = World::new().await;
    let mut seen: BTreeMap<(String, String), BTreeSet<u16>> = BTreeMap::new();
    let mut note = |route: &str, method: &str, status: u16| {
        seen.entry((route.to_owned(), method.to_owned())).or_default().insert(status);
    };
    let write = but(update("c-1042"), &json!({"idempotency_key": "k"}));
    let id = world.propose(&write).await.json()["id"].as_str().unwrap().to_owned();
    let narrow = world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
    let key = world.key.clone();
    let requests = [
        ("/v1/actions", post(&key, write.to_string())),
        ("/v1/actions", post(&key, "{".to_owned())),
        ("/v1/actions", post("helm_0", write.to_string())),
        ("/v1/actions", post(&narrow, write.to_string())),
        ("/v1/actions", post(&key, but(write.clone(), &json!({"tenant": "nobody"})).to_string())),
        ("/v1/actions", post(&key, but(write.clone(), &json!({"reason": "other"})).to_string())),
        ("/v1/actions", post(&key, " ".repeat(1 << 20))),
        (
            "/v1/actions",
            Request::post("/v1/actions")
                .header(header::AUTHORIZATION, format!("Bearer {key}"))
                .body(Body::empty())
                .unwrap(),
        ),
        ("/v1/actions/{id}", get(&key, &format!("/v1/actions/{id}"))),
        ("/v1/actions/{id}", get("helm_0", &format!("/v1/actions/{id}"))),
        ("/v1/actions/{id}", get(&key, "/v1/actions/none")),
        ("/v1/tenants/{tenant}/receipts", get(&key, "/v1/tenants/acme/receipts")),
        ("/v1/tenants/{tenant}/receipts", get(&key, "/v1/tenants/acme/receipts?limit=x")),
        ("/v1/tenants/{tenant}/receipts", get("helm_0", "/v1/tenants/acme/receipts")),
        ("/v1/tenants/{tenant}/receipts", get(&key, "/v1/tenants/nobody/receipts")),
        ("/v1/tenants/{tenant}/receipts/{seq}", get(&key, "/v1/tenants/acme/receipts/0")),
        ("/v1/tenants/{tenant}/receipts/{seq}", get("helm_0", "/v1/tenants/acme/receipts/0")),
        ("/v1/tenants/{tenant}/receipts/{seq}", get(&key, "/v1/tenants/acme/receipts/x")),
        ("/v1/tenants/{tenant}/checkpoint", get(&key, "/v1/tenants/acme/checkpoint")),
        ("/v1/tenants/{tenant}/checkpoint", get("helm_0", "/v1/tenants/acme/checkpoint")),
        ("/v1/tenants/{tenant}/checkpoint", get(&key, "/v1/tenants/nobody/checkpoint")),
        ("/v1/tenants/{tenant}/disclosures", get(&key, &record("acme"))),
        ("/v1/tenants/{tenant}/disclosures", get(&key, "/v1/tenants/acme/disclosures?table=contacts")),
        ("/v1/tenants/{tenant}/disclosures", get("helm_0", &record("acme"))),
        ("/v1/tenants/{tenant}/disclosures", get(&key, &record("nobody"))),
        ("/v1/tenants/{tenant}/pack", get(&key, "/v1/tenants/acme/pack")),
        ("/v1/tenants/{tenant}/pack", get(&key, "/v1/tenants/acme/pack?from=x")),
        ("/v1/tenants/{tenant}/pack", get("helm_0", "/v1/tenants/acme/pack")),
        ("/v1/tenants/{tenant}/pack", get(&key, "/v1/tenants/nobody/pack")),
        ("/.well-known/helm-trust.json", get(&key, "/.well-known/helm-trust.json")),
        ("/.well-known/helm-trust.json", get(&key, "/.well-known/helm-trust.json?x=1")),
        ("/.well-known/helm-trust.json", get(&key, "/.well-known/helm-trust.json?vendor=nobody")),
        ("/healthz", get(&key, "/healthz")),
        ("/openapi.json", get(&key, "/openapi.json")),
        ("/verify", get(&key, "/verify")),
    ];
    for (route, request) in requests {
        let method = request.method().as_str().to_lowercase();
        let reply = world.ask(request).await;
        note(route, &method, reply.status.as_u16());
    }
    let tag = world.get("/verify").await.header("etag").to_owned();
    let known = Request::get("/verify").header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    note("/verify", "get", world.ask(known).await.status.as_u16());
    world.meddle_with_ledger("alter table receipts rename to gone").await;
    world.meddle_with_ledger("alter table checkpoints rename to lost").await;
    world.meddle_with_ledger("alter table vendors rename to forgotten").await;
    let fresh = but(write, &json!({"idempotency_key": "new"})).to_string();
    note("/v1/actions", "post", world.send(fresh).await.status.as_u16());
    assert_eq!(world.get("/healthz").await.problem(), (503, "LEDGER_UNAVAILABLE".to_owned()));
    let document = world.get("/openapi.json").await.json();
    for (route, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let described: BTreeSet<u16> = statuses(operation);
            let met = seen
                .get(&(route.clone(), method.clone()))
                .unwrap_or_else(|| panic!("{method} {route} is not there"));
            assert!(met.is_subset(&described), "{method} {route}: met {met:?}, described {described:?}");
            let unmet: BTreeSet<u16> =
                described.difference(met).copied().filter(|status| !ONLY_FAILURE.contains(status)).collect();
            let expected: &[u16] = match (method.as_str(), route.as_str()) {
                ("post", _) => &[],
                // What a read gives while the ledger is away; and a page that was not built.
                (_, "/verify") => &[404, 503],
                _ => &[503],
            };
            assert_eq!(unmet.into_iter().collect::<Vec<_>>(), expected, "{method} {route}");
        }
    }
    assert_eq!(seen.len(), document["paths"].as_object().unwrap().len());
}

fn record(tenant: &str) -> String {
    format!("/v1/tenants/{tenant}/disclosures?connector=crm&table=contacts&id=c-1042")
}

fn statuses(operation: &Json) -> BTreeSet<u16> {
    operation["responses"].as_object().unwrap().keys().map(|status| status.parse().unwrap()).collect()
}

fn get(key: &str, address: &str) -> Request<Body> {
    with_key(Method::GET, address, key, Body::empty())
}

fn post(key: &str, body: String) -> Request<Body> {
    with_key(Method::POST, "/v1/actions", key, Body::from(body))
}
