//! The filters: a form that only asks, so it works by GET and leaves its state in the address.

use evidence::decision::Verdict;
use evidence::name::Name;
use evidence::reason::Code;
use evidence::receipt::Receipt;
use leptos::prelude::*;

use crate::portal::Filter;
use crate::text;

/// The form.
#[component]
pub fn Filters(tenant: String, filter: Filter, agents: Vec<Name>) -> impl IntoView {
    let path = format!("/tenants/{tenant}/receipts");
    let clear = filter.narrows().then(|| view! { <a href=path.clone()>"Clear filters"</a> });
    let verdicts = Verdict::ALL.map(|verdict| (verdict.to_string(), verdict.to_string()));
    let kinds = Receipt::KINDS.iter().map(|kind| ((*kind).to_owned(), text::kind(kind).to_owned()));
    let agents = agents.into_iter().map(|agent| (agent.to_string(), agent.to_string()));
    let codes = Code::ALL.iter().map(|code| (code.to_string(), code.to_string()));
    view! {
        <form method="get" action=path class="filters" role="search" aria-label="Filter receipts">
            <Choice id="verdict" label="Verdict" chosen=filter.verdict.map(|verdict| verdict.to_string()) options=verdicts.to_vec()/>
            <Choice id="kind" label="Kind" chosen=filter.kind options=kinds.collect()/>
            <Choice id="agent" label="Agent" chosen=filter.agent options=agents.collect()/>
            <div class="field">
                <label for="table">"Table"</label>
                <input id="table" name="table" value=filter.table autocomplete="off" maxlength="63"/>
            </div>
            <Choice id="code" label="Reason" chosen=filter.code options=codes.collect()/>
            <div class="actions">
                <button type="submit">"Show"</button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    chosen: Option<String>,
    options: Vec<(String, String)>,
) -> impl IntoView {
    let options = options.into_iter().map(|(value, label)| {
        let selected = chosen.as_ref() == Some(&value);
        view! { <option value=value selected=selected>{label}</option> }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id name=id>
                <option value="">"Any"</option>
                {options.collect_view()}
            </select>
        </div>
    }
    .into_any()
}
