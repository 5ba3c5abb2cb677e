//! The filters: a form that only asks, so it works by GET and leaves its state in the address.

use evidence::decision::Verdict;
use evidence::name::Name;
use evidence::reason::Code;
use evidence::receipt::Receipt;
use leptos::prelude::*;

use crate::parts::legible;
use crate::portal::{Filter, minute};
use crate::text::{self, t};

/// The form.
#[component]
pub fn Filters(tenant: String, filter: Filter, agents: Vec<Name>) -> impl IntoView {
    let path = super::place(&tenant);
    let clear = filter.narrows().then(|| view! { <a href=path.clone()>{t("receipts.clear")}</a> });
    let is_wide = filter.record.is_some()
        || filter.on_behalf_of.is_some()
        || filter.from.is_some()
        || filter.to.is_some();
    let verdicts = Verdict::ALL.map(|verdict| (verdict.to_string(), verdict.to_string()));
    let kinds = Receipt::KINDS.iter().map(|kind| ((*kind).to_owned(), text::kind(kind).to_owned()));
    let agents = agents.into_iter().map(|agent| (agent.to_string(), agent.to_string()));
    let codes = Code::ALL.iter().map(|code| (code.to_string(), code.to_string()));
    let (from, to) = (filter.from.map(minute), filter.to.map(minute));
    view! {
        <form method="get" action=path class="filters" role="search" aria-label=t("receipts.filter")>
            <Choice id="verdict" label=t("receipts.verdict") chosen=filter.verdict.map(|verdict| verdict.to_string()) options=verdicts.to_vec()/>
            <Choice id="kind" label=t("receipts.kind") chosen=filter.kind options=kinds.collect()/>
            <Choice id="agent" label=t("receipts.agent") chosen=filter.agent options=agents.collect()/>
            <Words id="table" label=t("receipts.table") typed=filter.table/>
            <Choice id="code" label=t("receipts.reason") chosen=filter.code options=codes.collect()/>
            <details class="wide" open=is_wide>
                <summary>{t("receipts.more_filters")}</summary>
                <div class="row">
                    <Words id="record" label=t("receipts.record") typed=filter.record/>
                    <Words id="on_behalf_of" label=t("receipts.on_behalf_of") typed=filter.on_behalf_of/>
                    <Moment id="from" label=t("receipts.from") chosen=from/>
                    <Moment id="to" label=t("receipts.to") chosen=to/>
                </div>
            </details>
            <div class="actions">
                <button type="submit">{t("receipts.show")}</button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}

/// To a receipt whose number one knows.
#[component]
pub fn Jump(tenant: String) -> impl IntoView {
    view! {
        <form method="get" action=super::place(&tenant) class="jump">
            <label for="at">{t("receipts.jump")}</label>
            <input id="at" name="at" inputmode="numeric" autocomplete="off" maxlength="20" required/>
            <button type="submit" class="quiet">{t("receipts.go")}</button>
        </form>
    }
    .into_any()
}

#[component]
fn Words(id: &'static str, label: &'static str, typed: Option<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=id value=typed autocomplete="off" maxlength="2000"/>
        </div>
    }
    .into_any()
}

#[component]
fn Moment(id: &'static str, label: &'static str, chosen: Option<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=id type="datetime-local" value=chosen/>
        </div>
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
        view! { <option value=value selected=selected>{legible(&label)}</option> }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id name=id>
                <option value="">{t("receipts.any")}</option>
                {options.collect_view()}
            </select>
        </div>
    }
    .into_any()
}
