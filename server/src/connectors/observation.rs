//! Observation: an agent's request, seen together with the records it names, becomes an [`Action`].
//!
//! This is where values of sealed columns turn into commitments and everything about another tenant is blinded, so
//! nothing later can put more into a receipt than it may show.

use std::collections::BTreeMap;

use evidence::action::{Action, LiveSchema, Owner, Proposed, Record, RecordKey, Source, State};
use evidence::canonical::CanonicalError;
use evidence::commitment::{Key, Place, TenantSecret};
use evidence::contract::{Class, Contract, OperationKind, Table};
use evidence::digest::Digest;
use evidence::name::{Identifier, Name, Text};
use evidence::value::Value;

use super::effect::{Effect, Plan};
use super::lens::{Lens, Row, names_tenant};
use crate::boundary::request::Request;

/// The most bytes an action may take in its receipt; base64 and the rest of the receipt must fit beside it.
const MAX_ACTION_BYTES: usize = 2 * 1024 * 1024;

/// What a connector saw.
#[derive(Debug)]
pub struct Survey {
    /// Whether the live schema is the contract's.
    pub schema: LiveSchema,
    /// The records in the order in which they were asked for.
    pub sightings: Vec<Sighting>,
    /// The values that are to be set, in the database's own form; `None` where the database does not take one as it is.
    pub set: BTreeMap<Text, Option<Value>>,
}

/// What a connector saw of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// There is none with this key.
    Absent,
    /// It is there.
    Found(Row),
    /// It could not look: the table or key is not in the contract, the key is not written as the database would write
    /// it, or a value has no form that a receipt can carry.
    Unseen,
}

impl Sighting {
    /// What it is to have found `row` by `key`. A record has one key: what names it in another form does not name it.
    pub fn of(key: &Key, row: Row) -> Self {
        let is_named = key.iter().all(|(column, value)| row.get(column.as_str()) == Some(value));
        if is_named { Self::Found(row) } else { Self::Unseen }
    }
}

impl Survey {
    /// The survey of a connector that is not there or can't be reached.
    pub fn blind(records: usize) -> Self {
        Self::without_sight(LiveSchema::Unobserved, records)
    }

    /// The survey of a connector whose live schema is another than the contract's.
    pub fn drifted(records: usize) -> Self {
        Self::without_sight(LiveSchema::Drifted, records)
    }

    fn without_sight(schema: LiveSchema, records: usize) -> Self {
        let sightings = std::iter::repeat_with(|| Sighting::Unseen).take(records).collect();
        Self { schema, sightings, set: BTreeMap::new() }
    }
}

/// What is known of a request before its verdict.
pub struct Observation {
    /// The action as its receipt will show it.
    pub action: Action,
    /// The records as they were found, in the action's order; `None` for what is not there or not the acting tenant's.
    pub before: Vec<Option<Row>>,
    /// The values that an effect would write.
    pub effect: Effect,
    /// Every other tenant that the action reaches for, and which of its records.
    pub victims: BTreeMap<Name, Vec<Key>>,
}

/// The action that `request` proposes, given what the connector saw. `restore` is what a restore writes back: see
/// [`Effect::restore`].
pub fn observe(
    id: Name,
    request: &Request,
    restore: Option<Vec<Option<Row>>>,
    contract: Option<&Contract>,
    secret: &TenantSecret,
    survey: Survey,
) -> Result<Observation, CanonicalError> {
    let table = contract.and_then(|contract| contract.tables.get(request.table.as_str()));
    let mut effect = Effect { restore, set: request.set.clone() };
    for (column, value) in survey.set.iter().filter_map(|(column, value)| Some((column, value.as_ref()?))) {
        effect.set.insert(column.clone(), value.clone());
    }
    let observer = Observer { request, table, secret, effect: &effect, written: &survey.set };
    let mut victims = observer.endowed();
    let mut records = Vec::with_capacity(request.records.len());
    let mut before = Vec::with_capacity(request.records.len());
    for (place, (key, sighting)) in request.records.iter().zip(survey.sightings).enumerate() {
        if let Some(owner) = observer.owner(key, &sighting) {
            records.push(observer.foreign(key, &owner)?);
            before.push(None);
            victims.entry(owner).or_default().push(key.clone());
        } else {
            records.push(observer.record(place, key, &sighting)?);
            before.push(if let Sighting::Found(row) = sighting { Some(row) } else { None });
        }
    }
    let mut action = observer.action(id, records, survey.schema, &before)?;
    if evidence::canonical::to_vec(&action)?.len() > MAX_ACTION_BYTES {
        forget_states(&mut action);
    }
    Ok(Observation { action, before, effect, victims })
}

/// An action whose states are too large for a receipt can't be shown, so it can't be allowed either: `decide` refuses
/// states that were not observed.
fn forget_states(action: &mut Action) {
    for record in &mut action.records {
        record.before = None;
        record.after = None;
        if record.owner == Owner::Tenant {
            record.owner = Owner::Unobserved;
        }
    }
}

struct Observer<'a> {
    request: &'a Request,
    table: Option<&'a Table>,
    secret: &'a TenantSecret,
    effect: &'a Effect,
    /// The values as the database would write them; `None` where it refuses one.
    written: &'a BTreeMap<Text, Option<Value>>,
}

impl Observer<'_> {
    fn action(
        &self,
        id: Name,
        records: Vec<Record>,
        schema: LiveSchema,
        before: &[Option<Row>],
    ) -> Result<Action, CanonicalError> {
        let request = self.request;
        Ok(Action {
            agent: request.agent.clone(),
            connector: request.connector.clone(),
            id,
            on_behalf_of: request.on_behalf_of.clone(),
            operation: request.operation.clone(),
            reason: request.reason.clone(),
            records,
            schema,
            set: match &self.effect.restore {
                Some(restore) => self.restored(before, restore),
                None => self.set()?,
            },
            source: Source::Observed,
            table: request.table.clone(),
            tenant: request.tenant.clone(),
            undoes: None,
        })
    }

    fn set(&self) -> Result<BTreeMap<Text, Proposed>, CanonicalError> {
        let set = self.effect.set.iter();
        set.map(|(column, value)| Ok((column.clone(), self.proposed(column, value)?))).collect()
    }

    /// The columns that a restore changes in any record. Each record has its own value, which stands in its `after`.
    fn restored(&self, before: &[Option<Row>], restore: &[Option<Row>]) -> BTreeMap<Text, Proposed> {
        let Some(table) = self.table else { return BTreeMap::new() };
        let differs = |column: &Identifier| {
            let mut pairs = before.iter().zip(restore);
            pairs.any(|(before, restore)| {
                let cell = |row: &Option<Row>| row.as_ref().and_then(|row| row.get(column).cloned());
                restore.is_some() && cell(before) != cell(restore)
            })
        };
        let columns = table.columns.keys().filter(|column| differs(column));
        columns.map(|column| (column.to_text(), Proposed::Sealed { conforms: true })).collect()
    }

    fn proposed(&self, name: &Text, value: &Value) -> Result<Proposed, CanonicalError> {
        let found = self.table.and_then(|table| table.columns.get(name.as_str()));
        let Some(column) = found else { return Ok(Proposed::Sealed { conforms: false }) };
        if let Some(other) = self.endows(name, value) {
            return Ok(Proposed::Foreign(self.secret.blind_tenant(&other)?));
        }
        if matches!(self.written.get(name), Some(None)) {
            return Ok(Proposed::Sealed { conforms: false });
        }
        Ok(match column.class {
            Class::Open => Proposed::Open(value.clone()),
            Class::Sealed => Proposed::Sealed { conforms: column.accepts(value) },
        })
    }

    /// The other tenants to whom the values that are set would give records.
    fn endowed(&self) -> BTreeMap<Name, Vec<Key>> {
        let set = self.effect.set.iter();
        set.filter_map(|(name, value)| Some((self.endows(name, value)?, Vec::new()))).collect()
    }

    /// The other tenant that setting this column to this value would give a record to.
    fn endows(&self, name: &Text, value: &Value) -> Option<Name> {
        let table = self.table?;
        let column = table.columns.get(&table.tenant_column)?;
        let gives = table.tenant_column == *name.as_str() && column.accepts(value);
        self.other_tenant(value).filter(|_| gives)
    }

    /// The record as the receipt shows it, if no other tenant's.
    fn record(&self, place: usize, key: &Key, sighting: &Sighting) -> Result<Record, CanonicalError> {
        let record =
            |owner, before, after| Record { after, before, key: RecordKey::Open(key.clone()), owner };
        let Some(lens) = self.lens() else { return Ok(record(Owner::Unobserved, None, None)) };
        let row = match sighting {
            Sighting::Unseen => return Ok(record(Owner::Unobserved, None, None)),
            Sighting::Absent => {
                return Ok(record(Owner::Absent, None, self.after(&lens, place, key, None)?));
            }
            Sighting::Found(row) => row,
        };
        let before = lens.state(key, row)?;
        let after = self.after(&lens, place, key, Some((row, &before)))?;
        Ok(record(Owner::Tenant, Some(before), after))
    }

    fn foreign(&self, key: &Key, other: &Name) -> Result<Record, CanonicalError> {
        let place = Place { connector: &self.request.connector, key, table: &self.request.table };
        let key = RecordKey::Foreign(self.secret.blind_key(&place)?);
        let owner = Owner::Foreign(self.secret.blind_tenant(other)?);
        Ok(Record { after: None, before: None, key, owner })
    }

    /// The planned state, with only the cells that differ from before.
    fn after(
        &self,
        lens: &Lens<'_>,
        place: usize,
        key: &Key,
        before: Option<(&Row, &State)>,
    ) -> Result<Option<State>, CanonicalError> {
        let Some(kind) = OperationKind::parse(self.request.operation.as_str()) else { return Ok(None) };
        let plan = Plan { kind, table: lens.table, tenant: &self.request.tenant, effect: self.effect };
        let planned = plan.row(place, key, before.map(|(row, _)| row));
        // What would become another tenant's record is not shown: it names that tenant.
        let Some(planned) = planned.filter(|row| self.owner_of(row).is_none()) else { return Ok(None) };
        let mut after = lens.state(key, &planned)?;
        if let Some((_, before)) = before {
            after.cells.retain(|column, cell| before.cells.get(column) != Some(cell));
        }
        Ok(Some(after))
    }

    /// The other tenant whose record this is, if it is one's. A key that names a tenant is that tenant's, whether there is
    /// such a record or not.
    fn owner(&self, key: &Key, sighting: &Sighting) -> Option<Name> {
        let table = self.table?;
        let tenant = &table.tenant_column;
        let named = key.get(tenant.as_str()).filter(|_| table.key.contains(tenant));
        let named = named.and_then(|value| self.other_tenant(value));
        named.or_else(|| match sighting {
            Sighting::Found(row) => self.owner_of(row),
            Sighting::Absent | Sighting::Unseen => None,
        })
    }

    /// The other tenant whose record this row is, if it is one's.
    fn owner_of(&self, row: &Row) -> Option<Name> {
        self.other_tenant(row.get(&self.table?.tenant_column).unwrap_or(&Value::Null))
    }

    /// The tenant that a tenant column's value names, if it is not the acting one. A value that can't be a tenant's name
    /// still stands for somebody else.
    fn other_tenant(&self, value: &Value) -> Option<Name> {
        if names_tenant(value, &self.request.tenant) {
            return None;
        }
        match value {
            Value::Text(text) => text.parse().ok().or_else(|| nameless(text)),
            Value::Integer(number) => {
                number.to_string().parse().ok().or_else(|| nameless(&value.to_string()))
            }
            Value::Null | Value::Bool(_) => nameless(&value.to_string()),
        }
    }

    fn lens(&self) -> Option<Lens<'_>> {
        let table = self.table?;
        Some(Lens {
            connector: &self.request.connector,
            name: &self.request.table,
            secret: self.secret,
            table,
        })
    }
}

fn nameless(text: &str) -> Option<Name> {
    Digest::of(text.as_bytes()).hex().get(..63)?.parse().ok()
}
