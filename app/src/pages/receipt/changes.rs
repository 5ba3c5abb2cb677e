//! The records of an action as its receipt has them: open values in clear, sealed ones as commitments.

use std::collections::{BTreeMap, BTreeSet};

use evidence::action::{Action, Owner, Record, RecordKey, State, overlay};
use evidence::commitment::Cell as Committed;
use evidence::name::Text;
use leptos::prelude::*;

use crate::parts::{Cell, Diff, DiffRow, Hash, Untrusted};
use crate::portal::key_text;
use crate::text::{self, t, tn};

/// Every record that the action names.
#[component]
pub fn Changes(action: Action) -> impl IntoView {
    let source = text::source(action.source);
    let heading = tn("receipts.records", action.rows());
    let deletes = action.operation.as_str() == "delete";
    let records = action
        .records
        .into_iter()
        .enumerate()
        .map(move |(index, record)| view! { <One id=index.to_string() record deletes/> });
    view! {
        <section aria-labelledby="changes">
            <h2 id="changes">{heading}</h2>
            <p class="soft">{source}</p>
            {records.collect_view()}
        </section>
    }
    .into_any()
}

/// What the records would be again if the action were undone.
#[component]
pub fn Back(action: Action) -> impl IntoView {
    let records = action.records.into_iter().enumerate().map(|(index, record)| {
        let Record { after, before, key, .. } = record;
        let none = BTreeMap::new();
        let old = before.as_ref().map_or(&none, |state| &state.cells);
        let new: BTreeMap<&Text, &Committed> = match &after {
            Some(state) => overlay(old, &state.cells),
            None => BTreeMap::new(),
        };
        let columns: BTreeSet<&Text> = old.keys().chain(new.keys().copied()).collect();
        let rows = columns.into_iter().map(|column| DiffRow {
            column: column.to_string(),
            before: cell(new.get(column).copied()),
            after: cell(old.get(column)),
        });
        let rows: Vec<DiffRow> = rows.filter(DiffRow::changed).collect();
        view! {
            <h3><RecordName key/></h3>
            <Diff id=format!("back-{index}") caption=t("receipts.undo.back") rows after=t("receipts.undo.again")/>
        }
    });
    view! {
        <details class="back">
            <summary>{t("receipts.undo.what")}</summary>
            {records.collect_view()}
        </details>
    }
    .into_any()
}

/// One record. A brief one has only the columns that change, and no hashes.
#[component]
pub fn One(
    /// What tells it from the others in the page.
    id: String,
    record: Record,
    /// Whether the action removes it.
    deletes: bool,
    #[prop(optional)] brief: bool,
) -> impl IntoView {
    let Record { after, before, key, owner } = record;
    let mut rows = rows(before.as_ref(), after.as_ref(), deletes);
    if brief {
        rows.retain(DiffRow::changed);
    }
    let table = (!rows.is_empty()).then(|| {
        view! {
            <Diff id=format!("cells-{id}") caption=t("receipts.columns") rows after=t("receipts.proposed")/>
        }
    });
    let hashes = (!brief).then(|| {
        view! {
            <dl class="facts">
                <StateHash name=t("receipts.state_before") state=before/>
                <StateHash name=t("receipts.state_proposed") state=after/>
            </dl>
        }
    });
    let whose = (!brief || !matches!(owner, Owner::Tenant)).then(|| view! { <p>{whose(&owner)}</p> });
    let name = view! { <RecordName key/> };
    view! {
        <article class="record">
            {if brief {
                view! { <h4>{name}</h4> }.into_any()
            } else {
                view! { <h3>{name}</h3> }.into_any()
            }}
            {whose}
            {table}
            {hashes}
        </article>
    }
    .into_any()
}

#[component]
fn RecordName(key: RecordKey) -> impl IntoView {
    match key {
        RecordKey::Open(key) => view! { <Untrusted text=key_text(&key)/> }.into_any(),
        RecordKey::Foreign(blind) => {
            view! { {t("receipts.foreign")}" "<Hash text=blind.to_string()/> }.into_any()
        }
    }
}

#[component]
fn StateHash(name: &'static str, state: Option<State>) -> impl IntoView {
    state.map(|state| view! { <dt>{name}</dt><dd><Hash text=state.hash.to_string()/></dd> })
}

fn whose(owner: &Owner) -> &'static str {
    match owner {
        Owner::Absent => t("receipts.whose.absent"),
        Owner::Foreign(_) => t("receipts.whose.foreign"),
        Owner::Tenant => t("receipts.whose.tenant"),
        Owner::Unobserved => t("receipts.whose.unobserved"),
    }
}

fn rows(before: Option<&State>, after: Option<&State>, deletes: bool) -> Vec<DiffRow> {
    let none = BTreeMap::new();
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
