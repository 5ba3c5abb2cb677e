//! Where the systems of record are: remembered by the portal's database, and by nobody in clear.

use evidence::name::Name;
use server::clock::Clock;
use server::connectors::Connectors;
use server::keys::Signer;
use server::ledger::Ledger;
use server::registry::Registry;
use server::store::Store;
use server::vault::Vault;

use crate::desk::{morning, named};
use crate::place::Records;

crate::stories! { on both: a_connector_that_was_added_is_found_by_every_server_and_its_address_by_nobody }

async fn a_connector_that_was_added_is_found_by_every_server_and_its_address_by_nobody(records: Records) {
    let folder = records.folder();
    let store = Store::open(folder, None).await.unwrap();
    let vault = Vault::open(folder).unwrap();
    let signer = Signer::open(folder, Some(&"07".repeat(32))).unwrap();
    let clock = Clock::fixed(morning());
    let ledger = Ledger::open(store.clone(), signer, vault.clone(), clock).await.unwrap();
    let registry = Registry::new(store.clone(), vault.clone(), ledger, "portal.example".to_owned());
    let vendor = registry.create_vendor(&named("northwind"), &named("Northwind")).await.unwrap().name;
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
