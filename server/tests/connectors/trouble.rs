//! What goes wrong between a decision and its effect: triggers, locks, lost connections.

use evidence::reason::Code;
use evidence::receipt::OutcomeStatus;
use serde_json::{Value as Json, json};
use server::connectors::Connector;
use server::connectors::effect::Applied;
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::desk::{Allowed, Desk};
use crate::place::Records;

mod sqlite {
    use super::triggers_in_sqlite_are_noticed;

    crate::stories! { on sqlite: triggers_in_sqlite_are_noticed }
}

mod postgres {
    use super::{
        a_connection_that_is_lost_leaves_the_effect_pending, a_deferred_trigger_is_noticed_too,
        a_lock_that_somebody_holds_leaves_the_effect_pending, a_refusal_is_an_outcome,
        many_records_in_opposite_orders_do_not_block_each_other, triggers_are_noticed,
    };

    crate::stories! { on postgres:
        a_connection_that_is_lost_leaves_the_effect_pending,
        a_deferred_trigger_is_noticed_too,
        a_lock_that_somebody_holds_leaves_the_effect_pending,
        a_refusal_is_an_outcome,
        many_records_in_opposite_orders_do_not_block_each_other,
        triggers_are_noticed,
    }
}

const CONTACTS: &str = "
    create table contacts (id integer not null primary key, tenant_id text not null, note text, short varchar(3));
    insert into contacts values (1, 'acme', 'x', null), (2, 'acme', 'x', null), (3, 'acme', 'x', null)";

const NOTES: &str = "select string_agg(note, ' ' order by id) from contacts";

/// How many of the connector's sessions wait for a lock.
const WAITING: &str = "select count(*)::text from pg_stat_activity
    where application_name = 'helm' and wait_event_type = 'Lock' and datname = current_database()";

fn keys(ids: &[i64]) -> Json {
    ids.iter().map(|id| json!({"id": id})).collect()
}

async fn triggers_are_noticed(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    desk.records
        .run(
            "create function meddle() returns trigger language plpgsql as
                $$ begin update contacts set note = 'meddled' where id = new.id; return null; end $$;
             create function cancel() returns trigger language plpgsql as $$ begin return null; end $$;
             create trigger after_it after update on contacts for each row
                when (new.note = 'meddle' ) execute function meddle();
             create trigger before_it before update on contacts for each row
                when (new.note = 'cancel') execute function cancel()",
        )
        .await;
    noticed(&desk, "string_agg").await;
}

async fn triggers_in_sqlite_are_noticed(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    desk.records
        .run(
            "create trigger after_it after update on contacts when new.note = 'meddle'
                begin update contacts set note = 'meddled' where id = new.id; end;
             create trigger before_it before update on contacts when new.note = 'cancel'
                begin select raise(ignore); end",
        )
        .await;
    noticed(&desk, "group_concat").await;
}

async fn noticed(desk: &Desk, _: &str) {
    for (note, code) in [("meddle", Code::ReadbackMismatch), ("cancel", Code::ProviderError)] {
        let outcome = desk.write("update", "contacts", keys(&[1, 2]), json!({"note": note})).await;
        assert_eq!((outcome.status, outcome.code), (OutcomeStatus::Failed, Some(code)));
        let untouched = "select cast(count(*) as text) from contacts where note = 'x'";
        assert_eq!(desk.records.text(untouched).await.unwrap(), "3");
    }
    let fine = desk.write("update", "contacts", keys(&[1, 2]), json!({"note": "fine"})).await;
    assert_eq!(fine.status, OutcomeStatus::Committed);
}

async fn a_deferred_trigger_is_noticed_too(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    desk.records
        .run(
            "create function meddle() returns trigger language plpgsql as
                $$ begin update contacts set note = 'meddled' where id = 1; return null; end $$;
             create constraint trigger late after update on contacts deferrable initially deferred for each row
                when (new.note = 'y') execute function meddle()",
        )
        .await;
    let outcome = desk.write("update", "contacts", keys(&[1]), json!({"note": "y"})).await;
    assert_eq!((outcome.status, outcome.code), (OutcomeStatus::Failed, Some(Code::ReadbackMismatch)));
    assert_eq!(desk.records.text(NOTES).await.unwrap(), "x x x");
}

async fn a_refusal_is_an_outcome(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    desk.records.run("alter table contacts add constraint polite check (note <> 'rude')").await;
    let outcome = desk.write("update", "contacts", keys(&[2]), json!({"note": "rude"})).await;
    assert_eq!((outcome.status, outcome.code), (OutcomeStatus::Failed, Some(Code::ProviderError)));
    assert!(outcome.records.is_empty());
}

async fn a_lock_that_somebody_holds_leaves_the_effect_pending(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    let place = desk.records.place_as("postgres", "?options[lock_timeout]=50ms");
    let connector = Connector::open(&place, desk.records.folder()).await.unwrap();
    let allowed = desk.allow("update", "contacts", keys(&[1, 2]), json!({"note": "y"})).await;
    let mut other = desk.records.other().await;
    let held = hold(&mut other, "select 1 from contacts where id = 2 for update").await;
    let told = desk.apply_through(&connector, &allowed).await.unwrap_err();
    assert!(told.to_string().contains("lock timeout"), "{told}");
    assert_eq!(desk.records.text("select count(*)::text from helm_outbox").await.unwrap(), "0");
    held.rollback().await.unwrap();
    assert_eq!(desk.records.text(NOTES).await.unwrap(), "x x x");
    let outcome = desk.apply_through(&connector, &allowed).await.unwrap();
    assert_eq!(outcome.status, OutcomeStatus::Committed);
    assert_eq!(desk.records.text(NOTES).await.unwrap(), "y y x");
}

async fn a_connection_that_is_lost_leaves_the_effect_pending(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    let allowed = desk.allow("update", "contacts", keys(&[1, 2]), json!({"note": "y"})).await;
    let mut other = desk.records.other().await;
    let held = hold(&mut other, "select 1 from contacts where id = 2 for update").await;
    let cut = async {
        waiting(&desk, "1").await;
        let end = "select cast(count(pg_terminate_backend(pid)) as text) from pg_stat_activity
            where application_name = 'helm' and wait_event_type = 'Lock' and datname = current_database()";
        assert_eq!(desk.records.text(end).await.unwrap(), "1");
    };
    let (lost, ()) = tokio::join!(desk.apply(&allowed), cut);
    assert!(lost.is_err(), "{lost:?}");
    held.rollback().await.unwrap();
    assert_eq!(desk.records.text(NOTES).await.unwrap(), "x x x");
    assert_eq!(desk.apply(&allowed).await.unwrap().status, OutcomeStatus::Committed);
    assert_eq!(desk.records.text(NOTES).await.unwrap(), "y y x");
}

/// Both are held up at the middle record; whoever gets it first goes on, and the other finds that the records moved.
async fn many_records_in_opposite_orders_do_not_block_each_other(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    let up = desk.allow("update", "contacts", keys(&[1, 2, 3]), json!({"note": "up"})).await;
    let down = desk.allow("update", "contacts", keys(&[3, 2, 1]), json!({"note": "down"})).await;
    let mut other = desk.records.other().await;
    let held = hold(&mut other, "select 1 from contacts where id = 2 for update").await;
    let release = async {
        waiting(&desk, "2").await;
        held.rollback().await.unwrap();
    };
    let (up, down, ()) = tokio::join!(finished(&desk, &up), finished(&desk, &down), release);
    let mut codes = [up.code, down.code];
    codes.sort();
    assert_eq!(codes, [None, Some(Code::PreconditionFailed)]);
}

async fn finished(desk: &Desk, allowed: &Allowed) -> Applied {
    desk.apply(allowed).await.unwrap()
}

async fn hold<'c>(other: &'c mut AnyConnection, lock: &'static str) -> sqlx::Transaction<'c, sqlx::Any> {
    let mut held = other.begin().await.unwrap();
    held.execute(lock).await.unwrap();
    held
}

/// Returns once that many of the connector's sessions wait for a lock.
async fn waiting(desk: &Desk, count: &str) {
    while desk.records.text(WAITING).await.unwrap() != count {
        tokio::task::yield_now().await;
    }
}
