//! The form of a write. It posts, and the server answers with the address of what became of it; nothing here needs a
//! script.

use evidence::contract::{Class, OperationKind};
use leptos::prelude::*;

use crate::parts::{Field, TextArea, legible};
use crate::portal::{Draft, Fault, Workspace};
use crate::text::{t, tf};

/// The form.
#[component]
pub fn Compose(workspace: Workspace, draft: Draft, faults: Vec<Fault>) -> impl IntoView {
    view! {
        <form method="post" action="/try" class="compose" aria-labelledby="compose-title">
            <h2 id="compose-title">{t("try.write")}</h2>
            <input type="hidden" name="attempt" value=draft.attempt.clone()/>
            <Who workspace=workspace.clone() draft=draft.clone() faults=faults.clone()/>
            <What workspace=workspace.clone() draft=draft.clone() faults=faults.clone()/>
            <Set workspace set=draft.set.clone() faults=faults.clone()/>
            <Why draft faults/>
            <div class="actions">
                <button type="submit" class="primary">{t("try.send")}</button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Who(workspace: Workspace, draft: Draft, faults: Vec<Fault>) -> impl IntoView {
    let tenants =
        workspace.tenants.iter().map(|tenant| (tenant.name.to_string(), tenant.title.clone())).collect();
    let agents = names(workspace.agents.iter());
    let connectors = names(workspace.connectors.iter().map(|connector| &connector.name));
    view! {
        <fieldset>
            <legend>{t("try.who")}</legend>
            <div class="row">
                <Choice id="tenant" label=t("try.tenant") hint=t("try.tenant_hint") chosen=draft.tenant options=tenants faults=faults.clone()/>
                <Choice id="agent" label=t("try.agent") chosen=draft.agent options=agents faults=faults.clone()/>
                <Choice id="connector" label=t("try.connector") chosen=draft.connector options=connectors faults/>
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn What(workspace: Workspace, draft: Draft, faults: Vec<Fault>) -> impl IntoView {
    let tables = workspace
        .connectors
        .iter()
        .flat_map(|connector| connector.contract.tables.keys())
        .map(|table| (table.to_string(), table.to_string()))
        .collect();
    let operations = [OperationKind::Update, OperationKind::Insert, OperationKind::Delete]
        .map(|kind| (kind.as_str().to_owned(), kind.as_str().to_owned()));
    let records = draft.records;
    view! {
        <fieldset>
            <legend>{t("try.what")}</legend>
            <div class="row">
                <Choice id="operation" label=t("try.operation") chosen=draft.operation options=operations.to_vec() faults=faults.clone()/>
                <Choice id="table" label=t("try.table") chosen=draft.table options=tables faults=faults.clone()/>
            </div>
            <Field id="records" label=t("try.records") hint=t("try.records_hint") faults=faults
                control=move |described_by, invalid| {
                    view! { <TextArea id="records" name="records" text=records rows=2 described_by=described_by invalid=invalid/> }.into_any()
                }/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Set(workspace: Workspace, set: Vec<(String, String)>, faults: Vec<Fault>) -> impl IntoView {
    let rows = set.len().max(Draft::SET_ROWS);
    let mut set = set.into_iter();
    let lines = (0..rows).map(|row| {
        let (column, value) = set.next().unwrap_or_default();
        view! { <SetLine row column value/> }
    });
    let messages: Vec<String> = faults
        .into_iter()
        .filter(|fault| fault.field == "set")
        .map(|fault| fault.message.to_string())
        .collect();
    let invalid = !messages.is_empty();
    let fault = invalid.then(|| view! { <p class="fault">{messages.join(" ")}</p> });
    view! {
        <fieldset id="set" tabindex="-1" class:invalid=invalid>
            <legend>{t("try.sets")}</legend>
            <p class="hint">{t("try.sets_hint")}</p>
            {fault}
            <div class="pairs">{lines.collect_view()}</div>
            <Columns workspace/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn SetLine(row: usize, column: String, value: String) -> impl IntoView {
    let number = row + 1;
    view! {
        <div class="pair">
            <input
                name="column"
                list="columns"
                autocomplete="off"
                spellcheck="false"
                aria-label=tf("try.column_number", &[("number", &number)])
                placeholder=t("try.column")
                value=column
            />
            <span aria-hidden="true">"="</span>
            <input name="value" autocomplete="off" aria-label=tf("try.value_number", &[("number", &number)]) placeholder=t("try.value") value=value/>
        </div>
    }
    .into_any()
}

/// What can be chosen as a column. Anything can be typed: an unknown column is for the boundary to refuse.
#[component]
fn Columns(workspace: Workspace) -> impl IntoView {
    let options = workspace.connectors.into_iter().flat_map(|connector| connector.contract.tables).flat_map(
        |(name, table)| {
            table.columns.into_iter().map(move |(column, terms)| {
                let class = match terms.class {
                    Class::Open => "",
                    Class::Sealed => t("try.sealed"),
                };
                view! { <option value=column.to_string()>{format!("{name} {class}")}</option> }
            })
        },
    );
    view! { <datalist id="columns">{options.collect_view()}</datalist> }.into_any()
}

#[component]
fn Why(draft: Draft, faults: Vec<Fault>) -> impl IntoView {
    let Draft { reason, on_behalf_of, .. } = draft;
    view! {
        <fieldset>
            <legend>{t("try.why")}</legend>
            <Field id="reason" label=t("try.reason") hint=t("try.reason_hint") faults=faults.clone()
                control=move |described_by, invalid| {
                    view! { <TextArea id="reason" name="reason" text=reason rows=2 described_by=described_by invalid=invalid/> }.into_any()
                }/>
            <Field id="on_behalf_of" label=t("try.for") optional=true faults=faults
                control=move |described_by, invalid| {
                    view! {
                        <input id="on_behalf_of" name="on_behalf_of" autocomplete="off" value=on_behalf_of
                            aria-describedby=described_by aria-invalid=invalid.then_some("true")/>
                    }
                    .into_any()
                }/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    chosen: String,
    options: Vec<(String, String)>,
    faults: Vec<Fault>,
) -> impl IntoView {
    let alone = options.len() == 1;
    let options = options
        .into_iter()
        .map(move |(value, label)| {
            let selected = alone || value == chosen;
            view! { <option value=value selected=selected>{legible(&label)}</option> }
        })
        .collect_view();
    let control = move |described_by: Option<String>, invalid: bool| {
        view! {
            <select id=id name=id aria-describedby=described_by aria-invalid=invalid.then_some("true")>
                <option value="">{t("try.choose")}</option>
                {options}
            </select>
        }
        .into_any()
    };
    view! { <Field id label hint=hint.unwrap_or_default() faults control/> }.into_any()
}

fn names<'a>(names: impl Iterator<Item = &'a evidence::name::Name>) -> Vec<(String, String)> {
    names.map(|name| (name.to_string(), name.to_string())).collect()
}
