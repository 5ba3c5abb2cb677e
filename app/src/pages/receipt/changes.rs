//! The records of an action as its receipt has them: open values in clear, sealed ones as commitments.

use std::collections::BTreeSet;

use evidence::action::{Action, Owner, Record, RecordKey, State, overlay};
use evidence::commitment::Cell as Committed;
use evidence::name::Text;
use leptos::prelude::*;

use crate::parts::{Cell, Diff, DiffRow, Hash, Untrusted};
use crate::portal::key_text;
use crate::text;

/// Every record that the action names.
#[component]
pub fn Changes(action: Action) -> impl IntoView {
    let source = text::source(action.source);
    let heading = format!("{} in this receipt", text::tn("count.records", action.rows()));
    let deletes = action.operation.as_str() == "delete";
    let records = action
        .records
        .into_iter()
        .enumerate()
        .map(move |(index, record)| view! { <One index record deletes/> });
    view! {
        <section aria-labelledby="changes">
            <h2 id="changes">{heading}</h2>
            <p class="soft">{source}</p>
            {records.collect_view()}
        </section>
    }
    .into_any()
}

#[component]
fn One(index: usize, record: Record, deletes: bool) -> impl IntoView {
    let Record { after, before, key, owner } = record;
    let key = match key {
        RecordKey::Open(key) => view! { <Untrusted text=key_text(&key)/> }.into_any(),
        RecordKey::Foreign(blind) => {
            view! { "Another tenant’s record "<Hash text=blind.to_string()/> }.into_any()
        }
    };
    let rows = rows(before.as_ref(), after.as_ref(), deletes);
    let table = (!rows.is_empty())
        .then(|| view! { <Diff id=format!("cells-{index}") caption="Columns of the record" rows after="Proposed"/> });
    view! {
        <article class="record">
            <h3>{key}</h3>
            <p>{whose(&owner)}</p>
            {table}
            <dl class="facts">
                <StateHash name="State before" state=before/>
                <StateHash name="State proposed" state=after/>
            </dl>
        </article>
    }
    .into_any()
}

#[component]
fn StateHash(name: &'static str, state: Option<State>) -> impl IntoView {
    state.map(|state| view! { <dt>{name}</dt><dd><Hash text=state.hash.to_string()/></dd> })
}

const fn whose(owner: &Owner) -> &'static str {
    match owner {
        Owner::Absent => "There was no such record.",
        Owner::Foreign(_) => {
            "It belongs to another tenant, so this log has neither its key nor anything of its state."
        }
        Owner::Tenant => "It belongs to this tenant.",
        Owner::Unobserved => "The connector could not look: the contract does not have this table or key.",
    }
}

fn rows(before: Option<&State>, after: Option<&State>, deletes: bool) -> Vec<DiffRow> {
    let none = std::collections::BTreeMap::new();
    let old = before.map_or(&none, |state| &state.cells);
    // A denied write may have no proposed state; then nothing would have changed as far as this receipt knows.
    let new = match after {
        Some(state) => overlay(old, &state.cells),
        None if deletes => overlay(&none, &none),
        None => overlay(old, &none),
    };
    let columns: BTreeSet<&Text> = old.keys().chain(new.keys().copied()).collect();
    columns
        .into_iter()
        .map(|column| DiffRow {
            column: column.to_string(),
            before: cell(old.get(column)),
            after: cell(new.get(column).copied()),
        })
        .collect()
}

fn cell(cell: Option<&Committed>) -> Cell {
    match cell {
        None => Cell::Absent,
        Some(Committed::Open { value, .. }) => Cell::Open(value.clone()),
        Some(Committed::Sealed(commitment)) => Cell::Sealed(commitment.clone()),
    }
}
