//! An effect takes place once, however often and by how many it is carried out.

use evidence::reason::Code;
use evidence::receipt::OutcomeStatus;
use serde_json::json;
use server::connectors::effect::Applied;

use crate::desk::Desk;
use crate::place::Records;

crate::stories! { on both:
    carrying_out_twice_changes_once,
    two_servers_that_carry_out_the_same_decision_agree,
    what_was_settled_without_an_effect_stays_without,
}

const COUNTERS: &str = "
    create table counters (id integer not null primary key, tenant_id text not null, note text);
    insert into counters values (1, 'acme', 'x');
    create table audit (entry text)";

async fn carrying_out_twice_changes_once(records: Records) {
    let desk = Desk::new(records, COUNTERS).await;
    let allowed = desk.allow("update", "counters", json!([{"id": 1}]), json!({"note": "y"})).await;
    let first = desk.apply(&allowed).await.unwrap();
    assert_eq!(first.status, OutcomeStatus::Committed);
    desk.records.run("update counters set note = 'by somebody else' where id = 1").await;
    desk.clock.advance(1_000);
    assert_eq!(desk.apply(&allowed).await.unwrap(), first);
    assert_eq!(desk.records.text("select note from counters").await.unwrap(), "by somebody else");
}

async fn two_servers_that_carry_out_the_same_decision_agree(records: Records) {
    let desk = Desk::new(records, COUNTERS).await;
    let (one, other) = (desk.records.open().await, desk.records.open().await);
    for id in 10..30 {
        let allowed = desk.allow("insert", "counters", json!([{"id": id}]), json!({"note": "y"})).await;
        let (one, other) =
            tokio::join!(desk.apply_through(&one, &allowed), desk.apply_through(&other, &allowed));
        let one = one.unwrap();
        assert_eq!(one, other.unwrap());
        assert_eq!(one.status, OutcomeStatus::Committed);
    }
    assert_eq!(desk.records.text("select cast(count(*) as text) from counters").await.unwrap(), "21");
    assert_eq!(desk.records.text("select cast(count(*) as text) from helm_outbox").await.unwrap(), "20");
}

async fn what_was_settled_without_an_effect_stays_without(records: Records) {
    let desk = Desk::new(records, COUNTERS).await;
    let allowed = desk.allow("update", "counters", json!([{"id": 1}]), json!({"note": "y"})).await;
    let otherwise = Applied::not_applied(Code::PermitExpired, Vec::new());
    let settled = desk.connector.settle(allowed.decision, otherwise.clone()).await.unwrap();
    assert_eq!(settled, otherwise);
    assert_eq!(desk.apply(&allowed).await.unwrap(), otherwise);
    let changed =
        desk.connector.settle(allowed.decision, Applied::failed(Code::ProviderError)).await.unwrap();
    assert_eq!(changed, otherwise);
    assert_eq!(desk.records.text("select note from counters").await.unwrap(), "x");
}
