//! What is no request: every route that takes a body says which member is wrong and what to do, and does nothing.

use axum::body::Body;
use axum::http::{Method, Request, header};
use evidence::receipt::Receipt;
use serde_json::{Value as Json, json};

use crate::description::operations;
use crate::schema::referred;
use crate::world::{Reply, World, but, update, with_key};

#[tokio::test(flavor = "multi_thread")]
async fn every_body_that_is_no_request_is_told_which_member_is_wrong() {
    let world = World::new().await;
    let asked = world.escalated(&but(update("c-1042"), &json!({"operation": "delete", "set": null}))).await;
    let key = world.person("max", &["success-managers"]).await;
    let size = world.log("acme").await.len();
    let document = world.get("/openapi.json").await.json();
    let mut tried = 0;
    for (route, _, operation) in operations(&document).filter(|(_, method, _)| *method == "post") {
        let address = route.replace("{tenant}", "acme").replace("{agent}", "support-agent");
        let address = address.replace("{id}", &asked.id);
        let body = &operation["requestBody"]["content"]["application/json"];
        let (schema, good) = (referred(&document, &body["schema"]["$ref"]), &body["example"]);
        for (bad, at, rule) in broken(schema, good) {
            let reply = world.ask(with_key(Method::POST, &address, &key, Body::from(bad.clone()))).await;
            let shown = format!("{address} {}", bad.chars().take(200).collect::<String>());
            assert_eq!(reply.problem(), (400, "MALFORMED_REQUEST".to_owned()), "{shown}");
            assert_eq!(
                reply.json().get("at").and_then(Json::as_str),
                at.as_deref(),
                "{shown}: {}",
                reply.text()
            );
            assert!(reply.json()["detail"].as_str().unwrap().contains(rule), "{shown}: {}", reply.text());
            tried += 1;
        }
        let bytes = |body: Vec<u8>| world.ask(with_key(Method::POST, &address, &key, Body::from(body)));
        assert_eq!(bytes(vec![0xff, 0xfe]).await.problem().0, 400, "{address}");
        assert_eq!(
            bytes(vec![b' '; 1 << 20]).await.problem(),
            (413, "BODY_TOO_LARGE".to_owned()),
            "{address}"
        );
        let form = Request::post(&address).header(header::AUTHORIZATION, format!("Bearer {key}"));
        let form =
            form.header(header::CONTENT_TYPE, "text/plain").body(Body::from(good.to_string())).unwrap();
        assert_eq!(world.ask(form).await.problem(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()), "{address}");
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(world.log("acme").await.len(), size);
    assert_eq!(world.waiting().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_names_nothing_is_answered_like_any_other() {
    let world = World::new().await;
    let max = world.person("max", &["success-managers"]).await;
    let vote = json!({"decision": format!("sha256:{}", "0".repeat(64)), "reason": "r"});
    for hostile in ["%00", "..%2f..", "A", "%ff", "'%20or%201=1--", "%E2%80%AE", &"x".repeat(5_000)] {
        for part in ["receipts", "checkpoint", "pack", "disclosures?connector=crm&table=contacts&id=c-1042"] {
            assert_eq!(
                world.get(&format!("/v1/tenants/{hostile}/{part}")).await.problem().0,
                404,
                "{hostile} {part}"
            );
        }
        assert_eq!(world.get(&format!("/pkg/{hostile}")).await.problem().0, 404, "{hostile}");
        for (address, body, code) in [
            (format!("/v1/approvals/{hostile}/approve"), &vote, "ACTION_UNKNOWN"),
            (format!("/v1/actions/{hostile}/rollback"), &json!({"reason": "r"}), "ACTION_UNKNOWN"),
            (format!("/v1/tenants/{hostile}/freeze"), &json!({"reason": "r"}), "TENANT_UNKNOWN"),
            (format!("/v1/tenants/acme/agents/{hostile}/suspend"), &json!({"reason": "r"}), "AGENT_UNKNOWN"),
        ] {
            let code = if hostile == "%ff" { "NOT_FOUND" } else { code };
            assert_eq!(world.post(&max, &address, body).await.problem(), (404, code.to_owned()), "{address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_data_whatever_it_looks_like() {
    let world = World::new().await;
    let max = world.person("max", &["success-managers"]).await;
    for hostile in [
        "'; drop table vendors; --",
        "</textarea><script>alert(1)</script>",
        "gpj.\u{202e}exe",
        "{\"a\":1}",
        "",
    ] {
        let frozen = world.post(&max, "/v1/tenants/acme/freeze", &json!({"reason": hostile})).await;
        let Receipt::Standing(standing) = frozen.receipt("/receipts/0") else { panic!("{}", frozen.text()) };
        assert_eq!(standing.reason.as_str(), hostile);
    }
    let long: Reply =
        world.post(&max, "/v1/tenants/acme/freeze", &json!({"reason": "x".repeat(2_001)})).await;
    assert_eq!((long.problem().0, &long.json()["at"]), (400, &json!("reason")));
    world.verified("acme").await;
}

/// Bodies that break a rule each: the member at fault and a word of the rule.
fn broken(schema: &Json, good: &Json) -> Vec<(String, Option<String>, &'static str)> {
    let text = good.to_string();
    let (first, value) = good.as_object().unwrap().iter().next().unwrap();
    let twice = text.replacen('{', &format!("{{\"{first}\":{value},"), 1);
    let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    let mut bodies = vec![
        ("{".to_owned(), None, "JSON"),
        (String::new(), None, "JSON"),
        (twice, None, "duplicate key"),
        (but(good.clone(), &json!({first: "?"})).to_string().replace("\"?\"", &deep), None, "32 levels"),
        (but(good.clone(), &json!({first: "?"})).to_string().replace('?', "\\ud800"), None, "surrogate"),
        (but(good.clone(), &json!({first: "?"})).to_string().replace("\"?\"", "1.5"), None, "number"),
        ("[]".to_owned(), Some("body".to_owned()), "object"),
        ("null".to_owned(), Some("body".to_owned()), "object"),
        (but(good.clone(), &json!({"sudo": true})).to_string(), Some("sudo".to_owned()), "not a member"),
    ];
    for name in schema["properties"].as_object().unwrap().keys() {
        bodies.push((but(good.clone(), &json!({name: 7})).to_string(), Some(name.clone()), "must be"));
    }
    for name in schema["required"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(name);
        bodies.push((without.to_string(), Some(name.to_owned()), "is missing"));
    }
    bodies
}
