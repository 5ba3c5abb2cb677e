//! What was committed is taken back: by a governed write of its own, to the very state that there was, or not at all.

use evidence::contract::{Consequence, Rollback};
use evidence::receipt::{OutcomeReceipt, Receipt};
use serde_json::{Value as Json, json};

use crate::world::{Reply, World, but, update};

const CONTACT: &str = "select * from contacts where id = 'c-1042'";
const DAY: u64 = 24 * 60 * 60;

/// A write that took place: its id.
async fn committed(world: &World, write: &Json) -> String {
    let reply = world.propose(write).await;
    assert_eq!(reply.json()["outcome"]["status"], "COMMITTED", "{}", reply.text());
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn undo_as(world: &World, key: &str, id: &str, how: &Json) -> Reply {
    let body = but(json!({"reason": "It was the wrong caller."}), how);
    world.post(key, &format!("/v1/actions/{id}/rollback"), &body).await
}

async fn undo(world: &World, id: &str) -> Reply {
    undo_as(world, &world.key, id, &json!({})).await
}

fn outcome(reply: &Reply) -> OutcomeReceipt {
    match reply.receipt("/outcome/receipt") {
        Receipt::Outcome(outcome) => outcome,
        other => panic!("{other:?}"),
    }
}

/// Lets Initech's agents add and remove contacts at once, with a way back.
async fn with_a_way_back(world: &World) {
    let mut contract = world.contract("initech").await;
    contract.version += 1;
    let contacts = contract.tables.get_mut("contacts").unwrap();
    for operation in contacts.operations.values_mut() {
        operation.consequence = Consequence::Low;
        operation.rollback = Rollback::Restore { window_seconds: 60 };
    }
    let digest = contract.digest().unwrap();
    world.put_contract("initech", contract).await;
    world.put_envelope("initech", |envelope| envelope.contract = digest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_taken_back_to_the_state_that_there_was() {
    let world = World::new().await;
    let before = world.row(CONTACT).await;
    let original = world.propose(&update("c-1042")).await;
    let undone = undo(&world, original.json()["id"].as_str().unwrap()).await;
    assert_eq!(undone.verdict().0, "ALLOW", "{}", undone.text());
    assert!(undone.json().get("moved_on").is_none());
    assert_eq!(world.row(CONTACT).await, before);
    let (there, back) = (outcome(&original), outcome(&undone));
    assert_eq!(back.records[0].after, there.records[0].before);
    assert_eq!(back.records[0].before, there.records[0].after);
    let Receipt::Decision(decision) = undone.receipt("/receipt") else { panic!("{}", undone.text()) };
    assert_eq!(decision.action.undoes, Some(there.decision));
    let pack = world.verified("acme").await;
    assert!(pack.report.findings.is_empty());
    // It is an action like any other, and can be read as one.
    let id = undone.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&format!("/v1/actions/{id}")).await.json(), undone.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_added_goes_and_what_was_removed_comes_back_many_at_a_time() {
    let world = World::new().await;
    with_a_way_back(&world).await;
    let of_initech = |changes: Json| but(but(update(""), &json!({"tenant": "initech"})), &changes);
    let names = "select group_concat(id || name || coalesce(notes, '')) phone from contacts where tenant_id = 'initech'";
    let before = world.phone(names).await;
    let new = json!({"name": "New", "status": "lead"});
    let added = json!({"operation": "insert", "records": [{"id": "c-0"}, {"id": "c-00"}], "set": new});
    let id = committed(&world, &of_initech(added)).await;
    assert_ne!(world.phone(names).await, before);
    assert_eq!(undo(&world, &id).await.json()["outcome"]["status"], "COMMITTED");
    assert_eq!(world.phone(names).await, before);

    world.meddle("delete from tickets where tenant_id = 'initech'").await;
    let removed =
        json!({"operation": "delete", "set": null, "records": [{"id": "c-3003"}, {"id": "c-3001"}]});
    let whole = "select * from contacts where id = 'c-3001'";
    let was = world.row(whole).await;
    let id = committed(&world, &of_initech(removed)).await;
    assert!(world.row(whole).await.is_none());
    let back = undo(&world, &id).await;
    assert_eq!(back.json()["outcome"]["status"], "COMMITTED", "{}", back.text());
    assert_eq!(world.row(whole).await, was);
    let again = undo(&world, &id).await;
    assert_eq!(again.verdict().1, "PRECONDITION_FAILED");
    assert_eq!(again.json()["moved_on"]["receipt"], outcome(&back).entry.seq);

    let changed =
        json!({"records": [{"id": "c-3004"}, {"id": "c-3005"}, {"id": "c-3006"}], "set": {"owner": "new"}});
    let owners = "select group_concat(owner) phone from contacts where id in ('c-3004', 'c-3005', 'c-3006')";
    let was = world.phone(owners).await;
    let id = committed(&world, &of_initech(changed)).await;
    assert_eq!(undo(&world, &id).await.json()["outcome"]["status"], "COMMITTED");
    assert_eq!(world.phone(owners).await, was);
    world.verified("initech").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_moved_on_is_left_alone_and_the_answer_says_what_moved_it() {
    let world = World::new().await;
    let first = committed(&world, &update("c-1042")).await;
    let second = world.propose(&but(update("c-1042"), &json!({"set": {"owner": "tom"}}))).await;
    let refused = undo(&world, &first).await;
    assert_eq!(refused.verdict(), ("DENY".to_owned(), "PRECONDITION_FAILED".to_owned()));
    assert_eq!(refused.json()["moved_on"]["receipt"], outcome(&second).entry.seq);
    // What moved it can be taken back first.
    assert_eq!(undo(&world, second.json()["id"].as_str().unwrap()).await.verdict().0, "ALLOW");
    let back = undo(&world, &first).await;
    assert_eq!(back.verdict().0, "ALLOW", "{}", back.text());
    let again = undo(&world, &first).await;
    assert_eq!(again.json()["moved_on"]["receipt"], outcome(&back).entry.seq, "{}", again.text());

    let third = committed(&world, &update("c-1001")).await;
    world.meddle("update contacts set owner = 'somebody' where id = 'c-1001'").await;
    let refused = undo(&world, &third).await;
    assert_eq!(refused.verdict().1, "PRECONDITION_FAILED");
    assert_eq!(refused.json()["moved_on"], json!({"receipt": null}));
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_is_asked_for_twice_is_done_once() {
    let world = World::new().await;
    let id = committed(&world, &update("c-1042")).await;
    let how = json!({"idempotency_key": "k"});
    let first = undo_as(&world, &world.key, &id, &how).await;
    assert_eq!(first.json()["outcome"]["status"], "COMMITTED", "{}", first.text());
    let again = undo_as(&world, &world.key, &id, &how).await;
    assert_eq!(again.json(), first.json());
    let other = undo_as(&world, &world.key, &id, &but(how, &json!({"reason": "another"}))).await;
    assert_eq!(other.problem(), (409, "IDEMPOTENCY_CONFLICT".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_promised_for_a_time_is_not_promised_any_longer() {
    let world = World::new().await;
    let id = committed(&world, &update("c-1042")).await;
    world.clock.advance(30 * DAY);
    world.portal.boundary.sweep().await.unwrap();
    let late = undo(&world, &id).await;
    assert_eq!(late.verdict(), ("DENY".to_owned(), "CAPABILITY_ROLLBACK_PLAN_INVALID".to_owned()));
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_restored_is_made_good_by_the_operation_that_the_contract_names() {
    let world = World::new().await;
    let new = json!({"subject": "New", "status": "open", "priority": 2});
    let added = json!({"operation": "insert", "table": "tickets", "set": new});
    let id = committed(&world, &but(update("t-0"), &added)).await;
    let made_good = undo_as(&world, &world.key, &id, &json!({"set": {"status": "solved"}})).await;
    assert_eq!(made_good.json()["outcome"]["status"], "COMMITTED", "{}", made_good.text());
    let ticket = world.row("select status from tickets where id = 't-0'").await.unwrap();
    assert_eq!(ticket["status"], "solved".into());
    let Receipt::Decision(decision) = made_good.receipt("/receipt") else { panic!("{}", made_good.text()) };
    assert_eq!((decision.action.operation.as_str(), decision.action.undoes.is_some()), ("update", true));
    let bad = json!({"set": {"status": "solved"}, "records": [{"id": "t-0"}, {"id": "t-0"}]});
    assert_eq!(undo_as(&world, &world.key, &id, &bad).await.json()["at"], "records");
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_a_rollback_does_not_approve_it() {
    let world = World::new().await;
    let [max, eve] =
        [world.person("max", &["success-managers"]).await, world.person("eve", &["success-managers"]).await];
    let many = (1001..=1006).map(|n| json!({"id": format!("c-{n}")})).collect::<Json>();
    let phones = "select group_concat(phone) phone from contacts where id between 'c-1001' and 'c-1006'";
    let before = world.phone(phones).await;
    let asked = world.escalated(&but(update(""), &json!({"records": many}))).await;
    assert_eq!(world.approve(&max, &asked).await.json()["action"]["outcome"]["status"], "COMMITTED");
    for (voter, verdict) in [(&max, "DENY"), (&eve, "ALLOW")] {
        let waits = undo_as(&world, &max, &asked.id, &json!({})).await;
        assert_eq!(waits.verdict().0, "ESCALATE", "{}", waits.text());
        let card = world.get("/v1/approvals").await.json()["approvals"][0].clone();
        let vote = json!({"decision": card["decision"], "reason": "I looked at it."});
        let address = format!("/v1/approvals/{}/approve", card["id"].as_str().unwrap());
        let voted = world.post(voter, &address, &vote).await.json();
        assert_eq!(voted["action"]["verdict"], verdict, "{voted}");
    }
    assert_eq!(world.phone(phones).await, before);
    world.verified("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_undone_of_what_was_not_done_or_while_writes_are_stopped() {
    let world = World::new().await;
    let denied = world.propose(&update("c-2001")).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(undo(&world, &denied).await.problem(), (409, "NOTHING_TO_UNDO".to_owned()));
    assert_eq!(undo(&world, "none").await.problem(), (404, "ACTION_UNKNOWN".to_owned()));
    let id = committed(&world, &update("c-1042")).await;
    let billing = world.narrow_key(&["acme"], Some(&["billing-agent"])).await;
    assert_eq!(undo_as(&world, &billing, &id, &json!({})).await.problem().1, "AGENT_OUT_OF_SCOPE");
    world.post(&world.key, "/v1/tenants/acme/freeze", &json!({"reason": "Incident."})).await;
    assert_eq!(undo(&world, &id).await.verdict().1, "SYSTEM_FROZEN");
    world.verified("acme").await;
}
