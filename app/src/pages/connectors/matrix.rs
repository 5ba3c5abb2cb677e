//! The columns of a table: what receipts may show, and what operations may set.

use evidence::contract::{Class, OperationKind};
use leptos::prelude::*;

use crate::parts::{Table, Untrusted};
use crate::portal::{ColumnDraft, Fault, TableDraft, kind_word};
use crate::text::{t, tf};

/// A line for each column.
#[component]
pub fn Matrix(draft: TableDraft, faults: Vec<Fault>) -> impl IntoView {
    let lines = draft.columns.iter().map(|column| {
        let (column, draft, faults) = (column.clone(), draft.clone(), faults.clone());
        view! { <Line column draft faults/> }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <p class="hint">{t("connectors.matrix_hint")}</p>
        <Table id="columns" caption=t("connectors.columns") class="matrix">
            <thead>
                <tr>
                    <th scope="col">{t("connectors.column")}</th>
                    <th scope="col">{t("connectors.type")}</th>
                    <th scope="col">{t("connectors.class")}</th>
                    <th scope="col">{t("connectors.writable")}</th>
                    <th scope="col">{t("connectors.insert_sets")}</th>
                    <th scope="col">{t("connectors.update_sets")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Line(column: ColumnDraft, draft: TableDraft, faults: Vec<Fault>) -> impl IntoView {
    let name = column.name.clone();
    let sets = |kind: OperationKind| {
        draft.operations.get(&kind).is_some_and(|operation| operation.columns.contains(&name))
    };
    let boxes = [
        ("writable", t("connectors.writable"), column.writable),
        ("insert", t("connectors.insert_sets"), sets(OperationKind::Insert)),
        ("update", t("connectors.update_sets"), sets(OperationKind::Update)),
    ];
    let boxes = boxes.map(|(prefix, what, checked)| {
        let id = format!("{prefix}-{name}");
        let label = format!("{name}: {what}");
        let wrong = wrong(&faults, &id);
        let invalid = (!wrong.is_empty()).then_some("true");
        view! {
            <td>
                <input type="checkbox" id=id.clone() name=id value="yes" checked=checked aria-label=label aria-invalid=invalid/>
                {wrong}
            </td>
        }
    });
    let class = Some(wrong(&faults, &format!("class-{name}"))).filter(|wrong| !wrong.is_empty());
    view! {
        <tr>
            <th scope="row"><code><Untrusted text=name.clone()/></code></th>
            <td><Kind column=column.clone()/></td>
            <td><ClassOf name class=column.class/>{class}</td>
            {boxes.into_iter().collect_view()}
        </tr>
    }
    .into_any()
}

/// The type: as it is, or to be chosen where the database leaves it open.
#[component]
fn Kind(column: ColumnDraft) -> impl IntoView {
    let ColumnDraft { name, declared, kinds, kind, nullable, .. } = column;
    let may_be_empty = nullable.then(|| view! { <span class="soft">{t("connectors.may_be_empty")}</span> });
    if kinds.len() < 2 {
        return view! { <code><Untrusted text=declared/></code>" "{may_be_empty} }.into_any();
    }
    let id = format!("kind-{name}");
    let label = tf("connectors.type_of", &[("column", &name)]);
    let options = kinds.into_iter().map(|known| {
        view! { <option value=kind_word(known) selected=known == kind>{kind_word(known)}</option> }
    });
    let options: Vec<_> = options.collect();
    view! {
        <code><Untrusted text=declared/></code>" "
        <select id=id.clone() name=id aria-label=label>{options}</select>" "
        {may_be_empty}
    }
    .into_any()
}

#[component]
fn ClassOf(name: String, class: Class) -> impl IntoView {
    let id = format!("class-{name}");
    let label = tf("connectors.class_of", &[("column", &name)]);
    view! {
        <select id=id.clone() name=id aria-label=label>
            <option value="open" selected=class == Class::Open>{t("connectors.open")}</option>
            <option value="sealed" selected=class == Class::Sealed>{t("connectors.sealed_word")}</option>
        </select>
    }
    .into_any()
}

fn wrong(faults: &[Fault], id: &str) -> Vec<AnyView> {
    let wrong = faults.iter().filter(|fault| fault.field == id);
    wrong
        .map(|fault| view! { <p class="fault"><Untrusted text=fault.message.to_string()/></p> }.into_any())
        .collect()
}
