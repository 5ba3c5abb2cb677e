//! The records that were named, as the connector read them before the attempt and after it.

use std::collections::{BTreeMap, BTreeSet};

use evidence::name::{Name, Text};
use evidence::receipt::DecisionReceipt;
use leptos::prelude::*;

use crate::pages::receipt::Changes;
use crate::parts::{Cell, Diff, DiffRow, Untrusted};
use crate::portal::{Seen, Shown, key_text};
use crate::text::t;

/// What was read from the database; from the receipt if the server no longer remembers.
#[component]
pub fn Records(records: Vec<Seen>, decision: DecisionReceipt) -> impl IntoView {
    if records.is_empty() {
        return view! { <Changes action=decision.action/> }.into_any();
    }
    let tenant = decision.entry.tenant;
    let many = records.len() > 1;
    let records = records
        .into_iter()
        .enumerate()
        .map(move |(index, seen)| view! { <Record index seen tenant=tenant.clone()/> });
    view! {
        <section aria-labelledby="records-title">
            <h2 id="records-title">{if many { t("try.seen_many") } else { t("try.seen_one") }}</h2>
            <p class="soft">{t("try.seen_lead")}</p>
            {records.collect_view()}
        </section>
    }
    .into_any()
}

#[component]
fn Record(index: usize, seen: Seen, tenant: Name) -> impl IntoView {
    let Seen { key, owner, before, after } = seen;
    let rows = rows(before.as_ref(), after.as_ref());
    let changed = rows.iter().filter(|row| row.changed()).count();
    let whose = owner.map(|owner| {
        let whose = if owner == tenant { t("try.own") } else { t("try.others") };
        view! { <p>{whose}" "<strong>{owner.to_string()}</strong>"."</p> }
    });
    let fact = match (before.is_some(), after.is_some(), changed) {
        (false, false, _) => t("try.no_record"),
        (_, _, 0) => t("try.unchanged"),
        (true, false, _) => t("try.gone"),
        (false, true, _) => t("try.new"),
        _ => t("try.changed"),
    };
    let table = (!rows.is_empty()).then(|| {
        view! { <Diff id=format!("seen-{index}") caption=t("try.columns") rows/> }
    });
    view! {
        <article class="record">
            <h3><Untrusted text=key_text(&key)/></h3>
            {whose}
            <p><strong>{fact}</strong></p>
            {table}
        </article>
    }
    .into_any()
}

fn rows(before: Option<&BTreeMap<Text, Shown>>, after: Option<&BTreeMap<Text, Shown>>) -> Vec<DiffRow> {
    let columns: BTreeSet<&Text> = before.into_iter().chain(after).flat_map(BTreeMap::keys).collect();
    let cell = |state: Option<&BTreeMap<Text, Shown>>, column: &Text| match state
        .and_then(|state| state.get(column))
    {
        None => Cell::Absent,
        Some(Shown::Open(value)) => Cell::Open(value.clone()),
        Some(Shown::Sealed(commitment)) => Cell::Sealed(commitment.clone()),
    };
    columns
        .into_iter()
        .map(|column| DiffRow {
            column: column.to_string(),
            before: cell(before, column),
            after: cell(after, column),
        })
        .collect()
}
