//! The effect of an allowed action, and what became of it.

use std::collections::BTreeMap;

use evidence::action::Action;
use evidence::commitment::{Key, TenantSecret};
use evidence::contract::{ColumnType, Contract, OperationKind, Table};
use evidence::digest::Digest;
use evidence::name::{Identifier, Name, Text};
use evidence::reason::Code;
use evidence::receipt::{Effect as Change, OutcomeStatus, Permit};
use evidence::value::Value;
use serde::{Deserialize, Serialize};

use super::lens::{Row, names_tenant};

/// What an action's receipt may not show but its effect needs: the values of sealed columns. It is kept, encrypted, until
/// the outcome is recorded, so that a crash in between can be finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// For a restore: what each of the action's records is to be, `None` where it is to be gone. Then `set` says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore: Option<Vec<Option<Row>>>,
    /// Every column that is set, with its value.
    pub set: BTreeMap<Text, Value>,
}

/// One effect to carry out: everything it needs, as the decision recorded it.
pub struct Job<'a> {
    /// The action, from the decision's receipt.
    pub action: &'a Action,
    /// The contract in force when it was decided, and its digest.
    pub contract: (&'a Contract, Digest),
    /// The digest of the decision's receipt, by which the outbox knows it.
    pub decision: Digest,
    /// The values to write.
    pub effect: &'a Effect,
    /// The right to do it.
    pub permit: &'a Permit,
    /// The acting tenant's secret.
    pub secret: &'a TenantSecret,
}

/// What became of an effect, as the outbox in the system of record remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// Why it was not committed.
    pub code: Option<Code>,
    /// The records before and after.
    pub records: Vec<Change>,
    /// What became of it.
    pub status: OutcomeStatus,
}

impl Applied {
    /// It took place.
    pub const fn committed(records: Vec<Change>) -> Self {
        Self { code: None, records, status: OutcomeStatus::Committed }
    }

    /// It broke off and was rolled back.
    pub const fn failed(code: Code) -> Self {
        Self { code: Some(code), records: Vec::new(), status: OutcomeStatus::Failed }
    }

    /// It was not begun.
    pub const fn not_applied(code: Code, records: Vec<Change>) -> Self {
        Self { code: Some(code), records, status: OutcomeStatus::NotApplied }
    }
}

/// What an effect makes of records: worked out before the verdict, and again inside the write's own transaction.
pub struct Plan<'a> {
    /// What is to be done.
    pub kind: OperationKind,
    /// What the contract says of the table.
    pub table: &'a Table,
    /// The acting tenant.
    pub tenant: &'a Name,
    /// The values.
    pub effect: &'a Effect,
}

/// A write to some records, which one statement can carry out.
#[derive(Debug, PartialEq, Eq)]
pub enum Write<'k> {
    /// Remove them.
    Delete(Vec<&'k Key>),
    /// Add them.
    Insert(Vec<Row>),
    /// Set these columns of each.
    Update(BTreeMap<Identifier, Value>, Vec<&'k Key>),
}

impl Write<'_> {
    /// How many records it is about.
    pub fn rows(&self) -> usize {
        match self {
            Self::Delete(keys) | Self::Update(_, keys) => keys.len(),
            Self::Insert(rows) => rows.len(),
        }
    }
}

impl Plan<'_> {
    /// What record number `place` of the action is to be. `None` where it is to be none, or where the parts contradict
    /// each other.
    pub fn row(&self, place: usize, key: &Key, before: Option<&Row>) -> Option<Row> {
        if let Some(restore) = &self.effect.restore {
            return restore.get(place)?.clone().filter(|row| self.belongs(key, row));
        }
        let mut row = match (self.kind, before) {
            (OperationKind::Update, Some(before)) => before.clone(),
            (OperationKind::Insert, None) => self.blank(key),
            _ => return None,
        };
        for (column, value) in &self.effect.set {
            let (name, _) = self.table.columns.get_key_value(column.as_str())?;
            if key.get(column).is_some_and(|named| named != value) {
                return None;
            }
            row.insert(name.clone(), value.clone());
        }
        Some(row)
    }

    /// The writes that lead from these records to the planned ones, in the records' order.
    pub fn writes<'k>(&self, keys: &[&'k Key], before: &[Option<Row>]) -> Option<Vec<Write<'k>>> {
        let mut writes: Vec<Write<'k>> = Vec::new();
        for (place, (key, before)) in keys.iter().copied().zip(before).enumerate() {
            let planned = self.row(place, key, before.as_ref());
            let next = match (before, planned) {
                (Some(_), None) if self.deletes(place) => Write::Delete(vec![key]),
                (None, Some(row)) => Write::Insert(vec![row]),
                (Some(before), Some(row)) => match self.changes(before, row) {
                    none if none.is_empty() => continue,
                    some => Write::Update(some, vec![key]),
                },
                _ => return None,
            };
            append(&mut writes, next);
        }
        Some(writes)
    }

    /// What is to be gone is only ever gone by a delete: a before-image that was lost says nothing.
    fn deletes(&self, place: usize) -> bool {
        let kept = |restore: &Vec<Option<Row>>| restore.get(place).is_none_or(Option::is_some);
        self.kind == OperationKind::Delete && !self.effect.restore.as_ref().is_some_and(kept)
    }

    /// What an update has to set: everything that it was told to, but of a restored record only what differs.
    fn changes(&self, before: &Row, planned: Row) -> BTreeMap<Identifier, Value> {
        let is_set = |column: &Identifier, value: &Value| match &self.effect.restore {
            Some(_) => before.get(column) != Some(value),
            None => self.effect.set.contains_key(column.as_str()),
        };
        planned.into_iter().filter(|(column, value)| is_set(column, value)).collect()
    }

    /// A new record of the tenant with nothing but its key. Columns that are not set are null, never a database default,
    /// so that the state after the write is known before it.
    fn blank(&self, key: &Key) -> Row {
        let tenant = &self.table.tenant_column;
        let value = |column: &Identifier| match key.get(column.as_str()) {
            Some(value) => value.clone(),
            None if column == tenant => self.tenant_value(),
            None => Value::Null,
        };
        self.table.columns.keys().map(|column| (column.clone(), value(column))).collect()
    }

    fn tenant_value(&self) -> Value {
        let kind = self.table.columns.get(&self.table.tenant_column).map(|column| column.kind);
        match self.tenant.as_str().parse() {
            Ok(number) if kind == Some(ColumnType::Integer) => Value::from_integer(number),
            _ => Value::from(self.tenant.as_str()),
        }
    }

    /// Whether a before-image is of this record and of this tenant, and whole.
    fn belongs(&self, key: &Key, row: &Row) -> bool {
        row.keys().eq(self.table.columns.keys())
            && key.iter().all(|(column, value)| row.get(column.as_str()) == Some(value))
            && row.get(&self.table.tenant_column).is_some_and(|value| names_tenant(value, self.tenant))
    }
}

/// Puts neighbours that are written alike into one write.
fn append<'k>(writes: &mut Vec<Write<'k>>, next: Write<'k>) {
    match (writes.last_mut(), next) {
        (Some(Write::Delete(keys)), Write::Delete(more)) => keys.extend(more),
        (Some(Write::Insert(rows)), Write::Insert(more)) => rows.extend(more),
        (Some(Write::Update(set, keys)), Write::Update(same, more)) if *set == same => keys.extend(more),
        (_, next) => writes.push(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_that_was_kept_before_there_were_restores_is_still_read() {
        let effect: Effect = serde_json::from_str(r#"{"set":{"phone":"1"}}"#).unwrap();
        assert_eq!(effect.restore, None);
        assert_eq!(serde_json::to_string(&effect).unwrap(), r#"{"set":{"phone":"1"}}"#);
    }
}
