//! Whose a record is, and who is told when somebody else reaches for it.

use std::collections::BTreeMap;

use evidence::action::{LiveSchema, Owner, Proposed, RecordKey};
use evidence::name::Name;
use evidence::receipt::OutcomeStatus;
use serde_json::json;

use crate::desk::{Desk, named, owner};
use crate::place::Records;

crate::stories! { on both:
    a_key_that_names_another_tenant_is_that_tenants_whether_the_record_exists_or_not,
    a_write_that_would_give_a_record_away_tells_who_would_get_it,
    each_tenant_whose_records_are_reached_for_is_told_of_its_own,
    tenants_may_be_numbers,
}

const RECORDS: &str = "
    create table orders (tenant_id text not null, id integer not null, note text, primary key (tenant_id, id));
    insert into orders values ('acme', 1, 'ours'), ('globex', 1, 'theirs');
    create table contacts (id text not null primary key, tenant_id text not null, note text);
    insert into contacts values ('a', 'acme', 'x'), ('b', 'globex', 'x'), ('c', 'initech', 'x'), ('d', 'globex', 'x')";

async fn a_key_that_names_another_tenant_is_that_tenants_whether_the_record_exists_or_not(records: Records) {
    let desk = Desk::new(records, RECORDS).await;
    for (operation, id) in [("insert", 77), ("update", 77), ("update", 1), ("delete", 1), ("insert", 1)] {
        let key = json!([{"tenant_id": "globex", "id": id}]);
        let seen = desk.see(operation, "orders", key, json!({"note": "mine"})).await;
        assert!(matches!(owner(&seen), Owner::Foreign(_)), "{operation} {id}");
        let record = &seen.action.records[0];
        assert!(
            matches!(record.key, RecordKey::Foreign(_)) && record.before.is_none() && record.after.is_none()
        );
        assert_eq!(seen.victims.keys().map(Name::as_str).collect::<Vec<_>>(), ["globex"]);
        assert!(!serde_json::to_string(&seen.action).unwrap().contains("globex"));
    }
    let own =
        desk.write("insert", "orders", json!([{"tenant_id": "acme", "id": 2}]), json!({"note": "new"})).await;
    assert_eq!(own.status, OutcomeStatus::Committed);
}

async fn a_write_that_would_give_a_record_away_tells_who_would_get_it(records: Records) {
    let mut desk = Desk::new(records, RECORDS).await;
    let contacts = desk.contract.tables.get_mut("contacts").unwrap();
    contacts.columns.get_mut("tenant_id").unwrap().writable = true;
    for (operation, id) in [("update", "a"), ("insert", "new")] {
        let seen = desk.see(operation, "contacts", json!([{"id": id}]), json!({"tenant_id": "globex"})).await;
        let set = &seen.action.set[&named::<evidence::name::Text>("tenant_id")];
        assert!(matches!(set, Proposed::Foreign(_)));
        assert_eq!(seen.victims, BTreeMap::from([(named("globex"), Vec::new())]));
    }
    let kept = desk.see("update", "contacts", json!([{"id": "a"}]), json!({"tenant_id": "acme"})).await;
    assert!(kept.victims.is_empty());
}

async fn each_tenant_whose_records_are_reached_for_is_told_of_its_own(records: Records) {
    let desk = Desk::new(records, RECORDS).await;
    let all = json!([{"id": "d"}, {"id": "a"}, {"id": "c"}, {"id": "b"}]);
    let seen = desk.see("update", "contacts", all, json!({"note": "y"})).await;
    assert_eq!(seen.action.schema, LiveSchema::Matches);
    let told: Vec<(&str, usize)> =
        seen.victims.iter().map(|(name, keys)| (name.as_str(), keys.len())).collect();
    assert_eq!(told, [("globex", 2), ("initech", 1)]);
    // Only what is Acme's own is kept for a restore.
    assert_eq!(seen.before.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false, false]);
}

async fn tenants_may_be_numbers(records: Records) {
    let desk = Desk::new(
        records,
        "create table notes (id integer not null primary key, account_id integer not null, note text);
         insert into notes values (1, 42, 'theirs')",
    )
    .await;
    assert_eq!(desk.contract.tables["notes"].tenant_column.as_str(), "account_id");
    let seen = desk.see("update", "notes", json!([{"id": 1}]), json!({"note": "mine"})).await;
    assert!(matches!(owner(&seen), Owner::Foreign(_)));
    assert_eq!(seen.victims.keys().next().unwrap().as_str(), "42");
}
