//! The system of record of the world, and the actions that are proposed on it as its connector sees them.

use std::collections::BTreeMap;

use evidence::action::{
    Action, Citation, LiveSchema, Owner, Proposed, Record, RecordKey, Source, State, overlay,
};
use evidence::commitment::{Cell, Key, Place, state_hash};
use evidence::contract::{Class, Contract, OperationKind};
use evidence::name::{Name, Text};
use evidence::value::Value;

use super::log::id_of;
use super::{AGENT, Log, named};

/// A record's columns.
pub type Row = BTreeMap<Text, Value>;

/// What an action sets: columns and values.
pub type Set<'a> = &'a [(&'a str, Value)];

/// Every record of the connector, of all tenants, by table and id.
#[derive(Clone, Debug)]
pub struct Rows(pub BTreeMap<(String, String), Row>);

impl Rows {
    /// The records with which every story begins.
    pub fn beginning() -> Self {
        let mut rows = Self(BTreeMap::new());
        for (id, tenant, tier) in
            [("c-1", "acme", 1), ("c-2", "acme", 2), ("c-3", "acme", 9), ("c-7", "globex", 1)]
        {
            rows.put(
                "contacts",
                id,
                tenant,
                &[
                    ("email", Value::from(format!("{id}@example.com").as_str())),
                    ("phone", Value::from("+49 30 901820")),
                    ("status", Value::from("active")),
                    ("tier", Value::Integer(tier)),
                ],
            );
        }
        for (id, tenant) in [("i-1", "acme"), ("i-2", "acme"), ("i-7", "globex")] {
            rows.put("invoices", id, tenant, &[("amount", Value::from("119.00"))]);
        }
        for place in 1..=3 {
            let id = format!("t-{place}");
            rows.put("tickets", &id, "acme", &[("note", Value::Null), ("state", Value::from("open"))]);
        }
        rows
    }

    /// Puts a record there, whatever was there before.
    pub fn put(&mut self, table: &str, id: &str, tenant: &str, values: Set<'_>) {
        let own = [("id", Value::from(id)), ("tenant_id", Value::from(tenant))];
        let row = values.iter().chain(&own).map(|(column, value)| (named(column), value.clone())).collect();
        self.0.insert((table.to_owned(), id.to_owned()), row);
    }

    fn find(&self, table: &str, id: &str) -> Option<&Row> {
        self.0.get(&(table.to_owned(), id.to_owned()))
    }
}

impl Log {
    /// An update of records.
    pub fn update(&self, table: &str, ids: &[&str], set: Set<'_>) -> Action {
        self.action("update", table, ids, set)
    }

    /// An insert of one record of the tenant.
    pub fn insert(&self, table: &str, id: &str, set: Set<'_>) -> Action {
        let own = [("id", Value::from(id)), ("tenant_id", Value::from(self.tenant.as_str()))];
        self.action("insert", table, &[id], &[set, &own].concat())
    }

    /// A delete of records.
    pub fn delete(&self, table: &str, ids: &[&str]) -> Action {
        self.action("delete", table, ids, &[])
    }

    /// The write that restores what an allowed one changed: each record goes back to what it was before.
    pub fn undo(&self, decision: &Citation) -> Action {
        let original = self.decision(decision).action.clone();
        let image = &self.images[&decision.seq];
        let operation = OperationKind::parse(original.operation.as_str()).unwrap().inverse();
        let rows = original.records.iter().map(|record| {
            let id = id_of(record);
            let mut row = image.get(&id).cloned().unwrap_or_default();
            if operation == OperationKind::Update {
                row.retain(|column, _| original.set.contains_key(column));
            }
            (id, row)
        });
        let action = self.proposal(operation.as_str(), original.table.as_str(), rows.collect());
        Action { undoes: Some(decision.clone()), reason: named("rollback"), ..action }
    }

    /// Any action, as an agent may name it.
    pub fn action(&self, operation: &str, table: &str, ids: &[&str], set: Set<'_>) -> Action {
        let row: Row = set.iter().map(|(name, value)| (named(name), value.clone())).collect();
        let rows = ids.iter().map(|id| ((*id).to_owned(), row.clone())).collect();
        self.proposal(operation, table, rows)
    }

    /// An action that sets each record's own columns.
    fn proposal(&self, operation: &str, table: &str, rows: BTreeMap<String, Row>) -> Action {
        let contract = super::contract();
        let mut proposed = self.proposed.borrow_mut();
        let action_id = format!("a-{}", proposed.len());
        let record = |(id, row): (&String, &Row)| self.record(&contract, operation, table, id, row);
        let action = Action {
            agent: named(AGENT),
            connector: named("crm"),
            id: named(&action_id),
            on_behalf_of: Some(named("dana@northwind.example")),
            operation: named(operation),
            reason: named("the customer asked for it"),
            records: rows.iter().map(record).collect(),
            schema: LiveSchema::Matches,
            set: self.set(&contract, table, &rows),
            source: Source::Observed,
            table: named(table),
            tenant: self.tenant.clone(),
            undoes: None,
        };
        proposed.insert(action_id, rows);
        action
    }

    /// What an action sets; a column that is to be another in each record stands there sealed.
    fn set(
        &self,
        contract: &Contract,
        table: &str,
        rows: &BTreeMap<String, Row>,
    ) -> BTreeMap<Text, Proposed> {
        let mut set = BTreeMap::new();
        for (name, value) in rows.values().flatten() {
            let same = rows.values().all(|row| row.get(name) == Some(value));
            let proposed = if same {
                self.proposed(contract, table, name.as_str(), value)
            } else {
                Proposed::Sealed { conforms: true }
            };
            set.insert(name.clone(), proposed);
        }
        set
    }

    fn record(&self, contract: &Contract, operation: &str, table: &str, id: &str, set: &Row) -> Record {
        let key = Key::from([(named("id"), Value::from(id))]);
        let row = self.rows.find(table, id);
        let open = RecordKey::Open(key.clone());
        if !contract.tables.contains_key(table) {
            return Record { after: None, before: None, key: open, owner: Owner::Unobserved };
        }
        if let Some(row) = row
            && row["tenant_id"] != Value::from(self.tenant.as_str())
        {
            return self.foreign(&key, table, row);
        }
        let before = row.map(|row| self.cells(contract, &key, table, row));
        let after = (operation != "delete").then(|| self.cells(contract, &key, table, set));
        let owner = if row.is_some() { Owner::Tenant } else { Owner::Absent };
        Record {
            after: after.map(|cells| change(before.as_ref(), cells)),
            before: before.map(state),
            key: open,
            owner,
        }
    }

    fn foreign(&self, key: &Key, table: &str, row: &Row) -> Record {
        let Value::Text(owner) = &row["tenant_id"] else { unreachable!("tenants have names") };
        let place = Place { connector: &named("crm"), key, table: &named(table) };
        Record {
            after: None,
            before: None,
            key: RecordKey::Foreign(self.secret.blind_key(&place).unwrap()),
            owner: Owner::Foreign(self.secret.blind_tenant(&named(owner)).unwrap()),
        }
    }

    /// The committed cells of a row.
    fn cells(&self, contract: &Contract, key: &Key, table: &str, row: &Row) -> BTreeMap<Text, Cell> {
        let connector: Name = named("crm");
        let place = Place { connector: &connector, key, table: &named(table) };
        let cell = |(name, value): (&Text, &Value)| {
            let disclosure = self.secret.disclose(&place, name, value).unwrap();
            let cell = if is_open(contract, table, name.as_str()) {
                Cell::Open { salt: disclosure.0, value: disclosure.2 }
            } else {
                Cell::Sealed(disclosure.digest().unwrap())
            };
            (name.clone(), cell)
        };
        row.iter().map(cell).collect()
    }

    fn proposed(&self, contract: &Contract, table: &str, name: &str, value: &Value) -> Proposed {
        let is_tenant = contract.tables.get(table).is_some_and(|table| table.tenant_column == *name);
        match value {
            Value::Text(other) if is_tenant && *other != *self.tenant.as_str() => {
                Proposed::Foreign(self.secret.blind_tenant(&named(other)).unwrap())
            }
            _ if is_open(contract, table, name) => Proposed::Open(value.clone()),
            _ => Proposed::Sealed { conforms: true },
        }
    }
}

fn is_open(contract: &Contract, table: &str, column: &str) -> bool {
    let column = contract.tables.get(table).and_then(|table| table.columns.get(column));
    column.is_some_and(|column| column.class == Class::Open)
}

fn state(cells: BTreeMap<Text, Cell>) -> State {
    let hash = state_hash(&cells).unwrap();
    State { cells, hash }
}

/// The state after `cells` were laid over `before`, with only the cells that differ.
fn change(before: Option<&BTreeMap<Text, Cell>>, mut cells: BTreeMap<Text, Cell>) -> State {
    let none = BTreeMap::new();
    let before = before.unwrap_or(&none);
    let hash = state_hash(overlay(before, &cells)).unwrap();
    cells.retain(|column, cell| before.get(column) != Some(cell));
    State { cells, hash }
}
