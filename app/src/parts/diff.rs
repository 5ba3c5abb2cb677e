//! A record before and after, column by column, with words for what changed.

use evidence::value::Value;
use leptos::prelude::*;

use super::{Hash, Table, Untrusted};

/// What is known of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// There was no record.
    Absent,
    /// The value.
    Open(Value),
    /// Only the commitment.
    Sealed(String),
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffRow {
    /// Its name.
    pub column: String,
    /// Before.
    pub before: Cell,
    /// After.
    pub after: Cell,
}

impl DiffRow {
    /// Whether the two differ.
    pub fn changed(&self) -> bool {
        self.before != self.after
    }
}

/// The table.
#[component]
pub fn Diff(
    /// Unique in the page, which may show several records.
    #[prop(into)]
    id: String,
    #[prop(into)] caption: String,
    rows: Vec<DiffRow>,
    /// What the second state is: `After`, or `Proposed`.
    #[prop(default = "After")]
    after: &'static str,
) -> impl IntoView {
    view! {
        <Table id=id caption=caption class="diff">
            <thead>
                <tr>
                    <th scope="col">"Column"</th>
                    <th scope="col">"Before"</th>
                    <th scope="col">{after}</th>
                    <th scope="col">"Change"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Line row/> }).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Line(row: DiffRow) -> impl IntoView {
    let changed = row.changed();
    let word = match (&row.before, &row.after) {
        _ if !changed => "same",
        (Cell::Absent, _) => "added",
        (_, Cell::Absent) => "removed",
        _ => "changed",
    };
    view! {
        <tr class:changed=changed>
            <th scope="row"><Untrusted text=row.column/></th>
            <td class="before"><CellView cell=row.before/></td>
            <td class="after"><CellView cell=row.after/></td>
            <td class="change">{word}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn CellView(cell: Cell) -> impl IntoView {
    match cell {
        Cell::Absent => view! { <span class="soft">"no record"</span> }.into_any(),
        Cell::Open(Value::Null) => view! { <span class="soft">"null"</span> }.into_any(),
        Cell::Open(Value::Text(text)) if text.is_empty() => {
            view! { <span class="soft">"empty text"</span> }.into_any()
        }
        Cell::Open(Value::Text(text)) => view! { <Untrusted text/> }.into_any(),
        Cell::Open(other) => view! { <span class="number">{other.to_string()}</span> }.into_any(),
        Cell::Sealed(commitment) => {
            view! { <span class="sealed"><span class="soft">"sealed"</span>" "<Hash text=commitment/></span> }
                .into_any()
        }
    }
}
