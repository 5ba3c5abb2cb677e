//! Where systems of record are, is told to the portal by its operator.

use evidence::contract::Contract;

use crate::place::Place;
use crate::portal::{Served, done, run};
use crate::stories;

stories! {
    a_system_of_record_is_added_drafted_and_compared,
}

async fn a_system_of_record_is_added_drafted_and_compared(place: Place) {
    Served::start(&place).stop();
    let checked = done(&place, &["connectors", "check", "northwind/crm"]);
    assert_eq!(checked, "northwind/crm is open, and every contract in force fits\n");
    let drafted = done(&place, &["connectors", "draft", "northwind/crm"]);
    let contract: Contract = serde_json::from_str(&drafted).unwrap();
    contract.check().unwrap();
    assert_eq!(contract.tables.len(), 4);

    let records = format!("sqlite://{}", place.folder().join("crm.db").display());
    meddle(&records, "alter table tickets add column extra text").await;
    let said = run(&place, &["connectors", "check", "northwind/crm"]);
    assert_eq!(said.code, 1);
    assert_eq!(said.out.lines().count(), 3, "{}", said.out);
    assert!(said.out.starts_with("acme, version 1 of the contract: Column tickets.extra was added.\n"));

    done(&place, &["connectors", "add", "northwind/copy", "--at", "crm.db"]);
    done(&place, &["connectors", "draft", "northwind/copy", "--tenant-column", "tenant_id"]);
    for (connector, at, because) in [
        ("northwind/none", "none.db", "could not be reached"),
        ("northwind/none", "postgres://user:hush@127.0.0.1:1/none", "could not be reached"),
        ("nobody/none", "crm.db", "there is no vendor nobody here"),
    ] {
        let said = run(&place, &["connectors", "add", connector, "--at", at]);
        assert_eq!(said.code, 1);
        assert!(said.err.contains(because) && !said.err.contains("hush"), "{}", said.err);
    }
    let said = run(&place, &["connectors", "check", "northwind/none"]);
    assert!(said.err.contains("there is no connector northwind/none here"), "{}", said.err);
}

async fn meddle(url: &str, statement: &'static str) {
    use sqlx::{Connection as _, Executor as _};
    sqlx::any::install_default_drivers();
    let mut other = sqlx::AnyConnection::connect(url).await.unwrap();
    other.execute(statement).await.unwrap();
    other.close().await.unwrap();
}
