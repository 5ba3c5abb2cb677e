//! Every reason that there is for not doing something: met at the front door, and found in a pack that verifies.

use evidence::envelope::Limit;
use evidence::reason::Code;
use serde_json::{Value as Json, json};

use crate::world::{ATTESTED, Reply, World, but, update};

#[tokio::test(flavor = "multi_thread")]
async fn every_code_is_met_and_found_in_a_pack() {
    for code in Code::ALL {
        let world = World::new().await;
        let reply = provoke(&world, *code).await;
        if *code == Code::IdempotencyConflict {
            assert_eq!(reply.problem(), (409, code.as_str().to_owned()));
            continue;
        }
        let answer = reply.json();
        let id = answer["id"].as_str().unwrap_or_else(|| panic!("{code}: {answer}"));
        let pack = world.verified("acme").await;
        assert!(pack.codes(id).contains(code), "{code}: {answer}");
        let found = [&answer["reasons"][0], &answer["outcome"]];
        let shown = found.into_iter().find(|reason| reason["code"] == code.as_str());
        let shown = shown.unwrap_or_else(|| panic!("{code}: {answer}"));
        assert!(shown["message"].as_str().unwrap().starts_with(code.sentence()), "{code}: {shown}");
    }
}

/// Does what is answered with this code. A code without an arm here does not compile.
async fn provoke(world: &World, code: Code) -> Reply {
    let propose = async |changes: Json| world.propose(&but(update("c-1042"), &changes)).await;
    match code {
        Code::SystemFrozen => after(world, "/v1/tenants/acme/freeze").await,
        Code::AgentKilled => after(world, "/v1/tenants/acme/agents/support-agent/suspend").await,
        Code::PrincipalInactive => propose(json!({"agent": "nobody"})).await,
        Code::NoPolicyDefined => {
            let mut contract = world.contract("acme").await;
            contract.connector = ATTESTED.parse().unwrap();
            world.put_contract("acme", contract).await;
            propose(json!({"connector": ATTESTED})).await
        }
        Code::PolicyHashMismatch => {
            let mut contract = world.contract("acme").await;
            contract.version += 1;
            world.put_contract("acme", contract).await;
            propose(json!({})).await
        }
        Code::MandateOutsideValidity => {
            let end = world.clock.now().saturating_plus_seconds(60);
            world.put_envelope("acme", |envelope| envelope.valid_until = Some(end)).await;
            world.clock.advance(60);
            propose(json!({})).await
        }
        Code::CapabilityUnknown => propose(json!({"connector": "erp"})).await,
        Code::ConnectorContractDrift => {
            world.meddle("alter table contacts add column shoe_size integer").await;
            propose(json!({})).await
        }
        Code::TenantIsolation => propose(json!({"records": [{"id": "c-2001"}]})).await,
        Code::SchemaViolation => propose(json!({"table": "payroll"})).await,
        Code::MissingRequirement => propose(json!({"records": [{"id": "c-0"}]})).await,
        Code::CapabilityRollbackPlanInvalid => undo_what_cannot_be_undone(world).await,
        Code::PerCallLimit => {
            let many: Json = (1001..=1051).map(|n| json!({"id": format!("c-{n}")})).collect();
            propose(json!({"records": many})).await
        }
        Code::BudgetExceeded => {
            world.put_envelope("acme", |envelope| envelope.limits = vec![once_an_hour()]).await;
            propose(json!({})).await;
            propose(json!({"set": {"phone": "1"}})).await
        }
        Code::ApprovalRequired => propose(removal()).await,
        Code::PolicyViolation => propose(json!({"records": [{"id": "c-1040"}]})).await,
        Code::EffectOutOfScope => propose(json!({"agent": "billing-agent"})).await,
        Code::PrgEvaluationError => {
            world.put_envelope("acme", |envelope| envelope.cedar = Some(OVERFLOWS.to_owned())).await;
            propose(json!({"table": "tickets", "records": [{"id": "t-1001"}], "set": {"status": "open"}}))
                .await
        }
        Code::ApprovalRejected => voted(world, removal(), "reject").await,
        Code::ApproverNotDistinct => {
            voted(world, but(removal(), &json!({"on_behalf_of": "max"})), "approve").await
        }
        Code::ApprovalTimeout => {
            let asked = world.escalated(&but(update("c-1042"), &removal())).await;
            world.clock.advance(24 * 60 * 60);
            world.portal.boundary.sweep().await.unwrap();
            world.get(&format!("/v1/actions/{}", asked.id)).await
        }
        Code::PreconditionFailed => {
            let asked = world.escalated(&but(update("c-1042"), &removal())).await;
            world.meddle("update contacts set owner = 'somebody' where id = 'c-1042'").await;
            let max = world.person("max", &["success-managers"]).await;
            world.approve(&max, &asked).await;
            world.get(&format!("/v1/actions/{}", asked.id)).await
        }
        Code::ReadbackMismatch => {
            world
                .meddle(
                    "create trigger shout after update on contacts begin \
                     update contacts set phone = phone || '!' where id = new.id; end",
                )
                .await;
            propose(json!({})).await
        }
        Code::ProviderError => {
            let nobody = json!({"subject": "s", "status": "open", "priority": 1, "contact_id": "nobody"});
            propose(
                json!({"operation": "insert", "table": "tickets", "records": [{"id": "t-0"}], "set": nobody}),
            )
            .await
        }
        Code::IdempotencyConflict => {
            propose(json!({"idempotency_key": "k"})).await;
            propose(json!({"idempotency_key": "k", "reason": "another one"})).await
        }
        Code::PermitExpired => {
            world.attest("acme").await;
            let absent = json!({"operation": "insert", "connector": ATTESTED, "before": [null], "agent": "support-agent"});
            let ticket =
                json!({"table": "tickets", "set": {"subject": "s", "status": "open", "priority": 1}});
            let id = propose(but(absent, &ticket)).await.json()["id"].as_str().unwrap().to_owned();
            world.clock.advance(10 * 60);
            world.portal.boundary.sweep().await.unwrap();
            world.get(&format!("/v1/actions/{id}")).await
        }
    }
}

/// A forbid that can't be evaluated. Cedar by itself would pass over it.
const OVERFLOWS: &str = r#"forbid (principal, action == Action::"tickets.update:auto", resource)
    when { resource has priority && resource.priority + 9223372036854775807 > 0 };"#;

fn removal() -> Json {
    json!({"operation": "delete", "set": null})
}

fn once_an_hour() -> Limit {
    Limit {
        id: "once-an-hour".parse().unwrap(),
        agents: None,
        table: None,
        operations: None,
        max_rows: 1,
        window_seconds: 3600,
    }
}

async fn after(world: &World, stop: &str) -> Reply {
    world.post(&world.key, stop, &json!({"reason": "Incident."})).await;
    world.propose(&update("c-1042")).await
}

async fn voted(world: &World, changes: Json, vote: &str) -> Reply {
    let asked = world.escalated(&but(update("c-1042"), &changes)).await;
    let max = world.person("max", &["success-managers"]).await;
    match vote {
        "reject" => world.reject(&max, &asked).await,
        _ => world.approve(&max, &asked).await,
    };
    world.get(&format!("/v1/actions/{}", asked.id)).await
}

/// A removal that was approved and for which the contract promises no way back.
async fn undo_what_cannot_be_undone(world: &World) -> Reply {
    world.meddle("delete from tickets where contact_id = 'c-1042'").await;
    let asked = world.escalated(&but(update("c-1042"), &removal())).await;
    let max = world.person("max", &["success-managers"]).await;
    world.approve(&max, &asked).await;
    let undo = json!({"reason": "It was the wrong one."});
    world.post(&world.key, &format!("/v1/actions/{}/rollback", asked.id), &undo).await
}
