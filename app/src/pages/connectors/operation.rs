//! One operation on a table: whether there is one, how much it may do at once, how much depends on it and how it is undone.

use evidence::contract::{Consequence, OperationKind};
use leptos::prelude::*;

use crate::parts::{Checkbox, Choice, Group, Radios, Select, TextInput};
use crate::portal::{Fault, OperationDraft, RollbackKind, UNITS};
use crate::text::t;

/// Its fields.
#[component]
pub fn OperationFields(kind: OperationKind, operation: OperationDraft, faults: Vec<Fault>) -> impl IntoView {
    let word = kind.as_str();
    let legend = match kind {
        OperationKind::Delete => t("connectors.delete"),
        OperationKind::Insert => t("connectors.insert"),
        OperationKind::Update => t("connectors.update"),
    };
    let of_rows = faults.clone();
    let of_undoing = faults.clone();
    view! {
        <Group legend>
            <Checkbox id=format!("offered-{word}") label=t("connectors.offer") checked=operation.offered faults/>
            <TextInput
                id=format!("max_rows-{word}") label=t("connectors.max_rows") hint=t("connectors.max_rows_hint")
                value=operation.max_rows.clone() faults=of_rows kind="number"
            />
            <Weight word consequence=operation.consequence/>
            <Undoing word operation faults=of_undoing/>
        </Group>
    }
    .into_any()
}

#[component]
fn Weight(word: &'static str, consequence: Consequence) -> impl IntoView {
    let options = vec![
        Choice::new("low", t("connectors.low")).hint(t("connectors.low_hint")),
        Choice::new("consequential", t("connectors.consequential")).hint(t("connectors.consequential_hint")),
        Choice::new("irreversible", t("connectors.irreversible")).hint(t("connectors.irreversible_hint")),
    ];
    let chosen = match consequence {
        Consequence::Consequential => "consequential",
        Consequence::Irreversible => "irreversible",
        Consequence::Low => "low",
    };
    view! { <Radios id=format!("consequence-{word}") legend=t("connectors.consequence") options chosen/> }
        .into_any()
}

#[component]
fn Undoing(word: &'static str, operation: OperationDraft, faults: Vec<Fault>) -> impl IntoView {
    let options = vec![
        Choice::new("restore", t("connectors.restore")).hint(t("connectors.restore_hint")),
        Choice::new("compensate", t("connectors.compensate")).hint(t("connectors.compensate_hint")),
        Choice::new("none", t("connectors.undo_none")).hint(t("connectors.undo_none_hint")),
    ];
    let chosen = match operation.rollback {
        RollbackKind::Compensate => "compensate",
        RollbackKind::None => "none",
        RollbackKind::Restore => "restore",
    };
    let names =
        [t("connectors.days"), t("connectors.hours"), t("connectors.minutes"), t("connectors.seconds")];
    let units = UNITS.iter().zip(names).map(|(unit, name)| Choice::new(unit.to_string(), name)).collect();
    let of_compensation = faults.clone();
    view! {
        <Radios id=format!("rollback-{word}") legend=t("connectors.undoing") options chosen/>
        <div class="row">
            <TextInput
                id=format!("window-{word}") label=t("connectors.window") value=operation.window faults kind="number"
            />
            <Select
                id=format!("unit-{word}") label=t("connectors.unit") options=units chosen=operation.unit.to_string()
            />
        </div>
        <TextInput
            id=format!("compensation-{word}") label=t("connectors.compensation") hint=t("connectors.compensation_hint")
            value=operation.compensation faults=of_compensation optional=true exact=true
        />
    }
    .into_any()
}
