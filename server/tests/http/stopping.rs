//! The kill switch: it works for the very next decision, leaves a receipt, and takes a person to let go.

use std::sync::Arc;

use evidence::decision::Verdict;
use evidence::receipt::{Receipt, StandingState, StandingSubject};
use serde_json::{Value as Json, json};
use server::registry::Agent;
use tokio::task::JoinSet;

use crate::world::{World, but, update};

fn why() -> Json {
    json!({"reason": "The agent went astray."})
}

/// A write that each tenant's envelope allows at once.
fn write_of(tenant: &str) -> Json {
    match tenant {
        "globex" => {
            but(update("t-2001"), &json!({"tenant": "globex", "table": "tickets", "set": {"status": "open"}}))
        }
        "initech" => but(update("c-3001"), &json!({"tenant": "initech"})),
        _ => update("c-1042"),
    }
}

async fn code(world: &World, tenant: &str) -> String {
    let reply = world.propose(&write_of(tenant)).await;
    let (verdict, code) = reply.verdict();
    assert_eq!(verdict == "ALLOW", code.is_empty(), "{}", reply.text());
    code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_tenant_writes_nothing_until_a_person_lets_go() {
    let world = World::new().await;
    let max = world.person("max", &[]).await;
    let frozen = world.post(&world.key, "/v1/tenants/acme/freeze", &why()).await;
    let Receipt::Standing(standing) = frozen.receipt("/receipts/0") else { panic!("{}", frozen.text()) };
    assert_eq!((standing.subject, standing.state), (StandingSubject::Tenant, StandingState::Stopped));
    assert!(standing.by.as_str().starts_with("API key "), "{}", standing.by);
    assert_eq!(standing.reason.as_str(), "The agent went astray.");
    assert_eq!(code(&world, "acme").await, "SYSTEM_FROZEN");
    assert_eq!(code(&world, "globex").await, "");
    let refused = world.post(&world.key, "/v1/tenants/acme/unfreeze", &why()).await;
    assert_eq!(refused.problem(), (403, "PERSON_OUT_OF_SCOPE".to_owned()));
    assert_eq!(code(&world, "acme").await, "SYSTEM_FROZEN");
    let world = world.restarted().await;
    assert_eq!(code(&world, "acme").await, "SYSTEM_FROZEN");
    let free = world.post(&max, "/v1/tenants/acme/unfreeze", &why()).await;
    let Receipt::Standing(standing) = free.receipt("/receipts/0") else { panic!("{}", free.text()) };
    assert_eq!((standing.by.as_str(), standing.state), ("max", StandingState::Active));
    assert_eq!(code(&world, "acme").await, "");
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_agent_is_stopped_and_its_colleagues_are_not() {
    let world = World::new().await;
    let max = world.person("max", &[]).await;
    let address = |verb: &str| format!("/v1/tenants/acme/agents/support-agent/{verb}");
    assert_eq!(world.post(&max, &address("suspend"), &why()).await.status, 200);
    assert_eq!(code(&world, "acme").await, "AGENT_KILLED");
    let colleague = but(update("c-1042"), &json!({"agent": "billing-agent"}));
    assert_eq!(world.propose(&colleague).await.verdict().1, "EFFECT_OUT_OF_SCOPE");
    assert_eq!(code(&world, "globex").await, "");
    assert_eq!(world.post(&world.key, &address("resume"), &why()).await.problem().0, 403);
    assert_eq!(world.post(&max, &address("resume"), &why()).await.status, 200);
    assert_eq!(code(&world, "acme").await, "");
    let unknown = world.post(&max, "/v1/tenants/acme/agents/nobody/suspend", &why()).await;
    assert_eq!(unknown.problem(), (404, "AGENT_UNKNOWN".to_owned()));
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_portal_freezes_every_tenant_and_those_that_come_later() {
    let world = World::new().await;
    let max = world.person("max", &[]).await;
    let frozen = world.post(&world.key, "/v1/freeze", &why()).await.json();
    assert_eq!(frozen["receipts"].as_array().unwrap().len(), 3, "{frozen}");
    let desk = world.desk().await;
    let (name, title) = ("umbra".parse().unwrap(), "Umbra".parse().unwrap());
    let agent = Agent { name: "support-agent".parse().unwrap(), title: "Support".parse().unwrap() };
    let by = "dana@northwind.example".parse().unwrap();
    world.portal.registry.create_tenant(desk.vendor(), &name, &title, &[agent], &by).await.unwrap();
    for tenant in ["acme", "globex", "initech", "umbra"] {
        let write = but(write_of(tenant), &json!({"tenant": tenant}));
        assert_eq!(world.propose(&write).await.verdict().1, "SYSTEM_FROZEN", "{tenant}");
    }
    assert_eq!(world.post(&world.key, "/v1/unfreeze", &why()).await.problem().0, 403);
    let free = world.post(&max, "/v1/unfreeze", &why()).await.json();
    assert_eq!(free["receipts"].as_array().unwrap().len(), 4, "{free}");
    for tenant in ["acme", "globex", "initech"] {
        assert_eq!(code(&world, tenant).await, "", "{tenant}");
        world.verified(tenant).await;
    }
    let write = but(update("c-1042"), &json!({"tenant": "umbra"}));
    assert_eq!(world.propose(&write).await.verdict().1, "CAPABILITY_UNKNOWN");
    world.verified("umbra").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letting_the_portal_go_does_not_let_a_frozen_tenant_go() {
    let world = World::new().await;
    let max = world.person("max", &[]).await;
    for address in ["/v1/tenants/acme/freeze", "/v1/freeze"] {
        assert_eq!(world.post(&max, address, &why()).await.status, 200);
    }
    assert_eq!(world.post(&max, "/v1/unfreeze", &why()).await.status, 200);
    assert_eq!(code(&world, "acme").await, "SYSTEM_FROZEN");
    assert_eq!(code(&world, "globex").await, "");
    assert_eq!(world.post(&max, "/v1/tenants/acme/unfreeze", &why()).await.status, 200);
    assert_eq!(code(&world, "acme").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_freeze_is_answered_nothing_more_is_allowed_however_many_are_at_the_door() {
    for address in ["/v1/freeze", "/v1/tenants/acme/freeze", "/v1/tenants/acme/agents/support-agent/suspend"]
    {
        let world = Arc::new(World::new().await);
        assert_eq!(code(&world, "acme").await, "");
        let mut callers = JoinSet::new();
        for _ in 0..4 {
            let world = Arc::clone(&world);
            callers.spawn(async move {
                for _ in 0..12 {
                    code(&world, "acme").await;
                }
            });
        }
        let frozen = world.post(&world.key, address, &why()).await;
        let Receipt::Standing(standing) = frozen.receipt("/receipts/0") else { panic!("{}", frozen.text()) };
        assert_ne!(code(&world, "acme").await, "");
        callers.join_all().await;
        let decisions =
            world.verified("acme").await.receipts.into_iter().filter_map(|receipt| match receipt {
                Receipt::Decision(decision) => Some((decision.entry.seq, decision.decision.verdict)),
                _ => None,
            });
        let (earlier, later): (Vec<_>, Vec<_>) = decisions.partition(|(seq, _)| *seq < standing.entry.seq);
        assert!(earlier.iter().all(|(_, verdict)| *verdict == Verdict::Allow), "{address}");
        assert!(later.iter().all(|(_, verdict)| *verdict == Verdict::Deny), "{address}");
        assert_eq!(earlier.len() + later.len(), 4 * 12 + 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stops_what_it_is_for_and_nothing_else() {
    let world = World::new().await;
    let of_acme = world.narrow_key(&["acme"], None).await;
    assert_eq!(world.post(&of_acme, "/v1/freeze", &why()).await.problem().0, 403);
    let there = world.post(&of_acme, "/v1/tenants/globex/freeze", &why()).await;
    let nowhere = world.post(&of_acme, "/v1/tenants/nobody/freeze", &why()).await;
    assert_eq!(there.problem(), (404, "TENANT_UNKNOWN".to_owned()));
    assert_eq!(there.bytes, nowhere.bytes);
    let person = world.person_of(&["acme"], "max", &[]).await;
    for address in ["/v1/freeze", "/v1/unfreeze"] {
        assert_eq!(world.post(&person, address, &why()).await.problem().0, 403, "{address}");
    }
    let of_billing = world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
    let stop = |agent: &str| format!("/v1/tenants/acme/agents/{agent}/suspend");
    for address in ["/v1/tenants/acme/freeze", &stop("support-agent")] {
        let refused = world.post(&of_billing, address, &why()).await;
        assert_eq!(refused.problem(), (403, "AGENT_OUT_OF_SCOPE".to_owned()), "{address}");
    }
    for tenant in ["acme", "globex", "initech"] {
        assert_eq!(code(&world, tenant).await, "", "{tenant}");
    }
    assert_eq!(world.post(&of_billing, &stop("billing-agent"), &why()).await.status, 200);
    assert_eq!(world.post(&of_acme, "/v1/tenants/acme/freeze", &why()).await.status, 200);
    assert_eq!(code(&world, "acme").await, "SYSTEM_FROZEN");
    assert_eq!(code(&world, "globex").await, "");
}
