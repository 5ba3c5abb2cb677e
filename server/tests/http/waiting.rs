//! What waits for people: it runs when enough of the right ones say so, as it was proposed or not at all.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use evidence::decision::Verdict;
use evidence::receipt::{OutcomeStatus, Receipt};
use serde_json::{Value as Json, json};
use tokio::task::JoinSet;

use crate::world::{Asked, World, but, person, update, with_key};

const CONTACT: &str = "select * from contacts where id = 'c-2001'";
const NEW: &str = "+44 20 7946 0018";
const DAY: u64 = 24 * 60 * 60;

/// A change that Globex wants two of its data stewards to see.
fn four_eyes() -> Json {
    but(update("c-2001"), &json!({"tenant": "globex"}))
}

/// Two data stewards.
async fn stewards(world: &World) -> [String; 2] {
    [world.person("dana", &["data-stewards"]).await, world.person("eve", &["data-stewards"]).await]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_waits_for_two_people_and_then_runs_exactly_as_it_was_proposed() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let before = world.phone(CONTACT).await;
    let asked = world.escalated(&four_eyes()).await;
    let card = world.get_as(&dana, "/v1/approvals").await.json()["approvals"][0].clone();
    assert_eq!(card["tenant"], "globex");
    assert_eq!(card["needed"], json!({"group": "data-stewards", "quorum": 2, "expires_seconds": DAY}));
    assert_eq!(card["expires_at"], "2026-11-03T09:00:00.000000Z");

    let first = world.approve(&dana, &asked).await;
    assert_eq!((first.status.as_u16(), &first.json()["action"]), (200, &Json::Null), "{}", first.text());
    assert_eq!(world.phone(CONTACT).await, before);
    let votes = world.get("/v1/approvals").await.json()["approvals"][0]["votes"].clone();
    assert_eq!(votes, json!([first.json()["approval"]]));

    let second = world.approve(&eve, &asked).await.json();
    assert_eq!(second["action"]["verdict"], "ALLOW", "{second}");
    assert_eq!(second["action"]["outcome"]["status"], "COMMITTED");
    assert_eq!(world.phone(CONTACT).await, NEW);
    assert_eq!(world.waiting().await, 0);
    assert_eq!(world.get(&format!("/v1/actions/{}", asked.id)).await.json(), second["action"]);

    let pack = world.verified("globex").await;
    let told = pack.of(&asked.id);
    let [
        Receipt::Decision(asking),
        Receipt::Approval(one),
        Receipt::Approval(other),
        Receipt::Decision(allowing),
        Receipt::Outcome(outcome),
    ] = told[..]
    else {
        panic!("{told:#?}")
    };
    assert_eq!(asking.action, allowing.action);
    assert_eq!((one.approver.as_str(), other.approver.as_str()), ("dana", "eve"));
    assert_eq!(allowing.standing.approval.as_ref().unwrap().votes.len(), 2);
    assert_eq!(outcome.status, OutcomeStatus::Committed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_survives_a_restart_with_everything_that_its_effect_needs() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    world.approve(&dana, &asked).await;
    let world = world.restarted().await;
    assert_eq!(world.waiting().await, 1);
    let done = world.approve(&eve, &asked).await.json();
    assert_eq!(done["action"]["outcome"]["status"], "COMMITTED", "{done}");
    assert_eq!(world.phone(CONTACT).await, NEW);
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_with_two_votes_or_two_keys_is_still_one_person() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let dana_again = world.person("dana", &["data-stewards"]).await;
    let asked = world.escalated(&four_eyes()).await;
    for key in [&dana, &dana, &dana_again] {
        assert_eq!(world.approve(key, &asked).await.json()["action"], Json::Null);
    }
    assert_ne!(world.phone(CONTACT).await, NEW);
    assert_eq!(world.approve(&eve, &asked).await.json()["action"]["verdict"], "ALLOW");
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_rejection_ends_it_whatever_others_said() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    world.approve(&dana, &asked).await;
    let ended = world.reject(&eve, &asked).await.json();
    assert_eq!(ended["action"]["verdict"], "DENY");
    assert_eq!(ended["action"]["reasons"][0]["code"], "APPROVAL_REJECTED");
    assert_eq!(world.waiting().await, 0);
    // The decision that they voted on is no longer the latest one, so a late vote is told to look again.
    assert_eq!(world.approve(&dana, &asked).await.problem(), (409, "OTHER_DECISION".to_owned()));
    let latest = world.get(&format!("/v1/actions/{}", asked.id)).await;
    let Receipt::Decision(denied) = latest.receipt("/receipt") else { panic!("{}", latest.text()) };
    assert_eq!(denied.decision.verdict, Verdict::Deny);
    let signed: evidence::dsse::Signed = serde_json::from_value(latest.json()["receipt"].clone()).unwrap();
    let denied = Asked { decision: signed.digest().to_string(), ..asked };
    assert_eq!(world.approve(&dana, &denied).await.problem(), (409, "NOT_WAITING".to_owned()));
    assert_ne!(world.phone(CONTACT).await, NEW);
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_person_of_the_group_votes_and_only_on_the_decision_that_waits() {
    let world = World::new().await;
    let [dana, _] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    let size = world.log("globex").await.len();
    let outsider = world.person("max", &["success-managers"]).await;
    let nobody = world.person("ned", &[]).await;
    for key in [&outsider, &nobody, &world.key] {
        assert_eq!(world.approve(key, &asked).await.problem(), (403, "PERSON_OUT_OF_SCOPE".to_owned()));
        assert_eq!(world.reject(key, &asked).await.problem(), (403, "PERSON_OUT_OF_SCOPE".to_owned()));
    }
    let other = Asked { id: asked.id.clone(), decision: format!("sha256:{}", "0".repeat(64)) };
    let refused = world.approve(&dana, &other).await;
    assert_eq!(refused.problem(), (409, "OTHER_DECISION".to_owned()));
    assert_eq!(refused.json()["at"], "decision");
    let get = with_key(Method::GET, &format!("/v1/approvals/{}/approve", asked.id), &dana, Body::empty());
    assert_eq!(world.ask(get).await.problem(), (405, "METHOD_NOT_ALLOWED".to_owned()));
    // A person's key is no agent's.
    assert_eq!(world.send_as(&dana, four_eyes().to_string()).await.problem().0, 403);
    assert_eq!(world.log("globex").await.len(), size);
    assert_eq!(world.waiting().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_it_is_done_for_does_not_approve_it() {
    let world = World::new().await;
    let [dana, _] = stewards(&world).await;
    let asked = world.escalated(&but(four_eyes(), &json!({"on_behalf_of": "dana"}))).await;
    let ended = world.approve(&dana, &asked).await.json();
    assert_eq!(ended["action"]["reasons"][0]["code"], "APPROVER_NOT_DISTINCT", "{ended}");
    assert_ne!(world.phone(CONTACT).await, NEW);
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_a_denial_with_a_receipt() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    world.approve(&dana, &asked).await;
    world.clock.advance(DAY - 1);
    world.portal.boundary.sweep().await.unwrap();
    assert_eq!(world.waiting().await, 1);
    world.clock.advance(1);
    world.portal.boundary.sweep().await.unwrap();
    world.portal.boundary.sweep().await.unwrap();
    assert_eq!(world.waiting().await, 0);
    let ended = world.get(&format!("/v1/actions/{}", asked.id)).await;
    assert_eq!(ended.verdict(), ("DENY".to_owned(), "APPROVAL_TIMEOUT".to_owned()));
    assert_eq!(world.approve(&eve, &asked).await.problem().0, 409);
    assert_eq!(world.verified("globex").await.of(&asked.id).len(), 3);
    assert_ne!(world.phone(CONTACT).await, NEW);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_that_comes_too_late_does_not_count_even_before_anybody_noticed() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    world.approve(&dana, &asked).await;
    world.clock.advance(DAY);
    let late = world.approve(&eve, &asked).await.json();
    assert_eq!(late["action"]["reasons"][0]["code"], "APPROVAL_TIMEOUT", "{late}");
    assert_ne!(world.phone(CONTACT).await, NEW);
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_worth_nothing_under_another_envelope() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    world.approve(&dana, &asked).await;
    world.put_envelope("globex", |envelope| envelope.limits.clear()).await;
    let ended = world.approve(&eve, &asked).await.json();
    assert_eq!(ended["action"]["verdict"], "DENY");
    assert_eq!(ended["action"]["reasons"][0]["code"], "POLICY_HASH_MISMATCH", "{ended}");
    assert_ne!(world.phone(CONTACT).await, NEW);
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_moved_while_people_thought_is_left_alone() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    world.approve(&dana, &asked).await;
    world.meddle("update contacts set owner = 'somebody' where id = 'c-2001'").await;
    let ended = world.approve(&eve, &asked).await.json();
    assert_eq!(ended["action"]["verdict"], "ALLOW");
    assert_eq!(ended["action"]["outcome"]["status"], "NOT_APPLIED", "{ended}");
    assert_eq!(ended["action"]["outcome"]["code"], "PRECONDITION_FAILED");
    assert_ne!(world.phone(CONTACT).await, NEW);
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_changed_its_shape_while_people_thought_is_left_alone() {
    let world = World::new().await;
    let [dana, eve] = stewards(&world).await;
    let asked = world.escalated(&four_eyes()).await;
    world.approve(&dana, &asked).await;
    world.meddle("alter table contacts add column shoe_size integer").await;
    let ended = world.approve(&eve, &asked).await.json();
    assert_eq!(ended["action"]["outcome"]["status"], "NOT_APPLIED", "{ended}");
    assert_eq!(ended["action"]["outcome"]["code"], "ERR_CONNECTOR_CONTRACT_DRIFT");
    assert_ne!(world.phone(CONTACT).await, NEW);
    world.verified("globex").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_stopped_meanwhile_stays_stopped() {
    for (stop, code) in [
        ("/v1/tenants/globex/agents/support-agent/suspend", "AGENT_KILLED"),
        ("/v1/tenants/globex/freeze", "SYSTEM_FROZEN"),
        ("/v1/freeze", "SYSTEM_FROZEN"),
    ] {
        let world = World::new().await;
        let [dana, eve] = stewards(&world).await;
        let asked = world.escalated(&four_eyes()).await;
        assert_eq!(world.post(&world.key, stop, &json!({"reason": "Incident."})).await.status, 200);
        // One vote is enough to find out that no vote can help.
        let ended = world.approve(&dana, &asked).await.json();
        assert_eq!(ended["action"]["reasons"][0]["code"], code, "{ended}");
        assert_eq!(world.approve(&eve, &asked).await.problem().0, 409);
        assert_ne!(world.phone(CONTACT).await, NEW);
        world.verified("globex").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_at_the_same_moment_run_it_once() {
    let world = Arc::new(World::new().await);
    let many = (1001..=1006).map(|n| json!({"id": format!("c-{n}")})).collect::<Json>();
    let asked = Arc::new(world.escalated(&but(update(""), &json!({"records": many}))).await);
    let mut voters = JoinSet::new();
    for name in ["ann", "bob", "cem", "dee", "eli", "fay", "gus", "hal"] {
        let key = world.person(name, &["success-managers"]).await;
        let (world, asked) = (Arc::clone(&world), Arc::clone(&asked));
        voters.spawn(async move { world.approve(&key, &asked).await });
    }
    let replies = voters.join_all().await;
    let (done, late): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(done.len(), 1);
    assert_eq!(done[0].json()["action"]["outcome"]["status"], "COMMITTED", "{}", done[0].text());
    assert!(late.iter().all(|reply| reply.problem().0 == 409));
    assert_eq!(world.phone("select * from contacts where id = 'c-1006'").await, NEW);
    let pack = world.verified("acme").await;
    // What was asked, one vote, what was allowed, and what it did.
    assert_eq!(pack.of(&asked.id).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_seen_by_keys_of_its_tenant_and_no_others() {
    let world = World::new().await;
    let asked = world.escalated(&four_eyes()).await;
    let of_acme = world.person_of(&["acme"], "dana", &["data-stewards"]).await;
    let of_others = world.other_vendor(Some(person("dana", &["data-stewards"]))).await;
    for key in [&of_acme, &of_others] {
        assert_eq!(world.get_as(key, "/v1/approvals").await.json(), json!({"approvals": []}));
        let refused = world.approve(key, &asked).await;
        let nowhere = Asked { id: "0000".to_owned(), decision: asked.decision.clone() };
        assert_eq!(refused.problem(), (404, "ACTION_UNKNOWN".to_owned()));
        assert_eq!(refused.bytes, world.approve(key, &nowhere).await.bytes);
    }
    assert_eq!(world.waiting().await, 1);
    let of_globex = world.person_of(&["globex"], "dana", &["data-stewards"]).await;
    assert_eq!(world.approve(&of_globex, &asked).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_irreversible_waits_even_where_a_rule_would_let_it_pass() {
    let world = World::new().await;
    let manager = world.person("max", &["operations"]).await;
    let write = but(update("c-3001"), &json!({"tenant": "initech", "operation": "delete", "set": null}));
    let asked = world.escalated(&write).await;
    assert_eq!(world.approve(&manager, &asked).await.json()["action"]["outcome"]["status"], "COMMITTED");
    assert_eq!(world.propose(&write).await.verdict().1, "MISSING_REQUIREMENT");
    world.verified("initech").await;
}
