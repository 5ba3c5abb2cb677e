//! Observation: an agent's request, seen together with the records it names, becomes an [`Action`].
//!
//! This is where values of sealed columns turn into commitments and everything about another tenant is blinded, so
//! nothing later can put more into a receipt than it may show.

use std::collections::BTreeMap;

use evidence::action::{Action, LiveSchema, Owner, Proposed, Record, RecordKey, Source, State};
use evidence::canonical::CanonicalError;
use evidence::commitment::{Key, TenantSecret};
use evidence::contract::{Class, Contract, OperationKind, Table};
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::value::Value;

use super::effect::{Effect, planned};
use super::lens::{Lens, Row};
use crate::boundary::request::Request;

/// The most bytes an action may take in its receipt; base64 and the rest of the receipt must fit beside it.
const MAX_ACTION_BYTES: usize = 2 * 1024 * 1024;

/// What a connector saw.
pub struct Survey {
    /// Whether the live schema is the contract's.
    pub schema: LiveSchema,
    /// The records in the order in which they were asked for.
    pub sightings: Vec<Sighting>,
}

/// What a connector saw of one record.
pub enum Sighting {
    /// There is none with this key.
    Absent,
    /// It is there.
    Found(Row),
    /// It could not look: the table or key is not in the contract, or a value has no form that a receipt can carry.
    Unseen,
}

impl Survey {
    /// The survey of a connector that is not there or can't be reached.
    pub fn blind(records: usize) -> Self {
        let sightings = std::iter::repeat_with(|| Sighting::Unseen).take(records).collect();
        Self { schema: LiveSchema::Unobserved, sightings }
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
    /// The records that belong to other tenants, by the tenant whose they are.
    pub victims: BTreeMap<Name, Vec<Key>>,
}

/// The action that `request` proposes, given what the connector saw.
pub fn observe(
    id: Name,
    request: &Request,
    restore: Option<Vec<Option<Row>>>,
    contract: Option<&Contract>,
    secret: &TenantSecret,
    survey: Survey,
) -> Result<Observation, CanonicalError> {
    let table = contract.and_then(|contract| contract.tables.get(request.table.as_str()));
    let observer = Observer { request, table, secret };
    let mut victims: BTreeMap<Name, Vec<Key>> = BTreeMap::new();
    let mut records = Vec::with_capacity(request.records.len());
    let mut before = Vec::with_capacity(request.records.len());
    for (key, sighting) in request.records.iter().zip(survey.sightings) {
        let row = if let Sighting::Found(row) = &sighting { Some(row.clone()) } else { None };
        let (record, owner) = observer.record(key, sighting)?;
        before.push(row.filter(|_| owner.is_none()));
        if let Some(owner) = owner {
            victims.entry(owner).or_default().push(key.clone());
        }
        records.push(record);
    }
    let mut action = observer.action(id, records, survey.schema)?;
    if evidence::canonical::to_vec(&action)?.len() > MAX_ACTION_BYTES {
        forget_states(&mut action);
    }
    Ok(Observation { action, before, effect: Effect { restore, set: request.set.clone() }, victims })
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
}

impl Observer<'_> {
    fn action(&self, id: Name, records: Vec<Record>, schema: LiveSchema) -> Result<Action, CanonicalError> {
        let request = self.request;
        let set =
            request.set.iter().map(|(column, value)| Ok((column.clone(), self.proposed(column, value)?)));
        Ok(Action {
            agent: request.agent.clone(),
            connector: request.connector.clone(),
            id,
            on_behalf_of: request.on_behalf_of.clone(),
            operation: request.operation.clone(),
            reason: request.reason.clone(),
            records,
            schema,
            set: set.collect::<Result<_, CanonicalError>>()?,
            source: Source::Observed,
            table: request.table.clone(),
            tenant: request.tenant.clone(),
            undoes: None,
        })
    }

    fn proposed(&self, name: &Text, value: &Value) -> Result<Proposed, CanonicalError> {
        let found = self.table.and_then(|table| Some((table, table.columns.get(name.as_str())?)));
        let Some((table, column)) = found else { return Ok(Proposed::Sealed { conforms: false }) };
        if table.tenant_column == *name.as_str()
            && column.accepts(value)
            && let Some(other) = self.other_tenant(value)
        {
            return Ok(Proposed::Foreign(self.secret.blind_tenant(&other)?));
        }
        Ok(match column.class {
            Class::Open => Proposed::Open(value.clone()),
            Class::Sealed => Proposed::Sealed { conforms: column.accepts(value) },
        })
    }

    /// The record as the receipt shows it, and whose it is if another tenant's.
    fn record(&self, key: &Key, sighting: Sighting) -> Result<(Record, Option<Name>), CanonicalError> {
        let record =
            |owner, before, after| Record { after, before, key: RecordKey::Open(key.clone()), owner };
        let Some(lens) = self.lens() else { return Ok((record(Owner::Unobserved, None, None), None)) };
        let row = match sighting {
            Sighting::Unseen => return Ok((record(Owner::Unobserved, None, None), None)),
            Sighting::Absent => {
                return Ok((record(Owner::Absent, None, self.after(&lens, key, None)?), None));
            }
            Sighting::Found(row) => row,
        };
        if let Some(other) = self.owner(&row) {
            return Ok((self.foreign(&lens, key, &other)?, Some(other)));
        }
        let before = lens.state(key, &row)?;
        let after = self.after(&lens, key, Some((&row, &before)))?;
        Ok((record(Owner::Tenant, Some(before), after), None))
    }

    fn foreign(&self, lens: &Lens<'_>, key: &Key, other: &Name) -> Result<Record, CanonicalError> {
        let key = RecordKey::Foreign(self.secret.blind_key(&lens.place(key))?);
        let owner = Owner::Foreign(self.secret.blind_tenant(other)?);
        Ok(Record { after: None, before: None, key, owner })
    }

    /// The planned state, with only the cells that differ from before.
    fn after(
        &self,
        lens: &Lens<'_>,
        key: &Key,
        before: Option<(&Row, &State)>,
    ) -> Result<Option<State>, CanonicalError> {
        let Some(kind) = OperationKind::parse(self.request.operation.as_str()) else { return Ok(None) };
        let row = before.map(|(row, _)| row);
        let Some(planned) = planned(kind, lens.table, &self.request.tenant, key, &self.request.set, row)
        else {
            return Ok(None);
        };
        let mut after = lens.state(key, &planned)?;
        if let Some((_, before)) = before {
            after.cells.retain(|column, cell| before.cells.get(column) != Some(cell));
        }
        Ok(Some(after))
    }

    /// The other tenant whose record this is, if it is one's.
    fn owner(&self, row: &Row) -> Option<Name> {
        let tenant = self.table.and_then(|table| row.get(&table.tenant_column)).unwrap_or(&Value::Null);
        self.other_tenant(tenant)
    }

    /// The tenant that a tenant column's value names, if it is not the acting one. A value that can't be a tenant's name
    /// still stands for somebody else.
    fn other_tenant(&self, value: &Value) -> Option<Name> {
        match value {
            Value::Text(text) if self.request.tenant == *text.as_str() => None,
            Value::Text(text) => text.parse().ok().or_else(|| nameless(text)),
            other => nameless(&other.to_string()),
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
