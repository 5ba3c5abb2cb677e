//! A vendor, its tenants, a contract and an envelope, and the actions that its agent proposes.

use std::collections::BTreeMap;

use evidence::action::{Action, LiveSchema, Owner, Proposed, Record, RecordKey, Source, State, overlay};
use evidence::commitment::{Cell, Key, Place, state_hash};
use evidence::contract::{
    Class, Column, ColumnType, Consequence, Contract, Database, Operation, OperationKind, Rollback, Table,
};
use evidence::digest::Digest;
use evidence::envelope::{Approval, Effect, Envelope, Limit, Rule};
use evidence::name::Text;
use evidence::timestamp::Timestamp;
use evidence::value::Value;
use server::clock::Clock;
use server::keys::Signer;
use server::ledger::{ActivationDraft, Document, Idempotency, Ledger, Proposal};
use server::registry::{Agent, Registry, Tenant, Vendor};
use server::store::Store;
use server::vault::Vault;

use crate::place::Place as Home;

/// The portal's memory, opened in some place.
pub struct House {
    pub ledger: Ledger,
    pub registry: Registry,
    pub signer: Signer,
    pub vendor: Vendor,
}

pub fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The morning on which every story begins.
pub fn morning() -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000).unwrap()
}

impl House {
    /// Opens the memory that lies in `home`, or begins it.
    pub async fn open(home: &Home, clock: &Clock) -> Self {
        let store = Store::open(home.folder(), home.url()).await.unwrap();
        let signer = Signer::open(home.folder(), Some(&"07".repeat(32))).unwrap();
        let vault = Vault::open(home.folder()).unwrap();
        let ledger = Ledger::open(store.clone(), signer.clone(), vault.clone(), clock.clone()).await.unwrap();
        let registry = Registry::new(store, vault, ledger.clone(), "portal.example".to_owned());
        let vendor = registry.create_vendor(&named("northwind"), &named("Northwind CRM")).await.unwrap();
        Self { ledger, registry, signer, vendor }
    }

    /// The tenant of this name; if it is new, its agent may update any of its contacts, `per_hour` an hour.
    pub async fn tenant(&self, name: &str, per_hour: u64) -> Tenant {
        let agents = [Agent { name: named("support-agent"), title: named("Support agent") }];
        let title: Text = named(&name.to_uppercase());
        let known = self.registry.tenant(&self.vendor.name, &named(name)).await.unwrap();
        let tenant = self
            .registry
            .create_tenant(&self.vendor, &named(name), &title, &agents, &named("ada"))
            .await
            .unwrap();
        if known.is_none() {
            let contract = contract();
            let digest = contract.digest().unwrap();
            self.activate(&tenant, Document::Contract(Box::new(contract))).await;
            self.activate(&tenant, Document::Envelope(Box::new(envelope(name, digest, per_hour)))).await;
        }
        tenant
    }

    pub async fn activate(&self, tenant: &Tenant, document: Document) {
        let activation = ActivationDraft {
            by: named("ada"),
            changes: Vec::new(),
            connector: named("crm"),
            document,
            proposed_by: Some(named("grace")),
            reason: named("agreed"),
        };
        self.ledger.activate(tenant, activation).await.unwrap();
    }
}

pub fn contract() -> Contract {
    let column = |class, writable| Column { kind: ColumnType::Text, class, writable, nullable: true };
    let update = Operation {
        columns: vec![named("status"), named("phone")],
        max_rows: 100,
        consequence: Consequence::Low,
        rollback: Rollback::Restore { window_seconds: 86_400 },
    };
    let delete = Operation {
        columns: Vec::new(),
        max_rows: 1,
        consequence: Consequence::Irreversible,
        rollback: Rollback::None,
    };
    let contacts = Table {
        tenant_column: named("tenant_id"),
        key: vec![named("id")],
        columns: BTreeMap::from([
            (named("id"), column(Class::Open, false)),
            (named("tenant_id"), column(Class::Open, false)),
            (named("status"), column(Class::Open, true)),
            (named("phone"), column(Class::Sealed, true)),
        ]),
        operations: BTreeMap::from([(OperationKind::Update, update), (OperationKind::Delete, delete)]),
    };
    Contract {
        connector: named("crm"),
        version: 1,
        database: Database::Sqlite,
        tables: BTreeMap::from([(named("contacts"), contacts)]),
    }
}

pub fn envelope(tenant: &str, contract: Digest, per_hour: u64) -> Envelope {
    let rule = |id: &str, operation| Rule {
        id: named(id),
        effect: Effect::Allow,
        agents: None,
        table: named("contacts"),
        operations: Some(vec![operation]),
        columns: None,
        max_rows: None,
        when: Vec::new(),
        approval: None,
    };
    Envelope {
        tenant: named(tenant),
        version: 1,
        contract,
        valid_from: Timestamp::from_micros(0).unwrap(),
        valid_until: None,
        frozen: false,
        rules: vec![rule("contacts", OperationKind::Update), rule("deletes", OperationKind::Delete)],
        limits: vec![Limit {
            id: named("hourly"),
            agents: None,
            table: None,
            operations: None,
            max_rows: per_hour,
            window_seconds: 3_600,
        }],
        approval: Approval { group: named("success"), quorum: 1, expires_seconds: 3_600 },
        cedar: None,
    }
}

/// The agent sets the status of a contact, and its phone number, which no receipt shows.
pub fn proposal(tenant: &Tenant, id: &str) -> Proposal {
    let action = action(tenant, id);
    Proposal {
        tenant: tenant.clone(),
        idempotency: Some(Idempotency { key: Digest::of(id.as_bytes()), request: action.digest().unwrap() }),
        action,
        contract: Some(contract().digest().unwrap()),
        notices: Vec::new(),
        effect: Some(format!("effect of {id}")),
        image: Some(format!("image before {id}")),
        undoes: None,
        permit_seconds: 60,
    }
}

/// A contact is deleted, which can't be undone.
pub fn deletion(tenant: &Tenant, id: &str) -> Proposal {
    let mut proposal = proposal(tenant, id);
    proposal.action.operation = named("delete");
    proposal.action.set.clear();
    proposal.action.records[0].after = None;
    proposal.idempotency = None;
    proposal
}

pub fn action(tenant: &Tenant, id: &str) -> Action {
    let set = BTreeMap::from([
        (named::<Text>("status"), Proposed::Open(Value::from("closed"))),
        (named("phone"), Proposed::Sealed { conforms: true }),
    ]);
    Action {
        agent: named("support-agent"),
        connector: named("crm"),
        id: named(id),
        on_behalf_of: None,
        operation: named("update"),
        reason: named("the caller asked for it"),
        records: vec![record(tenant)],
        schema: LiveSchema::Matches,
        set,
        source: Source::Observed,
        table: named("contacts"),
        tenant: tenant.name().clone(),
        undoes: None,
    }
}

fn record(tenant: &Tenant) -> Record {
    let key = Key::from([(named("id"), Value::from("c-1042"))]);
    let before = cells(
        tenant,
        &key,
        &[("id", "c-1042"), ("tenant_id", tenant.name().as_str()), ("status", "open"), ("phone", "1")],
    );
    let changed = cells(tenant, &key, &[("status", "closed"), ("phone", "2")]);
    let after = state_hash(overlay(&before, &changed)).unwrap();
    let before = State { hash: state_hash(&before).unwrap(), cells: before };
    Record {
        after: Some(State { cells: changed, hash: after }),
        before: Some(before),
        key: RecordKey::Open(key),
        owner: Owner::Tenant,
    }
}

fn cells(tenant: &Tenant, key: &Key, row: &[(&str, &str)]) -> BTreeMap<Text, Cell> {
    let (connector, table) = (named("crm"), named("contacts"));
    let place = Place { connector: &connector, key, table: &table };
    let cell = |(column, value): &(&str, &str)| {
        let (column, value) = (named::<Text>(column), Value::from(*value));
        let disclosure = tenant.secret().unwrap().disclose(&place, &column, &value).unwrap();
        let cell = if column.as_str() == "phone" {
            Cell::Sealed(disclosure.digest().unwrap())
        } else {
            Cell::Open { salt: disclosure.0, value }
        };
        (column, cell)
    };
    row.iter().map(cell).collect()
}
