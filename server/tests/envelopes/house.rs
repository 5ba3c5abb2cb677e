//! A vendor with one tenant, a contract in force, and two people.

use std::collections::BTreeMap;

use evidence::contract::{
    Class, Column, ColumnType, Consequence, Contract, Database, Operation, OperationKind, Rollback, Table,
};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Effect, Envelope, Rule};
use evidence::timestamp::Timestamp;
use server::clock::Clock;
use server::envelopes::{Envelopes, Place, Who};
use server::keys::Signer;
use server::ledger::{ActivationDraft, Document, Ledger};
use server::registry::{Agent, Registry, Vendor};
use server::store::Store;
use server::vault::Vault;

use crate::place::Place as Home;

pub struct House {
    pub envelopes: Envelopes,
    pub ledger: Ledger,
    pub registry: Registry,
    pub vendor: Vendor,
}

pub fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn morning() -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000).unwrap()
}

/// Who proposes.
pub fn grace() -> Who {
    Who { id: "m-1".to_owned(), name: named("Grace Hopper") }
}

/// Who activates.
pub fn ada() -> Who {
    Who { id: "m-2".to_owned(), name: named("Ada Lovelace") }
}

impl House {
    pub async fn open(home: &Home) -> Self {
        let clock = Clock::fixed(morning());
        let store = Store::open(home.folder(), home.url()).await.unwrap();
        let signer = Signer::open(home.folder(), Some(&"07".repeat(32))).unwrap();
        let vault = Vault::open(home.folder()).unwrap();
        let ledger = Ledger::open(store.clone(), signer, vault.clone(), clock.clone()).await.unwrap();
        let registry = Registry::new(store.clone(), vault, ledger.clone(), "portal.example".to_owned());
        let vendor = registry.create_vendor(&named("northwind"), &named("Northwind CRM")).await.unwrap();
        let envelopes = Envelopes::new(store, ledger.clone(), clock);
        Self { envelopes, ledger, registry, vendor }
    }

    /// The tenant `acme` with its contract.
    pub async fn acme(&self) -> Place {
        let agents = [Agent { name: named("support-agent"), title: named("Support agent") }];
        let (name, title, by) = (named("acme"), named("Acme"), named("ada"));
        let created = self.registry.create_tenant(&self.vendor, &name, &title, &agents, &by);
        let place = Place { tenant: created.await.unwrap(), connector: named("crm") };
        if self.envelopes.in_force(&place).await.unwrap().contract.is_none() {
            self.activate(&place, Document::Contract(Box::new(contract()))).await;
        }
        place
    }

    pub async fn activate(&self, place: &Place, document: Document) {
        let activation = ActivationDraft {
            by: named("ada"),
            changes: Vec::new(),
            connector: named("crm"),
            document,
            proposed_by: None,
            reason: named("agreed"),
        };
        self.ledger.activate(&place.tenant, activation).await.unwrap();
    }

    /// The digest of the envelope in force.
    pub async fn in_force(&self, place: &Place) -> Option<Digest> {
        self.envelopes.in_force(place).await.unwrap().envelope.map(|compiled| compiled.digest())
    }

    /// Proposes by Grace, activates by Ada.
    pub async fn put_in_force(&self, place: &Place, envelope: Envelope) -> Digest {
        let base = self.in_force(place).await;
        let proposal = self.envelopes.propose(place, &grace(), envelope, base, "Agreed.").await.unwrap();
        self.envelopes.activate(place, &ada(), proposal.id.as_str()).await.unwrap();
        self.in_force(place).await.unwrap()
    }
}

pub fn contract() -> Contract {
    let column = |class, kind, writable| Column { kind, class, writable, nullable: true };
    let operation = |columns: Vec<_>, max_rows, consequence| Operation {
        columns,
        max_rows,
        consequence,
        rollback: Rollback::None,
    };
    let contacts = Table {
        tenant_column: named("tenant_id"),
        key: vec![named("id")],
        columns: BTreeMap::from([
            (named("id"), column(Class::Open, ColumnType::Text, false)),
            (named("tenant_id"), column(Class::Open, ColumnType::Text, false)),
            (named("status"), column(Class::Open, ColumnType::Text, true)),
            (named("score"), column(Class::Open, ColumnType::Integer, true)),
            (named("phone"), column(Class::Sealed, ColumnType::Text, true)),
        ]),
        operations: BTreeMap::from([
            (
                OperationKind::Update,
                operation(vec![named("status"), named("score"), named("phone")], 100, Consequence::Low),
            ),
            (
                OperationKind::Insert,
                operation(vec![named("status"), named("phone")], 10, Consequence::Consequential),
            ),
            (OperationKind::Delete, operation(Vec::new(), 5, Consequence::Irreversible)),
        ]),
    };
    Contract {
        connector: named("crm"),
        version: 1,
        database: Database::Sqlite,
        tables: BTreeMap::from([(named("contacts"), contacts)]),
    }
}

/// Agents may update contacts, up to so many at a time.
pub fn envelope(rows: u32) -> Envelope {
    let rule = Rule {
        id: named("contact-care"),
        effect: Effect::Allow,
        agents: None,
        table: named("contacts"),
        operations: Some(vec![OperationKind::Update]),
        columns: None,
        max_rows: Some(rows),
        when: Vec::new(),
        approval: None,
    };
    Envelope {
        tenant: named("acme"),
        version: 1,
        contract: contract().digest().unwrap(),
        valid_from: morning(),
        valid_until: None,
        frozen: false,
        rules: vec![rule],
        limits: Vec::new(),
        approval: Approval { group: named("success"), quorum: 1, expires_seconds: 3_600 },
        cedar: None,
    }
}
