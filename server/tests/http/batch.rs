//! Several actions in one request: one after the other, each with a verdict of its own.

use evidence::receipt::Receipt;
use serde_json::{Value as Json, json};

use crate::world::{Reply, World, but, update};

const ADDRESS: &str = "/v1/actions:batch";

async fn send(world: &World, actions: Vec<Json>) -> Reply {
    world.post(&world.key, ADDRESS, &json!({"actions": actions})).await
}

fn with_phone(phone: &str) -> Json {
    but(update("c-1042"), &json!({"set": {"phone": phone}, "idempotency_key": format!("k-{phone}")}))
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_are_decided_and_carried_out_in_their_order() {
    let world = World::new().await;
    let billing = but(update("c-1042"), &json!({"agent": "billing-agent"}));
    let removal = but(update("c-1042"), &json!({"operation": "delete", "set": null}));
    let nowhere = but(update("c-1042"), &json!({"tenant": "nobody"}));
    let reply =
        send(&world, vec![with_phone("1"), update("c-2001"), nowhere, removal, billing, with_phone("2")])
            .await;
    let answers = reply.json()["actions"].as_array().unwrap().clone();
    let told: Vec<String> = answers
        .iter()
        .map(|answer| match answer["verdict"].as_str() {
            Some("ALLOW") => answer["outcome"]["status"].as_str().unwrap().to_owned(),
            Some(verdict) => format!("{verdict} {}", answer["reasons"][0]["code"].as_str().unwrap()),
            None => format!("{} {}", answer["status"], answer["code"].as_str().unwrap()),
        })
        .collect();
    assert_eq!(
        told,
        [
            "COMMITTED",
            "DENY TENANT_ISOLATION",
            "404 TENANT_UNKNOWN",
            "ESCALATE APPROVAL_REQUIRED",
            "DENY EFFECT_OUT_OF_SCOPE",
            "COMMITTED"
        ]
    );
    assert_eq!(world.phone("select * from contacts where id = 'c-1042'").await, "2");
    let pack = world.verified("acme").await;
    assert!(pack.report.findings.is_empty());
    let ids: Vec<&str> = answers.iter().filter_map(|answer| answer["id"].as_str()).collect();
    let logged = pack.receipts.iter().filter_map(|receipt| match receipt {
        Receipt::Decision(decision) => Some(decision.action.id.as_str()),
        _ => None,
    });
    assert_eq!(logged.collect::<Vec<_>>(), ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_malformed_action_and_none_is_decided() {
    let world = World::new().await;
    let size = world.log("acme").await.len();
    let good = update("c-1042");
    let many = vec![good.clone(); 101];
    for (actions, at) in [
        (vec![good.clone(), but(good.clone(), &json!({"reason": 7}))], "actions.1.reason"),
        (vec![but(good.clone(), &json!({"set": {"phone": []}})), good.clone()], "actions.0.set.phone"),
        (vec![good.clone(), good.clone(), but(good.clone(), &json!({"sudo": true}))], "actions.2.sudo"),
        (vec![good.clone(), json!([])], "actions.1.body"),
        (Vec::new(), "actions"),
        (many, "actions"),
    ] {
        let refused = send(&world, actions).await;
        assert_eq!(refused.problem(), (400, "MALFORMED_REQUEST".to_owned()), "{at}");
        assert_eq!(refused.json()["at"], at, "{}", refused.text());
    }
    assert_eq!(world.log("acme").await.len(), size);
    assert_eq!(send(&world, vec![good; 100]).await.json()["actions"].as_array().unwrap().len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_sent_again_is_decided_once() {
    let world = World::new().await;
    let first = send(&world, vec![with_phone("1"), with_phone("2")]).await.json();
    let size = world.log("acme").await.len();
    // The first try may have reached only a part of it.
    let again = send(&world, vec![with_phone("1"), with_phone("2"), with_phone("3")]).await.json();
    for place in 0..2 {
        assert_eq!(again["actions"][place], first["actions"][place]);
    }
    assert_eq!(world.log("acme").await.len(), size + 2);
    assert_eq!(world.phone("select * from contacts where id = 'c-1042'").await, "3");
    let twice = but(with_phone("4"), &json!({"idempotency_key": "k-3"}));
    let mixed = send(&world, vec![with_phone("3"), twice]).await.json();
    assert_eq!(mixed["actions"][0], again["actions"][2]);
    assert_eq!(mixed["actions"][1]["code"], "IDEMPOTENCY_CONFLICT", "{mixed}");
    assert_eq!(world.phone("select * from contacts where id = 'c-1042'").await, "3");
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_key_proposes_nothing_in_a_list_either() {
    let world = World::new().await;
    let dana = world.person("dana", &["success-managers"]).await;
    let size = world.log("acme").await.len();
    let reply = world.post(&dana, ADDRESS, &json!({"actions": [update("c-1042"), update("c-1001")]})).await;
    for answer in reply.json()["actions"].as_array().unwrap() {
        assert_eq!(answer["code"], "AGENT_OUT_OF_SCOPE", "{answer}");
    }
    assert_eq!(world.log("acme").await.len(), size);
}
