//! What an envelope allows happens, once, and is recorded.

use evidence::commitment::{Cell, Key, Place, state_hash};
use evidence::name::Text;
use evidence::receipt::{OutcomeStatus, Receipt};
use evidence::value::Value;
use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{World, but, update};

const CONTACT: &str = "select * from contacts where id = 'c-1042'";

#[tokio::test(flavor = "multi_thread")]
async fn an_allowed_update_happens_and_its_hashes_are_those_of_the_database() {
    let world = World::new().await;
    let before = world.row(CONTACT).await.unwrap();
    let reply = world.propose(&update("c-1042")).await;
    assert_eq!(reply.verdict(), ("ALLOW".to_owned(), String::new()), "{}", reply.text());
    assert_eq!(reply.json()["outcome"]["status"], "COMMITTED");
    let after = world.row(CONTACT).await.unwrap();
    assert_eq!(after["phone"], Value::from("+44 20 7946 0018"));
    assert_ne!(before["phone"], after["phone"]);

    let Receipt::Decision(decision) = reply.receipt("/receipt") else { panic!("{}", reply.text()) };
    let Receipt::Outcome(outcome) = reply.receipt("/outcome/receipt") else { panic!("{}", reply.text()) };
    let record = &decision.action.records[0];
    assert!(record.hashes_hold().unwrap());
    assert_eq!(outcome.status, OutcomeStatus::Committed);
    assert_eq!(outcome.records[0].before, Some(hash(&world, &before).await));
    assert_eq!(outcome.records[0].after, Some(hash(&world, &after).await));
    assert_eq!(record.before.as_ref().unwrap().hash, hash(&world, &before).await);
    assert_eq!(record.after.as_ref().unwrap().cells.len(), 1);
    // The new number is sealed: the receipt holds a commitment to it and nothing else.
    assert!(!String::from_utf8(decision_bytes(&reply)).unwrap().contains("7946 0018"));

    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&format!("/v1/actions/{id}")).await.json(), reply.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_made_and_taken_together_or_not_at_all() {
    let world = World::new().await;
    let several =
        but(update("c-1001"), &json!({"records": [{"id": "c-1003"}, {"id": "c-1001"}, {"id": "c-1002"}]}));
    assert_eq!(world.propose(&several).await.json()["outcome"]["status"], "COMMITTED");

    let insert = but(
        update("t-1901"),
        &json!({
            "operation": "insert", "table": "tickets",
            "set": {"subject": "New", "status": "open", "priority": 2, "contact_id": "c-1001"},
        }),
    );
    assert_eq!(world.propose(&insert).await.json()["outcome"]["status"], "COMMITTED");
    let made =
        world.row("select id, tenant_id, subject, assignee from tickets where id = 't-1901'").await.unwrap();
    assert_eq!(made["tenant_id"], Value::from("acme"));
    assert_eq!(made["assignee"], Value::Null);
    assert_eq!(world.propose(&insert).await.verdict().1, "MISSING_REQUIREMENT");

    // These have no contact to refer to, so the database refuses them, and nothing of it stays.
    let half = but(
        insert,
        &json!({
            "records": [{"id": "t-1902"}, {"id": "t-1903"}],
            "set": {"subject": "New", "status": "open", "priority": 2, "contact_id": "c-nobody"},
        }),
    );
    let reply = world.propose(&half).await;
    assert_eq!(reply.verdict().0, "ALLOW");
    assert_eq!(reply.json()["outcome"]["status"], "FAILED");
    assert_eq!(reply.json()["outcome"]["code"], "PROVIDER_ERROR");
    assert!(!reply.text().to_lowercase().contains("foreign key"));
    assert!(world.row("select id from tickets where id = 't-1902'").await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_does_not_read_back_is_undone() {
    let world = World::new().await;
    world.meddle("create trigger shout after update on contacts begin update contacts set phone = upper(new.phone) || '!' where id = new.id; end").await;
    let before = world.phone(CONTACT).await;
    let reply = world.propose(&update("c-1042")).await;
    assert_eq!(reply.json()["outcome"]["code"], "READBACK_MISMATCH", "{}", reply.text());
    assert_eq!(world.phone(CONTACT).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_decided_once_however_often_it_comes() {
    let world = World::new().await;
    let write = but(update("c-1042"), &json!({"idempotency_key": "k-1"}));
    let mut callers = JoinSet::new();
    let world = std::sync::Arc::new(world);
    for _ in 0..8 {
        let (world, write) = (world.clone(), write.clone());
        callers.spawn(async move { world.propose(&write).await.json() });
    }
    let answers = callers.join_all().await;
    assert!(answers.iter().all(|answer| answer["receipt"] == answers[0]["receipt"]));
    let again = world.propose(&write).await;
    assert_eq!(again.json()["receipt"], answers[0]["receipt"]);
    assert_eq!(again.json()["outcome"]["status"], "COMMITTED");
    let log = world.log("acme").await;
    assert_eq!(log.iter().filter(|receipt| receipt.kind() == "decision").count(), 1);
    assert_eq!(log.iter().filter(|receipt| receipt.kind() == "outcome").count(), 1);

    let other = but(write, &json!({"reason": "another reason"}));
    assert_eq!(world.propose(&other).await.problem(), (409, "IDEMPOTENCY_CONFLICT".to_owned()));
}

fn decision_bytes(reply: &crate::world::Reply) -> Vec<u8> {
    let signed: evidence::dsse::Signed = serde_json::from_value(reply.json()["receipt"].clone()).unwrap();
    signed.payload().to_vec()
}

/// The state hash of a contact, from the database and the tenant's secret alone.
async fn hash(
    world: &World,
    row: &std::collections::BTreeMap<evidence::name::Identifier, Value>,
) -> evidence::digest::Digest {
    let tenant = world.tenant("acme").await;
    let key = Key::from([("id".parse::<Text>().unwrap(), row["id"].clone())]);
    let (connector, table) = ("crm".parse().unwrap(), "contacts".parse().unwrap());
    let place = Place { connector: &connector, key: &key, table: &table };
    let cells: std::collections::BTreeMap<Text, Cell> = row
        .iter()
        .map(|(column, value)| {
            let disclosure = tenant.secret().unwrap().disclose(&place, &column.to_text(), value).unwrap();
            (column.to_text(), Cell::Sealed(disclosure.digest().unwrap()))
        })
        .collect();
    state_hash(&cells).unwrap()
}
