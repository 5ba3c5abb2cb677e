//! `portal connectors`: where the vendors' systems of record are, and how they compare with the contracts.

use std::process::ExitCode;

use crate::clock::Clock;
use crate::config::{Connection, Drafting, Whereabouts};
use crate::connectors::{Connector, Connectors};
use crate::keys::Signer;
use crate::ledger::Ledger;
use crate::portal::StartError;
use crate::registry::Registry;
use crate::store::Store;
use crate::vault::Vault;

/// Remembers where a system of record is.
pub async fn add(added: &Whereabouts) -> Result<ExitCode, StartError> {
    let Opened { connectors, registry, .. } = open(&added.connection).await?;
    let named = &added.connection.connector;
    if registry.vendor(&named.vendor).await?.is_none() {
        return Err(format!("there is no vendor {} here; check the spelling", named.vendor).into());
    }
    connectors.add(&named.vendor, &named.connector, &added.at.reveal().parse()?).await?;
    println!("{}/{} is open, has an outbox and is remembered", named.vendor, named.connector);
    Ok(ExitCode::SUCCESS)
}

/// Prints a first contract.
pub async fn draft(drafting: &Drafting) -> Result<ExitCode, StartError> {
    let connector = open(&drafting.connection).await?.connector(&drafting.connection).await?;
    let name = drafting.connection.connector.connector.clone();
    let live = connector.introspect().await?;
    let tenant_column = drafting.tenant_column.as_deref();
    let draft = crate::connectors::draft::draft(name, connector.database(), &live, tenant_column);
    for (table, reason) in &draft.left_out {
        eprintln!("{table} is left out: {reason}");
    }
    println!("{}", serde_json::to_string_pretty(&draft.contract)?);
    Ok(ExitCode::SUCCESS)
}

/// Compares the live schema with every contract in force.
pub async fn check(connection: &Connection) -> Result<ExitCode, StartError> {
    let opened = open(connection).await?;
    let connector = opened.connector(connection).await?;
    let named = &connection.connector;
    let mut fits = true;
    for tenant in opened.registry.tenants(&named.vendor).await? {
        let in_force = opened.ledger.in_force(&tenant, &named.connector).await?;
        let Some((_, contract)) = in_force.contract else { continue };
        for sentence in connector.drift(&contract).await? {
            println!("{}, version {} of the contract: {sentence}", tenant.name(), contract.version);
            fits = false;
        }
    }
    if fits {
        println!("{}/{} is open, and every contract in force fits", named.vendor, named.connector);
    }
    Ok(if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Opened {
    connectors: Connectors,
    ledger: Ledger,
    registry: Registry,
}

impl Opened {
    async fn connector(&self, connection: &Connection) -> Result<Connector, StartError> {
        let named = &connection.connector;
        let id = (named.vendor.clone(), named.connector.clone());
        let found = self.connectors.open(&id).await?;
        let missing = || {
            format!(
                "there is no connector {}/{} here; `portal connectors add` makes one",
                named.vendor, named.connector
            )
        };
        Ok(found.ok_or_else(missing)?)
    }
}

async fn open(connection: &Connection) -> Result<Opened, StartError> {
    let home = &connection.home;
    let store = Store::open_as_it_is(&home.data, home.url()).await?;
    let (signer, vault) = (Signer::of(home)?, Vault::open(&home.data)?);
    let ledger = Ledger::open(store.clone(), signer, vault.clone(), Clock::system()).await?;
    let registry = Registry::new(store.clone(), vault.clone(), ledger.clone(), String::new());
    Ok(Opened { connectors: Connectors::new(store, vault, &home.data), ledger, registry })
}
