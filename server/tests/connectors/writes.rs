//! Writes and their undoing, of one record and of many.

use evidence::reason::Code;
use evidence::receipt::OutcomeStatus;
use evidence::value::Value;
use serde_json::json;

use crate::desk::{Desk, allowed, found, owner};
use crate::place::Records;

crate::stories! { on both:
    a_restore_takes_back_an_update_an_insert_and_a_delete,
    a_write_that_no_longer_fits_is_not_begun,
    one_and_many_records_are_added_changed_and_removed,
    what_looks_like_sql_is_only_text,
}

const CONTACTS: &str = "
    create table contacts (region text not null, id integer not null, tenant_id text not null, note text, owner text,
        primary key (region, id));
    insert into contacts values ('eu', 1, 'acme', 'one', null), ('eu', 2, 'acme', null, 'tom'), ('us', 1, 'acme', 'x', 'y');
    insert into contacts values ('eu', 9, 'globex', 'theirs', null)";

async fn one_and_many_records_are_added_changed_and_removed(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    let both = json!([{"region": "eu", "id": 2}, {"region": "eu", "id": 1}]);
    let changed = desk.write("update", "contacts", both.clone(), json!({"note": "new", "owner": null})).await;
    assert_eq!((changed.status, changed.records.len()), (OutcomeStatus::Committed, 2));
    let all = "select group_concat(region || id || coalesce(note, '-') || coalesce(owner, '-'), ' ') from
        (select * from contacts order by region, id)";
    let all = if desk.records.database() == evidence::contract::Database::Sqlite {
        all
    } else {
        "select string_agg(region || id || coalesce(note, '-') || coalesce(owner, '-'), ' ' order by region, id)
            from contacts"
    };
    assert_eq!(desk.records.text(all).await.unwrap(), "eu1new- eu2new- eu9theirs- us1xy");

    let two = json!([{"region": "eu", "id": 3}, {"region": "as", "id": 1}]);
    let added = desk.write("insert", "contacts", two, json!({"note": "added"})).await;
    assert_eq!(added.status, OutcomeStatus::Committed);
    assert!(added.records.iter().all(|record| record.before.is_none() && record.after.is_some()));
    let removed = desk.write("delete", "contacts", both, json!({})).await;
    assert_eq!(removed.status, OutcomeStatus::Committed);
    assert_eq!(desk.records.text(all).await.unwrap(), "as1added- eu3added- eu9theirs- us1xy");
}

async fn a_restore_takes_back_an_update_an_insert_and_a_delete(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    for (operation, inverse, ids, set) in [
        ("update", "update", [1, 2], json!({"note": "new"})),
        ("insert", "delete", [5, 6], json!({"note": "new"})),
        ("delete", "insert", [1, 2], json!({})),
    ] {
        let keys = json!(ids.map(|id| json!({"region": "eu", "id": id})));
        let done = desk.allow(operation, "contacts", keys.clone(), set).await;
        let before = done.seen.before.clone();
        let outcome = desk.apply(&done).await.unwrap();
        assert_eq!(outcome.status, OutcomeStatus::Committed, "{operation}");
        let undo = desk.see_restore(inverse, "contacts", keys, json!({}), Some(before)).await;
        let undone = desk.apply(&allowed(undo)).await.unwrap();
        assert_eq!(undone.status, OutcomeStatus::Committed, "{operation}");
        for (done, undone) in outcome.records.iter().zip(&undone.records) {
            assert_eq!((done.before, done.after), (undone.after, undone.before), "{operation}");
        }
    }
    let seen = desk.see("update", "contacts", json!([{"region": "eu", "id": 2}]), json!({})).await;
    assert_eq!((found(&seen, "note"), found(&seen, "owner")), (Value::Null, "tom".into()));
}

async fn a_write_that_no_longer_fits_is_not_begun(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    let one = json!([{"region": "eu", "id": 1}]);
    let late = desk.allow("update", "contacts", one.clone(), json!({"note": "late"})).await;
    let moved = desk.allow("update", "contacts", one, json!({"note": "moved"})).await;
    desk.records.run("update contacts set owner = 'somebody' where region = 'eu' and id = 1").await;
    let outcome = desk.apply(&moved).await.unwrap();
    assert_eq!((outcome.status, outcome.code), (OutcomeStatus::NotApplied, Some(Code::PreconditionFailed)));
    assert_eq!(outcome.records[0].before, outcome.records[0].after);
    desk.clock.advance(61);
    let outcome = desk.apply(&late).await.unwrap();
    assert_eq!((outcome.status, outcome.code), (OutcomeStatus::NotApplied, Some(Code::PermitExpired)));
    let note = "select note from contacts where region = 'eu' and id = 1";
    assert_eq!(desk.records.text(note).await.unwrap(), "one");
}

async fn what_looks_like_sql_is_only_text(records: Records) {
    let desk = Desk::new(records, CONTACTS).await;
    let hostile = "'; drop table contacts; -- \" $1 ?1 \\' /* */ {} \u{202e}";
    let key = json!([{"region": hostile, "id": 7}]);
    let added = desk.write("insert", "contacts", key.clone(), json!({"note": hostile})).await;
    assert_eq!(added.status, OutcomeStatus::Committed);
    let seen = desk.see("update", "contacts", key, json!({"owner": hostile})).await;
    assert_eq!((found(&seen, "region"), found(&seen, "note")), (hostile.into(), hostile.into()));

    for (table, column) in [("contacts; --", "note"), ("contacts", "note = 'x' --"), ("contacts", "NOTE")] {
        let one = json!([{"region": "eu", "id": 1}]);
        let seen = desk.see("update", table, one, json!({column: "x"})).await;
        assert!(!crate::desk::conforms(&seen.action, column), "{table} {column}");
        assert!(seen.action.records[0].after.is_none());
    }
    for key in [
        json!({"region": "eu' or 'a' = 'a", "id": 1}),
        json!({"region": "eu", "id": "1 or 1 = 1"}),
        json!({"region": "EU", "id": 1}),
        json!({"region": "eu", "id": 1, "note": "one"}),
        json!({"region": "eu"}),
        json!({"region": null, "id": 1}),
        json!({"region": true, "id": 1}),
    ] {
        let seen = desk.see("update", "contacts", json!([key]), json!({"note": "x"})).await;
        assert!(seen.before[0].is_none() && *owner(&seen) != evidence::action::Owner::Tenant, "{key}");
    }
    assert_eq!(desk.records.text("select cast(count(*) as text) from contacts").await.unwrap(), "5");
}
