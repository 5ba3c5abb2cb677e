//! The write of a saved case, as facts.

use std::collections::BTreeMap;

use evidence::name::Text;
use evidence::value::Value;
use leptos::prelude::*;

use crate::parts::{Fact, Facts, Untrusted};
use crate::portal::envelopes::Write;
use crate::text::{t, tn};

/// What is written, to which records, by whom.
#[component]
pub fn Written(write: Write) -> impl IntoView {
    let Write { agent, operation, table, before, set, sealed, rows } = write;
    let before: Vec<_> = before.into_iter().map(|cells| view! { <li><Cells cells/></li> }).collect();
    let before = (!before.is_empty()).then(|| {
        view! { <Fact name=t("envelopes.write.before")><ul role="list">{before}</ul></Fact> }
    });
    let sealed: Vec<_> =
        sealed.into_iter().map(|column| view! { <li><Untrusted text=column.to_string()/></li> }).collect();
    let sealed = (!sealed.is_empty()).then(|| {
        view! { <Fact name=t("envelopes.write.sealed")><ul role="list" class="inline">{sealed}</ul></Fact> }
    });
    let set =
        (!set.is_empty()).then(|| view! { <Fact name=t("envelopes.write.set")><Cells cells=set/></Fact> });
    view! {
        <Facts>
            <Fact name=t("envelopes.write.agent")><code>{agent.to_string()}</code></Fact>
            <Fact name=t("envelopes.write.does")>
                <Untrusted text=operation.to_string()/>" · "<Untrusted text=table.to_string()/>" · "
                {tn("count.records", rows.into())}
            </Fact>
            {before}
            {set}
            {sealed}
        </Facts>
    }
    .into_any()
}

#[component]
fn Cells(cells: BTreeMap<Text, Value>) -> impl IntoView {
    let cells = cells.into_iter().map(|(column, value)| {
        let value = match value {
            Value::Text(text) => view! { <q><Untrusted text/></q> }.into_any(),
            other => view! { <code>{other.to_string()}</code> }.into_any(),
        };
        view! { <li><Untrusted text=column.to_string()/>" = "{value}</li> }
    });
    view! { <ul role="list" class="inline">{cells.collect_view()}</ul> }.into_any()
}
