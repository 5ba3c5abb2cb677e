//! Drafts: made of the live schema, edited, and told what is wrong with them.

use app::portal::{ContractDraft, RollbackKind, TableObstacle};
use evidence::contract::{Class, Consequence, OperationKind, Rollback};
use evidence::name::Identifier;
use server::contracts::{ContractsError, contract};

use crate::house::{House, named};

crate::stories! {
    a_draft_has_every_table_and_takes_those_that_can_be_governed,
    what_is_wrong_with_a_draft_is_told_by_field,
    what_was_said_survives_a_change_of_the_schema,
    two_people_who_edit_at_once_notice_each_other,
}

/// What is wrong, as `table/field key`.
fn faults(house: &House, draft: &ContractDraft) -> Vec<String> {
    let faults = contract(&house.crm, 1, draft).unwrap_err();
    let place = |table: &Option<String>| table.clone().unwrap_or_default();
    faults.iter().map(|fault| format!("{}/{} {}", place(&fault.table), fault.field, fault.said.key)).collect()
}

async fn a_draft_has_every_table_and_takes_those_that_can_be_governed(house: House) {
    let kept = house.introspect().await;
    assert_eq!((kept.revision, kept.changed_by.as_str()), (1, "ada"));
    let tables = &kept.draft.tables;
    assert_eq!(tables.keys().collect::<Vec<_>>(), ["audit", "contacts", "heap", "orders"]);
    let included: Vec<_> = tables.iter().filter(|(_, table)| table.included).map(|(name, _)| name).collect();
    assert_eq!(included, ["contacts", "orders"]);
    assert_eq!(tables["heap"].obstacle, Some(TableObstacle::NoKey));
    assert_eq!(tables["audit"].tenant_column, "");
    assert_eq!((tables["orders"].tenant_column.as_str(), tables["orders"].key.len()), ("org_id", 2));
    let made = contract(&house.crm, 1, &kept.draft).unwrap();
    assert!(
        house
            .connectors
            .find(&house.vendor.name, &house.crm)
            .await
            .unwrap()
            .drift(&made)
            .await
            .unwrap()
            .is_empty()
    );
    let contacts = &made.tables["contacts"];
    assert_eq!((contacts.columns["email"].class, contacts.columns["id"].class), (Class::Sealed, Class::Open));
    assert!(contacts.columns["email"].nullable && !contacts.columns["status"].nullable);
}

async fn what_is_wrong_with_a_draft_is_told_by_field(house: House) {
    let mut draft = house.introspect().await.draft;
    for table in ["contacts", "orders"] {
        draft.tables.get_mut(table).unwrap().included = false;
    }
    assert_eq!(faults(&house, &draft), ["/tables connectors.fault.no_table"]);
    for table in ["audit", "contacts", "heap"] {
        draft.tables.get_mut(table).unwrap().included = true;
    }
    let contacts = draft.tables.get_mut("contacts").unwrap();
    contacts.columns.iter_mut().for_each(|column| column.class = Class::Sealed);
    contacts.columns.iter_mut().for_each(|column| column.writable &= column.name != "status");
    let update = contacts.operations.get_mut(&OperationKind::Update).unwrap();
    update.columns.insert("gone".to_owned());
    "many".clone_into(&mut update.max_rows);
    "0".clone_into(&mut update.window);
    let insert = contacts.operations.get_mut(&OperationKind::Insert).unwrap();
    insert.columns.clear();
    "1001".clone_into(&mut insert.max_rows);
    insert.rollback = RollbackKind::Compensate;
    "orders.delete".clone_into(&mut insert.compensation);
    assert_eq!(
        faults(&house, &draft),
        [
            "audit/tenant_column connectors.fault.no_tenant",
            "contacts/class-id connectors.fault.sealed",
            "contacts/class-tenant_id connectors.fault.sealed",
            "contacts/offered-insert connectors.fault.no_columns",
            "contacts/max_rows-insert connectors.fault.max_rows",
            "contacts/compensation-insert connectors.fault.compensation",
            "contacts/offered-update connectors.fault.unknown_column",
            "contacts/update-status connectors.fault.not_writable",
            "contacts/max_rows-update connectors.fault.max_rows",
            "contacts/window-update connectors.fault.window",
            "heap/included connectors.obstacle.no_key",
        ]
    );
}

async fn what_was_said_survives_a_change_of_the_schema(house: House) {
    house.introspect().await;
    house
        .edit("contacts", |contacts| {
            contacts.columns.iter_mut().find(|column| column.name == "status").unwrap().class = Class::Open;
            contacts.operations.get_mut(&OperationKind::Delete).unwrap().offered = false;
            let update = contacts.operations.get_mut(&OperationKind::Update).unwrap();
            update.consequence = Consequence::Low;
            "30".clone_into(&mut update.window);
        })
        .await;
    house.edit("orders", |orders| orders.included = false).await;
    house
        .records
        .run("alter table contacts add column fax text; alter table contacts drop column phone")
        .await;
    house.records.run("create table tickets (id text primary key, tenant_id text)").await;
    let kept = house.introspect().await;
    let tables = &kept.draft.tables;
    assert!(!tables["orders"].included && !tables["tickets"].included);
    let made = contract(&house.crm, 1, &kept.draft).unwrap();
    let contacts = &made.tables["contacts"];
    assert_eq!(contacts.columns["status"].class, Class::Open);
    assert!(!contacts.columns.contains_key("phone"));
    assert!(contacts.columns["fax"].class == Class::Sealed && !contacts.columns["fax"].writable);
    assert!(!contacts.operations.contains_key(&OperationKind::Delete));
    let update = &contacts.operations[&OperationKind::Update];
    assert_eq!(update.columns.iter().map(Identifier::as_str).collect::<Vec<_>>(), ["email", "status"]);
    assert_eq!(update.rollback, Rollback::Restore { window_seconds: 30 * 86_400 });
    assert_eq!(update.consequence, Consequence::Low);
}

async fn two_people_who_edit_at_once_notice_each_other(house: House) {
    let read = house.introspect().await;
    house.save(read.revision, &read.draft).await;
    let grace = named("grace");
    let vendor = &house.vendor.name;
    let late = house.contracts.save_draft(vendor, &house.crm, read.revision, &read.draft, &grace).await;
    assert!(matches!(late, Err(ContractsError::Stale)), "{late:?}");
    assert_eq!(house.draft().await.revision, read.revision + 1);
    house.contracts.discard(vendor, &house.crm).await.unwrap();
    let gone = house.contracts.save_draft(vendor, &house.crm, read.revision + 1, &read.draft, &grace).await;
    assert!(matches!(gone, Err(ContractsError::Stale)), "{gone:?}");
}
