//! Wherever the path of a write is cut, the rest of the way is walked later, and each allowed decision ends with exactly one
//! outcome.

use evidence::name::Name;
use evidence::receipt::{OutcomeStatus, Receipt};
use evidence::timestamp::Timestamp;
use serde_json::json;
use server::boundary::request::Request;
use server::connectors::effect::Job;

use crate::world::{World, but, update};

const CONTACT: &str = "select * from contacts where id = 'c-1042'";
const NEW: &str = "+44 20 7946 0018";

/// A decision whose effect has not begun.
async fn decided(world: &World) {
    let write = but(update("c-1042"), &json!({"idempotency_key": "k-1"}));
    let request = Request::read(write.to_string().as_bytes()).unwrap();
    let decision = world.portal.boundary.propose(&world.desk().await, &request).await.unwrap();
    assert!(decision.receipt().permit.is_some());
    assert_ne!(world.phone(CONTACT).await, NEW);
}

async fn outcomes(world: &World) -> Vec<OutcomeStatus> {
    let log = world.log("acme").await;
    log.iter()
        .filter_map(|receipt| match receipt {
            Receipt::Outcome(outcome) => Some(outcome.status),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_effect_is_finished_on_restart() {
    let world = World::new().await;
    decided(&world).await;
    let world = world.restarted().await;
    assert_eq!(world.phone(CONTACT).await, NEW);
    assert_eq!(outcomes(&world).await, [OutcomeStatus::Committed]);
    let world = world.restarted().await;
    assert_eq!(outcomes(&world).await, [OutcomeStatus::Committed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_effect_is_told_by_the_outbox() {
    let world = World::new().await;
    decided(&world).await;
    let pending = world.portal.ledger.pending(Timestamp::MAX).await.unwrap().remove(0);
    let crm: Name = "crm".parse().unwrap();
    let contract = world.portal.ledger.in_force(&pending.tenant, &crm).await.unwrap().contract.unwrap().1;
    let effect = serde_json::from_str(pending.effect.as_deref().unwrap()).unwrap();
    let receipt = pending.decision.receipt();
    let job = Job {
        action: &receipt.action,
        contract: (&contract, contract.digest().unwrap()),
        decision: pending.decision.signed().digest(),
        effect: &effect,
        permit: receipt.permit.as_ref().unwrap(),
        secret: pending.tenant.secret().unwrap(),
    };
    let connector = world.portal.connectors.find(pending.tenant.vendor(), &crm).await.unwrap();
    connector.apply(&job, &world.clock).await.unwrap();
    assert_eq!(world.phone(CONTACT).await, NEW);
    // Somebody else changes the record before the portal is back: what was committed stays what was committed.
    world.meddle("update contacts set phone = 'other' where id = 'c-1042'").await;
    world.clock.advance(1_000);
    let world = world.restarted().await;
    assert_eq!(outcomes(&world).await, [OutcomeStatus::Committed]);
    assert_eq!(world.phone(CONTACT).await, "other");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_that_expired_meanwhile_permits_nothing() {
    let world = World::new().await;
    decided(&world).await;
    world.clock.advance(1_000);
    let world = world.restarted().await;
    assert_ne!(world.phone(CONTACT).await, NEW);
    assert_eq!(outcomes(&world).await, [OutcomeStatus::NotApplied]);
    // Even if the clock goes back, what is settled is settled.
    world.clock.set(Timestamp::MIN);
    let retried = world.propose(&but(update("c-1042"), &json!({"idempotency_key": "k-1"}))).await;
    assert_eq!(retried.json()["outcome"]["code"], "PERMIT_EXPIRED");
    assert_ne!(world.phone(CONTACT).await, NEW);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_moved_since_the_decision_is_left_alone() {
    let world = World::new().await;
    decided(&world).await;
    world.meddle("update contacts set owner = 'somebody' where id = 'c-1042'").await;
    world.portal.boundary.recover().await.unwrap();
    assert_ne!(world.phone(CONTACT).await, NEW);
    let retried = world.propose(&but(update("c-1042"), &json!({"idempotency_key": "k-1"}))).await;
    assert_eq!(retried.json()["outcome"]["status"], "NOT_APPLIED");
    assert_eq!(retried.json()["outcome"]["code"], "PRECONDITION_FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_asks_again_gets_the_rest_of_the_way_walked() {
    let world = World::new().await;
    decided(&world).await;
    let retried = world.propose(&but(update("c-1042"), &json!({"idempotency_key": "k-1"}))).await;
    assert_eq!(retried.json()["outcome"]["status"], "COMMITTED");
    assert_eq!(world.phone(CONTACT).await, NEW);
    assert_eq!(outcomes(&world).await, [OutcomeStatus::Committed]);
}
