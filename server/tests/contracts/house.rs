//! A portal's memory, a vendor in it, and the database of its customers' records.

use app::portal::{ContractDraft, TableDraft};
use evidence::dsse::Signed;
use evidence::name::{Name, Text};
use evidence::receipt::{ActivationReceipt, Receipt};
use evidence::timestamp::Timestamp;
use server::clock::Clock;
use server::connectors::Connectors;
use server::contracts::{Activation, Contracts, KeptDraft, RolledOut, Version};
use server::keys::Signer;
use server::ledger::Ledger;
use server::registry::{Agent, Registry, Tenant, Vendor};
use server::store::Store;
use server::vault::Vault;

use crate::place::Place;
use crate::records::Records;

pub const TABLES: &str = "
    create table contacts (id text primary key, tenant_id text not null, email text, phone text, status text not null);
    create table orders (number integer not null, org_id text not null, note text, primary key (org_id, number));
    create table audit (line integer primary key, entry text);
    create table heap (tenant_id text, entry text);
";

pub struct House {
    pub connectors: Connectors,
    pub contracts: Contracts,
    pub ledger: Ledger,
    pub records: Records,
    pub registry: Registry,
    pub vendor: Vendor,
    pub crm: Name,
    _place: Place,
}

pub fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

impl House {
    pub async fn on_sqlite() -> Self {
        Self::open(Place::sqlite(), Records::sqlite()).await
    }

    pub async fn on_postgres() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("no TEST_POSTGRES_URL: told on SQLite only");
            return None;
        };
        Some(Self::open(Place::postgres(&url).await, Records::postgres(&url).await).await)
    }

    async fn open(place: Place, records: Records) -> Self {
        let store = Store::open(place.folder(), place.url()).await.unwrap();
        let vault = Vault::open(place.folder()).unwrap();
        let signer = Signer::open(place.folder(), Some(&"07".repeat(32))).unwrap();
        let clock = Clock::fixed(named::<Timestamp>("2026-11-02T09:00:00.000000Z"));
        let ledger = Ledger::open(store.clone(), signer, vault.clone(), clock.clone()).await.unwrap();
        let registry =
            Registry::new(store.clone(), vault.clone(), ledger.clone(), "portal.example".to_owned());
        let vendor = registry.create_vendor(&named("northwind"), &named("Northwind")).await.unwrap();
        let connectors = Connectors::new(store.clone(), vault, records.folder());
        let contracts = Contracts::new(store, connectors.clone(), ledger.clone(), clock);
        records.run(TABLES).await;
        let crm = named("crm");
        connectors.add(&vendor.name, &crm, &records.place()).await.unwrap();
        Self { connectors, contracts, ledger, records, registry, vendor, crm, _place: place }
    }

    pub async fn tenant(&self, name: &str) -> Tenant {
        let agent = Agent { name: named("support-agent"), title: named("Support") };
        let (name, title, ada) = (named(name), named(&name.to_uppercase()), named("ada"));
        self.registry.create_tenant(&self.vendor, &name, &title, &[agent], &ada).await.unwrap()
    }

    pub async fn tenants(&self) -> Vec<Tenant> {
        self.registry.tenants(&self.vendor.name).await.unwrap()
    }

    /// What ada makes of the live schema.
    pub async fn introspect(&self) -> KeptDraft {
        let latest = self.latest().await;
        let latest = latest.as_ref().map(|version| version.contract.as_ref());
        let ada: Text = named("ada");
        self.contracts.introspect(&self.vendor.name, &self.crm, None, &ada, latest).await.unwrap()
    }

    /// What ada changes in a table of the draft.
    pub async fn edit(&self, table: &str, change: impl FnOnce(&mut TableDraft)) {
        let mut kept = self.draft().await;
        change(kept.draft.tables.get_mut(table).unwrap());
        self.save(kept.revision, &kept.draft).await;
    }

    pub async fn save(&self, revision: i64, draft: &ContractDraft) {
        let (vendor, ada) = (&self.vendor.name, named("ada"));
        self.contracts.save_draft(vendor, &self.crm, revision, draft, &ada).await.unwrap();
    }

    pub async fn draft(&self) -> KeptDraft {
        self.contracts.draft(&self.vendor.name, &self.crm).await.unwrap().unwrap()
    }

    pub async fn latest(&self) -> Option<Version> {
        let tenants = self.tenants().await;
        self.contracts.latest(&self.vendor.name, &self.crm, &tenants).await.unwrap()
    }

    /// Grace puts the draft in force for everybody.
    pub async fn activate(&self) -> (Version, Vec<RolledOut>) {
        let tenants = self.tenants().await;
        let activation =
            Activation { by: named("grace"), reason: named("agreed"), revision: self.draft().await.revision };
        let activated = self.contracts.activate(&self.vendor.name, &self.crm, &tenants, &activation);
        let version = Box::pin(activated).await.unwrap();
        let done = self.contracts.roll_out(&version, &tenants, &activation.by, &activation.reason).await;
        (version, done)
    }

    /// Every activation in a tenant's log, oldest first.
    pub async fn activations(&self, tenant: &Tenant) -> Vec<ActivationReceipt> {
        let range = self.ledger.range(tenant, 0, None).await.unwrap().unwrap();
        let receipts =
            range.receipts.iter().map(|bytes| Receipt::read(&Signed::parse(bytes).unwrap()).unwrap());
        let activation = |receipt| match receipt {
            Receipt::Activation(activation) => Some(activation),
            _ => None,
        };
        receipts.filter_map(activation).collect()
    }
}
