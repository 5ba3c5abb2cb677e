//! The audit: what people have changed in the portal, in plain sentences. What is shown is in the address.

use leptos::prelude::*;

use crate::parts::{Choice, Empty, Hash, Heading, Pager, Says, Select, Table, Time, Untrusted};
use crate::portal::{Area, AskedChanges, Change, Changes, minute};
use crate::text::t;
use crate::visit::{Shown, Visit, show};

const PATH: &str = "/audit";

/// `/audit`
pub async fn audit(visit: Visit) -> Shown {
    let asked = AskedChanges::asked(|name| visit.query(name));
    let found = visit.portal()?.changes(asked.clone()).await?;
    show(move || view! { <Page asked found/> }.into_any())
}

#[component]
fn Page(asked: AskedChanges, found: Changes) -> impl IntoView {
    let Changes { changes, older, people } = found;
    let whole = AskedChanges { before: None, ..asked.clone() };
    let newest = asked.before.is_some().then(|| whole.address(PATH));
    let older = older.map(|before| AskedChanges { before: Some(before), ..asked.clone() }.address(PATH));
    let nothing = changes.is_empty();
    view! {
        <Heading title=t("audit.title") lead=t("audit.lead")/>
        <Filters asked=asked.clone() people/>
        {if nothing {
            view! { <Nothing narrows=asked.narrows()/> }.into_any()
        } else {
            view! { <Lines changes asked=whole.clone()/> }.into_any()
        }}
        <Pager label=t("audit.pages") newest older/>
        {(!nothing).then(|| view! {
            <p><a href=whole.address("/audit.csv") download="">{t("audit.export")}</a>" "<span class="soft">{t("audit.export_means")}</span></p>
        })}
    }
    .into_any()
}

#[component]
fn Filters(asked: AskedChanges, people: Vec<(String, String)>) -> impl IntoView {
    let clear = asked.narrows().then(|| view! { <a href=PATH>{t("audit.clear")}</a> });
    let people: Vec<_> = people.into_iter().map(|(id, name)| Choice::new(id, name)).collect();
    let kinds = Area::ALL.map(|area| Choice::new(area.as_str(), kind(area)));
    let (from, until) = (asked.from.map(minute), asked.until.map(minute));
    view! {
        <form method="get" action=PATH class="filters" role="search" aria-label=t("audit.filter")>
            <Select id="person" label=t("audit.person") options=people chosen=asked.member.unwrap_or_default() blank=t("audit.anybody")/>
            <Select
                id="kind" label=t("audit.kind") options=kinds.to_vec() blank=t("audit.anything")
                chosen=asked.area.map(|area| area.as_str().to_owned()).unwrap_or_default()
            />
            <Moment id="from" label=t("audit.from") chosen=from/>
            <Moment id="until" label=t("audit.until") chosen=until/>
            <div class="actions">
                <button type="submit" class="quiet">{t("audit.show")}</button>
                {clear}
            </div>
        </form>
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
fn Nothing(narrows: bool) -> impl IntoView {
    if narrows {
        view! { <Empty title=t("audit.nothing_matches")><p><a href=PATH>{t("audit.clear")}</a></p></Empty> }
            .into_any()
    } else {
        view! { <Empty title=t("audit.nothing")><p>{t("audit.nothing_next")}</p></Empty> }.into_any()
    }
}

#[component]
fn Lines(changes: Vec<Change>, asked: AskedChanges) -> impl IntoView {
    let lines = changes.into_iter().map(move |change| {
        let (id, at) = (format!("change-{}", change.id), change.at);
        let area = change.what.area();
        let like = AskedChanges { area: Some(area), ..asked.clone() }.address(PATH);
        view! {
            <tr id=id>
                <td><Time at bare=true/></td>
                <td><Told change asked=asked.clone()/></td>
                <td><a href=like>{kind(area)}</a></td>
            </tr>
        }
    });
    view! {
        <Table id="changes" caption=t("audit.title") class="changes" caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("audit.time")}</th>
                    <th scope="col">{t("audit.change")}</th>
                    <th scope="col">{t("audit.kind")}</th>
                </tr>
            </thead>
            <tbody>{lines.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

/// The details that sentences may name.
const NAMED: [&str; 4] = ["agent", "case", "connector", "version"];

/// One change as a sentence, and below it what the sentence leaves out.
#[component]
fn Told(change: Change, asked: AskedChanges) -> impl IntoView {
    let Change { member, name, what, about, mut detail, .. } = change;
    let by = if member.is_empty() {
        t("audit.somebody").into_any()
    } else {
        let mine = AskedChanges { member: Some(member), ..asked }.address(PATH);
        view! { <a href=mine><Untrusted text=name/></a> }.into_any()
    };
    let receipt = detail.remove("receipt").map(|seq| {
        let href = format!("/tenants/{about}/receipts/{seq}");
        view! { <li><a href=href>{t("audit.receipt")}" #"{seq}</a></li> }
    });
    let sentence = t(what.sentence());
    let mut with = vec![("by", by), ("about", view! { <b><Untrusted text=about/></b> }.into_any())];
    for blank in NAMED {
        if sentence.contains(&format!("{{{blank}}}"))
            && let Some(text) = detail.remove(blank)
        {
            with.push((blank, view! { <b><Untrusted text/></b> }.into_any()));
        }
    }
    let details: Vec<_> = detail.into_iter().map(|(name, text)| view! { <Detail name text/> }).collect();
    let has_more = !details.is_empty() || receipt.is_some();
    view! {
        <p class="says"><Says key=what.sentence() with/></p>
        {has_more.then(|| view! { <ul role="list" class="details">{details}{receipt}</ul> })}
    }
    .into_any()
}

#[component]
fn Detail(name: String, text: String) -> impl IntoView {
    let label =
        crate::text::language().known(&format!("audit.detail.{name}")).map_or(name.clone(), str::to_owned);
    let text = match name.as_str() {
        "digest" => view! { <Hash text/> }.into_any(),
        "reason" => view! { <q><Untrusted text/></q> }.into_any(),
        _ => view! { <Untrusted text/> }.into_any(),
    };
    view! { <li><span class="soft">{label}": "</span>{text}</li> }.into_any()
}

fn kind(area: Area) -> &'static str {
    match area {
        Area::Access => t("audit.kind.access"),
        Area::People => t("audit.kind.people"),
        Area::Keys => t("audit.kind.keys"),
        Area::Connectors => t("audit.kind.connectors"),
        Area::Envelopes => t("audit.kind.envelopes"),
        Area::Tenants => t("audit.kind.tenants"),
        Area::Stops => t("audit.kind.stops"),
        Area::Decisions => t("audit.kind.decisions"),
        Area::Links => t("audit.kind.links"),
    }
}
