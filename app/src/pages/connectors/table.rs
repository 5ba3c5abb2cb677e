//! One table of a draft, as a form: whose its records are, how they are told apart, what may be shown and what may be done.

use evidence::name::Name;
use leptos::prelude::*;

use super::matrix::Matrix;
use super::operation::OperationFields;
use crate::parts::{
    Button, Checkbox, Choice, ErrorSummary, Group, Heading, Hidden, Link, Look, Select, SubmitRow,
};
use crate::portal::{DraftDesk, Fault, Refusal, TableDraft};
use crate::text::{t, tf};
use crate::visit::{self, Done, Shown, Visit, say, show};

/// `/connectors/{connector}/draft/{table}`
pub async fn table(visit: Visit) -> Shown {
    let (name, table) = (visit.name("connector")?, visit.part("table")?.to_owned());
    let DraftDesk { mut draft, mut revision, faults, .. } =
        visit.portal()?.contract_draft(name.clone()).await?;
    let next = draft.tables.iter().find(|(other, draft)| **other > table && draft.obstacle.is_none());
    let has_next = next.is_some();
    let mut shown = draft.tables.remove(&table).ok_or(Refusal::NotFound)?;
    let of_table = faults.into_iter().filter(|fault| fault.table.as_ref() == Some(&table));
    let mut faults: Vec<Fault> = of_table.map(|fault| Fault::new(&fault.field, fault.said)).collect();
    let mut refusal = None;
    if let Some(rejected) = visit.rejected() {
        // What was typed is shown as it was, with the revision that it was typed for.
        shown = shown.of_form(&rejected.form);
        revision = rejected.form.text("revision").parse().unwrap_or(revision);
        refusal = Some(rejected.refusal.clone());
        faults.clear();
    }
    show(move || view! { <Page name table draft=shown revision faults refusal has_next/> }.into_any())
}

/// `POST /connectors/{connector}/draft/{table}`: keeps it, faulty or not.
pub async fn save(visit: Visit, form: visit::Form) -> Done {
    let (name, table) = (visit.name("connector")?, visit.part("table")?.to_owned());
    let mut draft = visit.portal()?.contract_draft(name.clone()).await?.draft;
    let next = draft.tables.iter().find(|(other, draft)| **other > table && draft.obstacle.is_none());
    let next = next.map(|(next, _)| next.clone());
    let kept = draft.tables.remove(&table).ok_or(Refusal::NotFound)?;
    let revision = form.text("revision").parse().map_err(|_| Refusal::NotFound)?;
    visit.portal()?.save_table(name.clone(), revision, table, kept.of_form(&form)).await?;
    match next.filter(|_| form.has("next")) {
        Some(next) => say("said.table_saved", format!("/connectors/{name}/draft/{next}")),
        None => say("said.table_saved", format!("/connectors/{name}/draft")),
    }
}

#[component]
fn Page(
    name: Name,
    table: String,
    draft: TableDraft,
    revision: i64,
    faults: Vec<Fault>,
    refusal: Option<Refusal>,
    has_next: bool,
) -> impl IntoView {
    let trail = vec![
        Link::new("/connectors", t("connectors.title")),
        Link::new(format!("/connectors/{name}"), name.to_string()),
        Link::new(format!("/connectors/{name}/draft"), t("connectors.draft_title")),
    ];
    let back = format!("/connectors/{name}/draft");
    let came_back = refusal.is_some();
    // What was saved with faults is no form that came back; the same summary leads to each field.
    let summary = refusal.or_else(|| (!faults.is_empty()).then(|| Refusal::Invalid(faults.clone())));
    let title = if came_back { t("connectors.table_not_saved") } else { t("connectors.table_faulty") };
    let operations = draft.operations.iter().rev().map(|(kind, operation)| {
        let (kind, operation, faults) = (*kind, operation.clone(), faults.clone());
        view! { <OperationFields kind operation faults/> }
    });
    let operations: Vec<_> = operations.collect();
    view! {
        <Heading title=tf("connectors.table_title", &[("table", &table)]) lead=t("connectors.table_lead") trail came_back/>
        {summary.map(|refusal| view! { <ErrorSummary refusal title/> })}
        <form method="post" action=format!("/connectors/{name}/draft/{table}") class="form wide" aria-label=table.clone()>
            <Hidden name="revision" value=revision.to_string()/>
            <Checkbox
                id="included" label=t("connectors.include") hint=t("connectors.include_hint") checked=draft.included
                faults=faults.clone()
            />
            <Records draft=draft.clone() faults=faults.clone()/>
            <Matrix draft faults/>
            <div class="columns">{operations}</div>
            <SubmitRow label=t("connectors.save") back>
                {has_next.then(|| view! { <Button label=t("connectors.save_next") look=Look::Quiet name="next" value="yes"/> })}
            </SubmitRow>
        </form>
    }
    .into_any()
}

/// Whose a record is, and which one.
#[component]
fn Records(draft: TableDraft, faults: Vec<Fault>) -> impl IntoView {
    let columns = draft.columns.iter().map(|column| Choice::plain(&column.name)).collect();
    let keys = draft.keys.iter().enumerate();
    let keys = keys.map(|(place, key)| Choice::new(place.to_string(), key.join(", "))).collect();
    let chosen = draft.keys.iter().position(|key| *key == draft.key);
    let chosen = chosen.map(|place| place.to_string()).unwrap_or_default();
    let of_key = faults.clone();
    view! {
        <Group legend=t("connectors.records")>
            <Select
                id="tenant_column" label=t("connectors.whose") hint=t("connectors.whose_hint") options=columns
                chosen=draft.tenant_column faults
            />
            <Select
                id="key" label=t("connectors.which") hint=t("connectors.which_hint") options=keys chosen=chosen
                faults=of_key
            />
        </Group>
    }
    .into_any()
}
