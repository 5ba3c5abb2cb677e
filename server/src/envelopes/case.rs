//! Saved cases, and what an envelope makes of them: the same `decide` that decides every write.

use std::collections::BTreeMap;

use app::portal::envelopes::{Case, Tried, Write};
use evidence::action::{Action, LiveSchema, Owner, Proposed, Record, RecordKey, Source, State};
use evidence::commitment::{Cell, Key};
use evidence::compile::Compiled;
use evidence::contract::{ColumnType, Contract, OperationKind, Table};
use evidence::decide::decide;
use evidence::decision::{Decision, Verdict};
use evidence::digest::Digest;
use evidence::name::{Identifier, Text};
use evidence::receipt::Receipt;
use evidence::standing::{AgentStanding, Standing};
use evidence::timestamp::Timestamp;
use evidence::value::Value;

use super::{Envelopes, Place, Refusal, Who, fresh};
use crate::ledger::LedgerError;

/// A salt for cells that no receipt will ever show.
const NO_SALT: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// The most records of a case that are decided one by one; further ones are like the last.
const MOST_ROWS: u32 = 2_000;

impl Envelopes {
    /// The saved cases, by name.
    pub async fn cases(&self, place: &Place) -> Result<Vec<Case>, LedgerError> {
        self.shelf.cases(place).await
    }

    /// Saves a case.
    pub async fn save_case(
        &self,
        place: &Place,
        who: &Who,
        name: Text,
        write: Write,
        expected: Verdict,
    ) -> Result<(), Refusal> {
        let case =
            Case { id: fresh()?, name, write, expected, by: who.name.to_string(), at: self.clock.now() };
        if self.shelf.put_case(place, &case, who).await? { Ok(()) } else { Err(Refusal::NameTaken) }
    }

    /// The write of a decision in the log, and the verdict that it got, to make a case of.
    pub async fn case_of(&self, place: &Place, seq: u64) -> Result<(Write, Verdict), Refusal> {
        let found = self.ledger.receipt(&place.tenant, seq).await?.ok_or(Refusal::Unknown)?;
        let Receipt::Decision(decision) = found.receipt() else { return Err(Refusal::NoCase) };
        if decision.action.connector != place.connector {
            return Err(Refusal::NoCase);
        }
        let write = Write::of(&decision.action).ok_or(Refusal::NoCase)?;
        Ok((write, decision.decision.verdict))
    }

    /// Removes a case.
    pub async fn remove_case(&self, place: &Place, id: &str) -> Result<(), Refusal> {
        if self.shelf.drop_case(place, id).await? { Ok(()) } else { Err(Refusal::Unknown) }
    }
}

/// What `compiled` makes of a case at `now`, or as soon as it is in force.
pub fn tried(place: &Place, contract: &Contract, compiled: &Compiled, case: Case, now: Timestamp) -> Tried {
    let Decision { verdict, reasons, rules, .. } = decided(place, contract, compiled, &case.write, now);
    Tried { case, verdict, reasons, rules }
}

/// Decides a write as it would be decided for an agent that may act, with every limit still untouched.
pub fn decided(
    place: &Place,
    contract: &Contract,
    compiled: &Compiled,
    write: &Write,
    now: Timestamp,
) -> Decision {
    let action = action(place, contract, write);
    let envelope = compiled.envelope();
    let standing = Standing {
        agent: AgentStanding::Active,
        approval: None,
        contract: Some(envelope.contract),
        envelope: Some(compiled.digest()),
        portal_frozen: false,
        spent: envelope.limits.iter().map(|limit| (limit.id.clone(), 0)).collect(),
        tenant_frozen: false,
        undoes: None,
    };
    decide(Some(contract), Some(compiled), &action, &standing, now.max(envelope.valid_from))
}

fn action(place: &Place, contract: &Contract, write: &Write) -> Action {
    let table = contract.tables.get(write.table.as_str());
    let kind = OperationKind::parse(write.operation.as_str());
    let open = write.set.iter().map(|(column, value)| (column.clone(), Proposed::Open(value.clone())));
    let sealed = write.sealed.iter().map(|column| (column.clone(), Proposed::Sealed { conforms: true }));
    let rows = write.rows.min(MOST_ROWS);
    Action {
        agent: write.agent.clone(),
        connector: place.connector.clone(),
        id: place.connector.clone(),
        on_behalf_of: None,
        operation: write.operation.clone(),
        reason: Text::shortened("", 0),
        records: (0..rows).map(|row| record(table, kind, write, row)).collect(),
        schema: LiveSchema::Matches,
        set: open.chain(sealed).collect(),
        source: Source::Observed,
        table: write.table.clone(),
        tenant: place.tenant.name().clone(),
        undoes: None,
    }
}

fn record(table: Option<&Table>, kind: Option<OperationKind>, write: &Write, row: u32) -> Record {
    let described = usize::try_from(row).ok().and_then(|row| write.before.get(row));
    let values = described.or(write.before.last()).cloned().unwrap_or_default();
    let is_described = described.is_some();
    let is_insert = kind == Some(OperationKind::Insert);
    let key = key(table, &values, is_described, row);
    let cells = |values: &BTreeMap<Text, Value>| State {
        cells: values.iter().map(|(column, value)| (column.clone(), cell(value))).collect(),
        hash: Digest([0; 32]),
    };
    let before = (!is_insert).then(|| {
        let mut values = values.clone();
        values.extend(key.clone());
        cells(&values)
    });
    let after = (kind != Some(OperationKind::Delete)).then(|| cells(&write.set));
    let owner = if is_insert { Owner::Absent } else { Owner::Tenant };
    Record { after, before, key: RecordKey::Open(key), owner }
}

fn cell(value: &Value) -> Cell {
    Cell::Open { salt: NO_SALT.to_owned(), value: value.clone() }
}

/// The record's own key, where the case says it; otherwise one of the right types.
fn key(table: Option<&Table>, values: &BTreeMap<Text, Value>, is_described: bool, row: u32) -> Key {
    let Some(table) = table else { return Key::new() };
    let of = |name: &Identifier| {
        let known = values.get(name.as_str()).filter(|_| is_described).cloned();
        (name.to_text(), known.unwrap_or_else(|| made_up(table, name, row)))
    };
    table.key.iter().map(of).collect()
}

fn made_up(table: &Table, name: &Identifier, row: u32) -> Value {
    match table.columns.get(name).map(|column| column.kind) {
        Some(ColumnType::Boolean) => Value::Bool(true),
        Some(ColumnType::Integer) => Value::Integer(i64::from(row) + 1),
        Some(ColumnType::Bytes) => Value::Text("AAAA".to_owned()),
        Some(ColumnType::Decimal) => Value::Text(format!("{}", u64::from(row) + 1)),
        Some(ColumnType::Timestamp) => Value::Text("2026-01-01 00:00:00".to_owned()),
        Some(ColumnType::Text) | None => Value::Text(format!("case-{}", u64::from(row) + 1)),
    }
}
