//! The live schema: drafted into a contract, and told from it when it changes.

use evidence::action::LiveSchema;
use evidence::contract::{Class, ColumnType, OperationKind};
use evidence::name::Identifier;
use evidence::reason::Code;
use evidence::receipt::OutcomeStatus;
use serde_json::json;
use server::connectors::Connector;
use server::connectors::draft::draft;

use crate::desk::{Desk, named, sentences};
use crate::place::Records;

mod both {
    use super::{a_changed_table_stops_its_writes_and_no_others, a_draft_holds_what_can_be_governed};

    crate::stories! { on both: a_changed_table_stops_its_writes_and_no_others, a_draft_holds_what_can_be_governed }
}

mod one {
    use super::{
        generated_columns_follow_from_the_others, rows_that_a_policy_hides_are_not_governed,
        the_documented_grants_are_enough_and_no_more_is_possible, the_outbox_is_asked_of_the_owner,
        views_and_partitions_are_left_out,
    };

    crate::stories! { on postgres:
        generated_columns_follow_from_the_others,
        rows_that_a_policy_hides_are_not_governed,
        the_documented_grants_are_enough_and_no_more_is_possible,
        the_outbox_is_asked_of_the_owner,
        views_and_partitions_are_left_out,
    }
}

const TABLES: &str = "
    create table contacts (id integer not null primary key, tenant_id text not null, note text, age integer not null);
    create table orders (org_id text not null, id integer not null, note text, primary key (org_id, id));
    create table settings (name text not null primary key, setting text);
    create table events (tenant_id text not null, what text);
    insert into contacts values (1, 'acme', 'x', 30);
    insert into orders values ('acme', 1, 'x')";

async fn a_draft_holds_what_can_be_governed(records: Records) {
    let desk = Desk::new(records, TABLES).await;
    let contract = &desk.contract;
    assert_eq!(contract.tables.keys().map(Identifier::as_str).collect::<Vec<_>>(), ["contacts", "orders"]);
    let contacts = &contract.tables["contacts"];
    assert_eq!(contacts.columns["id"].class, Class::Open);
    assert_eq!(contacts.columns["age"].kind, ColumnType::Integer);
    assert_eq!((contacts.columns["note"].class, contacts.columns["note"].writable), (Class::Sealed, true));
    assert!(contacts.columns["note"].nullable && !contacts.columns["age"].nullable);
    assert_eq!(contacts.operations[&OperationKind::Delete].max_rows, 1);
    let orders = &contract.tables["orders"];
    assert_eq!((orders.tenant_column.as_str(), orders.key[0].as_str()), ("org_id", "org_id"));
    assert!(!orders.columns["id"].writable);

    let live = desk.connector.introspect().await.unwrap();
    let drafted = draft(named("crm"), desk.records.database(), &live, Some("name"));
    assert_eq!(drafted.contract.tables.keys().map(Identifier::as_str).collect::<Vec<_>>(), ["settings"]);
    let reasons: Vec<&str> = drafted.left_out.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(
        reasons,
        ["no column of it names a tenant", "it has no primary key", "no column of it names a tenant"]
    );
}

async fn a_changed_table_stops_its_writes_and_no_others(records: Records) {
    let desk = Desk::new(records, TABLES).await;
    let one = json!([{"id": 1}]);
    let allowed = desk.allow("update", "contacts", one.clone(), json!({"note": "y"})).await;
    desk.records.run("alter table contacts add column extra text").await;

    let outcome = desk.apply(&allowed).await.unwrap();
    let drift = Some(Code::ConnectorContractDrift);
    assert_eq!((outcome.status, outcome.code), (OutcomeStatus::NotApplied, drift));
    let seen = desk.see("update", "contacts", one.clone(), json!({"note": "y"})).await;
    assert_eq!(seen.action.schema, LiveSchema::Drifted);
    let other =
        desk.write("update", "orders", json!([{"org_id": "acme", "id": 1}]), json!({"note": "y"})).await;
    assert_eq!(other.status, OutcomeStatus::Committed);
    assert_eq!(desk.drift().await, ["Column contacts.extra was added."]);

    desk.records.run("alter table contacts drop column extra").await;
    let put_right = desk.write("update", "contacts", one.clone(), json!({"note": "y"})).await;
    assert_eq!(put_right.status, OutcomeStatus::Committed);
    desk.records.run("alter table contacts rename column note to remark").await;
    assert_eq!(
        desk.drift().await,
        ["Column contacts.note was dropped.", "Column contacts.remark was added."]
    );
    desk.records.run("drop table contacts").await;
    assert_eq!(desk.drift().await, ["Table contacts is missing."]);
    let seen = desk.see("update", "contacts", one, json!({"note": "y"})).await;
    assert_eq!(seen.action.schema, LiveSchema::Drifted);
}

async fn generated_columns_follow_from_the_others(records: Records) {
    let desk = Desk::new(
        records,
        "create table boxes (id bigint generated always as identity primary key, tenant_id text not null,
            width integer not null, area integer generated always as (width * width) stored);
         insert into boxes (tenant_id, width) values ('acme', 2)",
    )
    .await;
    let boxes = &desk.contract.tables["boxes"];
    assert!(!boxes.columns.contains_key("area") && !boxes.columns["id"].writable);
    let wider = desk.write("update", "boxes", json!([{"id": 1}]), json!({"width": 3})).await;
    assert_eq!(wider.status, OutcomeStatus::Committed);
    let added = desk.write("insert", "boxes", json!([{"id": 7}]), json!({"width": 4})).await;
    assert_eq!(added.status, OutcomeStatus::Committed);
    assert_eq!(
        desk.records.text("select string_agg(area::text, ' ' order by id) from boxes").await.unwrap(),
        "9 16"
    );
}

async fn views_and_partitions_are_left_out(records: Records) {
    let desk = Desk::new(
        records,
        "create table logs (id integer not null, tenant_id text not null, note text, primary key (id)) partition by range (id);
         create table logs_low partition of logs for values from (0) to (100);
         create table logs_high partition of logs for values from (100) to (200);
         create view all_logs as select * from logs;
         create table \"Wéird\" (id integer primary key, tenant_id text not null);
         insert into logs values (1, 'acme', 'x'), (150, 'acme', 'x')",
    )
    .await;
    assert_eq!(desk.contract.tables.len(), 1);
    let live = desk.connector.introspect().await.unwrap();
    let left_out = draft(named("crm"), desk.records.database(), &live, None).left_out;
    assert_eq!(left_out.len(), 4, "{left_out:?}");
    let both = json!([{"id": 1}, {"id": 150}]);
    let written = desk.write("update", "logs", both, json!({"note": "y"})).await;
    assert_eq!(written.status, OutcomeStatus::Committed);
}

/// Only the owner of a table, and whoever is above policies, sees all its rows.
async fn rows_that_a_policy_hides_are_not_governed(records: Records) {
    let desk = Desk::new(records, TABLES).await;
    desk.records
        .run(
            "create role reader_of_policies login;
             grant select, update on contacts, helm_outbox to reader_of_policies;
             alter table contacts enable row level security;
             create policy own on contacts using (tenant_id = 'acme')",
        )
        .await;
    let place = desk.records.place_as("reader_of_policies", "");
    let connector = Connector::open(&place, desk.records.folder()).await.unwrap();
    let told = sentences(&connector.drift(&desk.contract).await.unwrap());
    assert!(told[0].contains("row-level security hides records from this role"), "{told:?}");
    drop(connector);
    desk.records.run("drop owned by reader_of_policies; drop role reader_of_policies").await;
}

async fn the_documented_grants_are_enough_and_no_more_is_possible(records: Records) {
    let desk = Desk::new(records, TABLES).await;
    desk.records
        .run(
            "create role helm_least login;
             grant usage on schema public to helm_least;
             grant select, insert, update, delete on contacts to helm_least;
             grant select, insert on helm_outbox to helm_least",
        )
        .await;
    let place = desk.records.place_as("helm_least", "");
    let connector = Connector::open(&place, desk.records.folder()).await.unwrap();
    let live = connector.introspect().await.unwrap();
    assert_eq!(live.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["contacts"]);
    for (operation, id, set) in [
        ("update", 1, json!({"note": "y"})),
        ("insert", 2, json!({"note": "z", "age": 1})),
        ("delete", 2, json!({})),
    ] {
        let allowed = desk.allow(operation, "contacts", json!([{"id": id}]), set).await;
        let applied = desk.apply_through(&connector, &allowed).await.unwrap();
        assert_eq!(applied.status, OutcomeStatus::Committed, "{operation}");
    }
    let key = json!([{"org_id": "acme", "id": 1}]);
    let beyond = desk.allow("update", "orders", key, json!({"note": "y"})).await;
    let refused = desk.apply_through(&connector, &beyond).await.unwrap();
    assert_eq!((refused.status, refused.code), (OutcomeStatus::Failed, Some(Code::ProviderError)));
    assert_eq!(desk.records.text("select note from orders").await.unwrap(), "x");
    drop(connector);
    desk.records.run("drop owned by helm_least; drop role helm_least").await;
}

async fn the_outbox_is_asked_of_the_owner(records: Records) {
    records
        .run("create role helm_poor login; create table contacts (id integer primary key, tenant_id text)")
        .await;
    let place = records.place_as("helm_poor", "");
    let Err(refused) = Connector::open(&place, records.folder()).await else { panic!("opened") };
    assert!(refused.to_string().contains("create table helm_outbox (decision text primary key"), "{refused}");
    records.run("drop role helm_poor").await;
}
