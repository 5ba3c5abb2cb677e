//! Where the systems of record are: remembered by the portal's database, and by nobody in clear.

use std::path::Path;

use evidence::name::Name;
use server::clock::Clock;
use server::connectors::{Connectors, Place};
use server::keys::Signer;
use server::ledger::Ledger;
use server::registry::Registry;
use server::store::Store;
use server::vault::Vault;

use crate::desk::{morning, named};
use crate::place::Records;

crate::stories! {
    on both:
        a_connector_that_was_added_is_found_by_every_server_and_its_address_by_nobody,
        an_address_that_was_changed_elsewhere_is_noticed_without_a_new_start,
}

async fn a_connector_that_was_added_is_found_by_every_server_and_its_address_by_nobody(records: Records) {
    let folder = records.folder();
    let (store, vault, vendor) = remembered(folder).await;
    let crm: Name = named("crm");

    let (one, other) = (
        Connectors::new(store.clone(), vault.clone(), folder),
        Connectors::new(store.clone(), vault.clone(), folder),
    );
    assert!(other.find(&vendor, &crm).await.is_none());
    one.add(&vendor, &crm, &records.place()).await.unwrap();
    assert!(other.find(&vendor, &crm).await.is_some());
    assert_eq!(other.names(&vendor).await.unwrap(), std::slice::from_ref(&crm));
    assert!(other.find(&named("contoso"), &crm).await.is_none());

    let nowhere = "postgres://user:hush@127.0.0.1:1/none".parse().unwrap();
    let Err(told) = one.add(&vendor, &named("gone"), &nowhere).await else { panic!("added") };
    assert!(!told.to_string().contains("hush"), "{told}");
    let Err(told) = one.add(&vendor, &named("gone"), &"postgres://user:hush@[".parse().unwrap()).await else {
        panic!("added")
    };
    assert!(!told.to_string().contains("hush"), "{told}");
    assert_eq!(one.names(&vendor).await.unwrap(), [crm]);
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ledger.db")) {
            let bytes = std::fs::read(path).unwrap();
            for clear in ["postgres://", "records.db"] {
                assert!(!bytes.windows(clear.len()).any(|window| window == clear.as_bytes()));
            }
        }
    }
}

async fn an_address_that_was_changed_elsewhere_is_noticed_without_a_new_start(records: Records) {
    let folder = records.folder();
    let (store, vault, vendor) = remembered(folder).await;
    let crm: Name = named("crm");
    std::fs::write(folder.join("empty.db"), b"").unwrap();
    records.run("create table contacts (id text primary key)").await;
    let (one, other) = (
        Connectors::new(store.clone(), vault.clone(), folder),
        Connectors::new(store.clone(), vault.clone(), folder),
    );
    let empty = Place::Sqlite("empty.db".into());
    one.add(&vendor, &crm, &empty).await.unwrap();
    let tables = async |of: &Connectors| {
        let connector = of.find(&vendor, &crm).await.unwrap();
        connector.introspect().await.unwrap().len()
    };
    assert_eq!((tables(&one).await, tables(&other).await), (0, 0));
    one.add(&vendor, &crm, &records.place()).await.unwrap();
    other.refresh().await.unwrap();
    assert_eq!((tables(&one).await, tables(&other).await), (1, 1));
    assert_eq!(other.place(&(vendor.clone(), crm.clone())).await.unwrap(), Some(records.place()));
    one.forget(&vendor, &crm).await.unwrap();
    other.refresh().await.unwrap();
    for server in [&one, &other] {
        assert!(!server.knows(&vendor, &crm).await.unwrap());
        assert!(server.find(&vendor, &crm).await.is_none());
    }
    one.add(&named("contoso"), &crm, &empty).await.unwrap();
    assert_eq!(one.files_of_others(&vendor).await.unwrap(), [folder.join("empty.db")]);
    assert!(one.files_of_others(&named("contoso")).await.unwrap().is_empty());
}

/// A portal's database with two vendors in it, and its vault.
async fn remembered(folder: &Path) -> (Store, Vault, Name) {
    let store = Store::open(folder, None).await.unwrap();
    let vault = Vault::open(folder).unwrap();
    let signer = Signer::open(folder, Some(&"07".repeat(32))).unwrap();
    let clock = Clock::fixed(morning());
    let ledger = Ledger::open(store.clone(), signer, vault.clone(), clock).await.unwrap();
    let registry = Registry::new(store.clone(), vault.clone(), ledger, "portal.example".to_owned());
    registry.create_vendor(&named("contoso"), &named("Contoso")).await.unwrap();
    let vendor = registry.create_vendor(&named("northwind"), &named("Northwind")).await.unwrap().name;
    (store, vault, vendor)
}
