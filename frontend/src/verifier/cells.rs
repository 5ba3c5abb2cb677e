//! Records before and after, cell by cell: values where they are open, what stands for them where they are sealed.

use std::collections::BTreeMap;

use evidence::action::{Owner, Record, RecordKey, State};
use evidence::commitment::{Cell, Key};
use evidence::digest::Digest;
use evidence::name::Text;
use evidence::receipt::Effect;
use evidence::value::Value;
use evidence::verify::Evidence;
use leptos::prelude::*;

use super::check::Check;
use super::facts::{hash, length};
use super::said::said;

/// The most records of one receipt that the page shows; the JSON has them all.
const RECORDS: usize = 50;

/// The values of sealed cells that were opened for this reader, by column and digest.
type OpenedCells = BTreeMap<(Text, String), Value>;

/// The records that an action names.
#[component]
pub fn Records(check: Check, records: Vec<Record>) -> impl IntoView {
    let opened = check.with_evidence(opened).unwrap_or_default();
    let more = length(&records).saturating_sub(RECORDS as u64);
    let shown = records.into_iter().take(RECORDS).map(|record| one(&record, &opened)).collect_view();
    view! {
        {shown}
        {(more > 0).then(|| view! { <p class="soft">{format!("And {more} more; the JSON below has them all.")}</p> })}
    }
}

/// The records of an outcome, by their hashes.
#[component]
pub fn Effects(effects: Vec<Effect>) -> impl IntoView {
    let rows = effects.into_iter().take(RECORDS).map(|effect| {
        view! { <tr><th scope="row">{key_of(&effect.key)}</th><td>{state_hash(effect.before)}</td><td>{state_hash(effect.after)}</td></tr> }
    });
    view! {
        <div class="scroll">
            <table>
                <caption>"Records as read within the write’s own transaction"</caption>
                <thead><tr><th scope="col">"Record"</th><th scope="col">"State hash before"</th><th scope="col">"State hash after"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// A record's key.
pub fn key_of(key: &Key) -> AnyView {
    let parts: Vec<String> =
        key.iter().map(|(column, value)| format!("{column} = {}", plain(value))).collect();
    said(&parts.join(", "))
}

/// A value as people read it: text in quotes, with nothing escaped, since what is hidden in it is shown as such.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("“{text}”"),
        other => other.to_string(),
    }
}

fn one(record: &Record, opened: &OpenedCells) -> AnyView {
    let name = match &record.key {
        RecordKey::Open(key) => view! { "Record "{key_of(key)} }.into_any(),
        RecordKey::Foreign(digest) => {
            view! { "A record whose key is blinded: "{hash(&digest.hex())} }.into_any()
        }
    };
    let owner = match &record.owner {
        Owner::Absent => "No such record exists.",
        Owner::Foreign(_) => "It belongs to another tenant, so nothing of it is recorded.",
        Owner::Tenant => "It is the tenant’s own.",
        Owner::Unobserved => "The connector could not look.",
    };
    let is_blank = matches!(record.owner, Owner::Foreign(_) | Owner::Unobserved);
    let states = [&record.before, &record.after].map(|state| match state {
        None if is_blank => view! { <span class="soft">"not recorded"</span> }.into_any(),
        state => state_hash(state.as_ref().map(|state| state.hash)),
    });
    view! {
        <div class="scroll">
            <table class="cells">
                <caption>{name}" "<span class="soft">{owner}</span></caption>
                <thead>
                    <tr><th scope="col">"Column"</th><th scope="col">"Before"</th><th scope="col">"After"</th></tr>
                </thead>
                <tbody>
                    {cells(record, opened)}
                    <tr><th scope="row">"State hash"</th>{states.map(|state| view! { <td>{state}</td> }).into_iter().collect_view()}</tr>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cells(record: &Record, opened: &OpenedCells) -> AnyView {
    let none = BTreeMap::new();
    let side =
        |state: &Option<State>| state.as_ref().map_or_else(|| none.clone(), |state| state.cells.clone());
    let (before, changed) = (side(&record.before), side(&record.after));
    let mut columns: Vec<&Text> = before.keys().chain(changed.keys()).collect();
    columns.sort();
    columns.dedup();
    let rows = columns.into_iter().map(|column| {
        let was = before.get(column);
        // An after-state only has the cells that differ.
        let is = changed.get(column).or_else(|| record.after.as_ref().and(was));
        let differs = was != is;
        view! {
            <tr data-changed=differs.then_some("true")>
                <th scope="row">{said(&column.to_string())}</th>
                <td>{cell(column, was, opened)}</td>
                <td>{cell(column, is, opened)}{differs.then(|| view! { <span class="changed">" changed"</span> })}</td>
            </tr>
        }
    });
    rows.collect_view().into_any()
}

fn cell(column: &Text, cell: Option<&Cell>, opened: &OpenedCells) -> AnyView {
    match cell {
        None => view! { <span class="soft">"does not exist"</span> }.into_any(),
        Some(Cell::Open { value, .. }) => said(&plain(value)).into_any(),
        Some(Cell::Sealed(digest)) => match opened.get(&(column.clone(), digest.clone())) {
            Some(value) => {
                view! { {said(&plain(value))}<span class="soft">" (sealed, opened for you)"</span> }
                    .into_any()
            }
            None => view! { <span class="soft">"sealed "</span><code class="digest">{said(digest)}</code> }
                .into_any(),
        },
    }
}

fn state_hash(digest: Option<Digest>) -> AnyView {
    match digest {
        Some(digest) => hash(&digest.hex()),
        None => view! { <span class="soft">"does not exist"</span> }.into_any(),
    }
}

fn opened(evidence: &Evidence) -> OpenedCells {
    let cells = evidence.opened.iter().filter_map(|opened| {
        let digest = opened.disclosure.digest().ok()?;
        Some(((opened.disclosure.1.clone(), digest), opened.disclosure.2.clone()))
    });
    cells.collect()
}
