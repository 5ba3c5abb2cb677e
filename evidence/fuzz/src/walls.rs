//! The walls, said a second time and without looking at how `decide` says them: what no verdict but DENY may follow.

use std::collections::BTreeSet;

use evidence::action::{Action, LiveSchema, Owner, Proposed, RecordKey, State};
use evidence::contract::{Class, Contract, Operation, OperationKind, Rollback, Table};
use evidence::decision::Verdict;
use evidence::envelope::Envelope;
use evidence::standing::{AgentStanding, Standing, Undoing};
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
    if !may_undo(action, standing, now) {
        walls.insert(5);
    }
    let Some(contract) = contract else { return walls };
    let original = standing.undoes.as_ref().filter(|original| is_restore(original));
    if !fits(contract, action, original) {
        walls.insert(5);
    }
    if !states_known(contract, action, original) {
        walls.insert(6);
    }
    if envelope.is_none_or(|envelope| too_much(contract, envelope, action, standing, original)) {
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

const fn is_restore(original: &Undoing) -> bool {
    matches!(original.rollback, Some(Rollback::Restore { .. }))
}

/// Whether what the action says it undoes is known, may be undone, and in this way.
fn may_undo(action: &Action, standing: &Standing, now: Timestamp) -> bool {
    let Some(original) = &standing.undoes else { return action.undoes.is_none() };
    let is_known = action.undoes.as_ref() == Some(&original.decision)
        && original.verdict == Verdict::Allow
        && original.connector == action.connector;
    is_known
        && match &original.rollback {
            Some(Rollback::Compensate { operation }) => {
                operation.as_str().split_once('.') == Some((action.table.as_str(), action.operation.as_str()))
            }
            Some(Rollback::Restore { .. }) => {
                let pair = (original.operation.as_str(), action.operation.as_str());
                let inverse = [("insert", "delete"), ("delete", "insert"), ("update", "update")];
                original.until.is_some_and(|until| now < until)
                    && original.table == action.table
                    && inverse.contains(&pair)
            }
            Some(Rollback::None) | None => false,
        }
}

/// Whether the action takes every record from where the original left it to where the original found it.
fn reverses(action: &Action, original: &Undoing) -> bool {
    let hash = |state: &Option<State>| state.as_ref().map(|state| state.hash);
    let mut done = original.records.iter().map(|one| (&one.key, one.after, one.before));
    let mut undone = action.records.iter().map(|one| (&one.key, hash(&one.before), hash(&one.after)));
    action.records.len() == original.records.len() && undone.all(|one| done.next() == Some(one))
}

/// The terms in the contract: a restore's are those of the operation that it undoes.
fn terms<'a>(table: &'a Table, action: &Action, original: Option<&Undoing>) -> Option<&'a Operation> {
    let named = original.map_or(action.operation.as_str(), |original| original.operation.as_str());
    table.operations.get(&kind(named)?)
}

fn table<'a>(contract: &'a Contract, action: &Action) -> Option<&'a Table> {
    contract.tables.iter().find(|(name, _)| name.as_str() == action.table.as_str()).map(|(_, table)| table)
}

fn kind(operation: &str) -> Option<OperationKind> {
    match operation {
        "delete" => Some(OperationKind::Delete),
        "insert" => Some(OperationKind::Insert),
        "update" => Some(OperationKind::Update),
        _ => None,
    }
}

fn fits(contract: &Contract, action: &Action, original: Option<&Undoing>) -> bool {
    let Some(table) = table(contract, action) else { return false };
    let Some(operation) = terms(table, action, original) else { return false };
    let columns_fit = action.set.iter().all(|(name, value)| {
        let column = table.columns.iter().find(|(known, _)| known.as_str() == name.as_str());
        let may_be_set =
            original.is_some() || operation.columns.iter().any(|known| known.as_str() == name.as_str());
        may_be_set
            && column.is_some_and(|(_, column)| match value {
                Proposed::Open(value) => column.class == Class::Open && column.accepts(value),
                Proposed::Sealed { conforms } => {
                    (column.class == Class::Sealed || original.is_some()) && *conforms
                }
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
    let sets_something = action.operation == *"delete" || !action.set.is_empty();
    columns_fit && keys_fit && sets_something && !action.records.is_empty()
}

fn states_known(contract: &Contract, action: &Action, original: Option<&Undoing>) -> bool {
    let (Some(table), Some(kind)) = (table(contract, action), kind(action.operation.as_str())) else {
        return false;
    };
    let Some(operation) = terms(table, action, original) else { return false };
    let undoable = match &operation.rollback {
        _ if original.is_some() => true,
        Rollback::None => true,
        Rollback::Restore { window_seconds } => *window_seconds != 0,
        Rollback::Compensate { operation } => {
            operation.as_str().split_once('.').is_some_and(|(name, _)| contract.tables.contains_key(name))
        }
    };
    undoable
        && original.is_none_or(|original| reverses(action, original))
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

fn too_much(
    contract: &Contract,
    envelope: &Envelope,
    action: &Action,
    standing: &Standing,
    original: Option<&Undoing>,
) -> bool {
    let rows = action.records.len() as u64;
    let operation = table(contract, action).and_then(|table| terms(table, action, original));
    let over_contract = operation.is_some_and(|operation| rows > u64::from(operation.max_rows));
    let over_limit = envelope.limits.iter().any(|limit| {
        let by_agent = limit.agents.as_ref().is_none_or(|agents| agents.contains(&action.agent));
        let on_table = limit.table.as_ref().is_none_or(|table| table.as_str() == action.table.as_str());
        let of_kind = limit
            .operations
            .as_ref()
            .is_none_or(|kinds| kind(action.operation.as_str()).is_some_and(|kind| kinds.contains(&kind)));
        let counted = by_agent && on_table && of_kind;
        counted
            && standing.spent.get(&limit.id).is_none_or(|spent| spent.saturating_add(rows) > limit.max_rows)
    });
    over_contract || over_limit
}
