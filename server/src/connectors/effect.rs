//! The effect of an allowed action, and what became of it.

use std::collections::BTreeMap;

use evidence::action::Action;
use evidence::commitment::{Key, TenantSecret};
use evidence::contract::{Contract, OperationKind, Table};
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::reason::Code;
use evidence::receipt::{Effect as Change, OutcomeStatus, Permit};
use evidence::value::Value;
use serde::{Deserialize, Serialize};

use super::lens::Row;

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
    /// The contract in force when it was decided.
    pub contract: &'a Contract,
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

/// The record that `set` makes of `before`: what is planned before the verdict and written after it. `None` where there
/// is none, or where the parts contradict each other.
pub fn planned(
    kind: OperationKind,
    table: &Table,
    tenant: &Name,
    key: &Key,
    set: &BTreeMap<Text, Value>,
    before: Option<&Row>,
) -> Option<Row> {
    let mut row = match (kind, before) {
        (OperationKind::Update, Some(before)) => before.clone(),
        (OperationKind::Insert, None) => blank(table, tenant, key),
        _ => return None,
    };
    for (column, value) in set {
        let (name, _) = table.columns.get_key_value(column.as_str())?;
        if key.get(column).is_some_and(|named| named != value) {
            return None;
        }
        row.insert(name.clone(), value.clone());
    }
    Some(row)
}

/// A new record of `tenant` with nothing but its key. Columns that are not set are null, never a database default, so
/// that the state after the write is known before it.
fn blank(table: &Table, tenant: &Name, key: &Key) -> Row {
    let value = |column: &str| match key.get(column) {
        Some(value) => value.clone(),
        None if table.tenant_column == *column => Value::from(tenant.as_str()),
        None => Value::Null,
    };
    table.columns.keys().map(|column| (column.clone(), value(column.as_str()))).collect()
}
