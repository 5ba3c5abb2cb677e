//! The walls, said a second time and without looking at how `decide` says them: what no verdict but DENY may follow.

use std::collections::BTreeSet;

use evidence::action::{Action, LiveSchema, Owner, Proposed, RecordKey};
use evidence::contract::{Class, Contract, OperationKind, Rollback, Table};
use evidence::envelope::Envelope;
use evidence::standing::{AgentStanding, Standing};
use evidence::timestamp::Timestamp;

/// The numbers of the walls that stand against an action.
pub fn against(
    contract: Option<&Contract>,
    envelope: Option<&Envelope>,
    action: &Action,
    standing: &Standing,
    now: Timestamp,
) -> BTreeSet<u8> {
    let mut walls = BTreeSet::new();
    if standing.portal_frozen || standing.tenant_frozen || standing.agent != AgentStanding::Active {
        walls.insert(1);
    }
    if envelope.is_none_or(|envelope| !in_force(envelope, standing, now)) {
        walls.insert(2);
    }
    if contract.is_none() || action.schema == LiveSchema::Drifted {
        walls.insert(3);
    }
    if reaches_another_tenant(action) {
        walls.insert(4);
    }
    let Some(contract) = contract else { return walls };
    if !fits(contract, action) {
        walls.insert(5);
    }
    if !states_known(contract, action) {
        walls.insert(6);
    }
    if envelope.is_none_or(|envelope| too_much(contract, envelope, action, standing)) {
        walls.insert(7);
    }
    walls
}

fn in_force(envelope: &Envelope, standing: &Standing, now: Timestamp) -> bool {
    let ended = envelope.valid_until.is_some_and(|end| end <= now);
    !envelope.frozen && standing.contract == Some(envelope.contract) && envelope.valid_from <= now && !ended
}

fn reaches_another_tenant(action: &Action) -> bool {
    let foreign_record = action.records.iter().any(|record| {
        matches!(record.owner, Owner::Foreign(_)) || matches!(record.key, RecordKey::Foreign(_))
    });
    foreign_record || action.set.values().any(|value| matches!(value, Proposed::Foreign(_)))
}

fn table<'a>(contract: &'a Contract, action: &Action) -> Option<&'a Table> {
    contract.tables.iter().find(|(name, _)| name.as_str() == action.table.as_str()).map(|(_, table)| table)
}

fn kind(action: &Action) -> Option<OperationKind> {
    match action.operation.as_str() {
        "delete" => Some(OperationKind::Delete),
        "insert" => Some(OperationKind::Insert),
        "update" => Some(OperationKind::Update),
        _ => None,
    }
}

fn fits(contract: &Contract, action: &Action) -> bool {
    let Some((table, kind)) = table(contract, action).zip(kind(action)) else { return false };
    let Some(operation) = table.operations.get(&kind) else { return false };
    let columns_fit = action.set.iter().all(|(name, value)| {
        let column = table.columns.iter().find(|(known, _)| known.as_str() == name.as_str());
        let may_be_set = operation.columns.iter().any(|known| known.as_str() == name.as_str());
        may_be_set
            && column.is_some_and(|(_, column)| match value {
                Proposed::Open(value) => column.class == Class::Open && column.accepts(value),
                Proposed::Sealed { conforms } => column.class == Class::Sealed && *conforms,
                Proposed::Foreign(_) => false,
            })
    });
    let keys_fit = action.records.iter().all(|record| match &record.key {
        RecordKey::Foreign(_) => false,
        RecordKey::Open(key) => {
            let named: BTreeSet<&str> = key.keys().map(evidence::name::Text::as_str).collect();
            let wanted: BTreeSet<&str> = table.key.iter().map(evidence::name::Identifier::as_str).collect();
            named == wanted
        }
    });
    let sets_something = kind == OperationKind::Delete || !action.set.is_empty();
    columns_fit && keys_fit && sets_something && !action.records.is_empty()
}

fn states_known(contract: &Contract, action: &Action) -> bool {
    let Some((table, kind)) = table(contract, action).zip(kind(action)) else { return false };
    let Some(operation) = table.operations.get(&kind) else { return false };
    let undoable = match &operation.rollback {
        Rollback::None => true,
        Rollback::Restore { window_seconds } => *window_seconds != 0,
        Rollback::Compensate { operation } => {
            operation.as_str().split_once('.').is_some_and(|(name, _)| contract.tables.contains_key(name))
        }
    };
    undoable
        && action.records.iter().all(|record| match kind {
            OperationKind::Insert => {
                record.owner == Owner::Absent && record.before.is_none() && record.after.is_some()
            }
            OperationKind::Update => {
                record.owner == Owner::Tenant && record.before.is_some() && record.after.is_some()
            }
            OperationKind::Delete => {
                record.owner == Owner::Tenant && record.before.is_some() && record.after.is_none()
            }
        })
}

fn too_much(contract: &Contract, envelope: &Envelope, action: &Action, standing: &Standing) -> bool {
    let rows = action.records.len() as u64;
    let operation =
        table(contract, action).zip(kind(action)).and_then(|(table, kind)| table.operations.get(&kind));
    let over_contract = operation.is_some_and(|operation| rows > u64::from(operation.max_rows));
    let over_limit = envelope.limits.iter().any(|limit| {
        let by_agent = limit.agents.as_ref().is_none_or(|agents| agents.contains(&action.agent));
        let on_table = limit.table.as_ref().is_none_or(|table| table.as_str() == action.table.as_str());
        let of_kind = limit
            .operations
            .as_ref()
            .is_none_or(|kinds| kind(action).is_some_and(|kind| kinds.contains(&kind)));
        let counted = by_agent && on_table && of_kind;
        counted
            && standing.spent.get(&limit.id).is_none_or(|spent| spent.saturating_add(rows) > limit.max_rows)
    });
    over_contract || over_limit
}
