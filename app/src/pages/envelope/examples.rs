//! The decisions that an envelope would have made otherwise, each with its receipt.

use evidence::decision::{Decision, Verdict};
use evidence::replay::Change;
use leptos::prelude::*;

use super::backtest::{Counts, change, slug};
use super::consequences::Course;
use super::{at, may, path, trail};
use crate::pages::approvals::effect::effect;
use crate::parts::{Badge, Empty, Heading, Link, Pager, Table, Time, Untrusted};
use crate::portal::envelopes::{At, Backtest, Example};
use crate::portal::{Deed, Refusal};
use crate::text::{grouped, t, tf};
use crate::visit::{Done, Form, Shown, Visit, fragment, say, show};

/// `/tenants/{tenant}/envelope/{connector}/backtests/{id}`: how far it is.
pub async fn backtest(visit: Visit) -> Shown {
    let at = at(&visit)?;
    let backtest = visit.portal()?.backtest(at.clone(), visit.name("id")?).await?;
    let course = match visit.query("part") {
        Some("form") => Course::InForm,
        Some("fixed") => Course::Fixed,
        _ if may(&visit, Deed::ActivateEnvelopes) => Course::Alone,
        _ => Course::Fixed,
    };
    if visit.query("part").is_some() {
        return fragment(move || view! { <Counts at backtest course/> }.into_any());
    }
    show(move || {
        view! {
            <Heading title=t("envelopes.backtest.title") lead=t("envelopes.backtest.lead") trail=trail(&at)/>
            <Counts at backtest course/>
        }
        .into_any()
    })
}

/// `POST /tenants/{tenant}/envelope/{connector}/backtests/{id}/cancel`
pub async fn cancel(visit: Visit, _: Form) -> Done {
    let (at, id) = (at(&visit)?, visit.name("id")?);
    visit.portal()?.cancel_backtest(at.clone(), id.clone()).await?;
    say("envelopes.said.cancelled", path(&at, &format!("/backtests/{id}")))
}

/// `/tenants/{tenant}/envelope/{connector}/backtests/{id}/{change}`
pub async fn examples(visit: Visit) -> Shown {
    let (at, id) = (at(&visit)?, visit.name("id")?);
    let change = change(visit.part("change")?).ok_or(Refusal::NotFound)?;
    let before: Option<u64> = visit.query("before").and_then(|text| text.parse().ok());
    let portal = visit.portal()?;
    let backtest = portal.backtest(at.clone(), id.clone()).await?;
    let found = portal.examples(at.clone(), id.clone(), change, before).await?;
    let last = found.last().map(|example| example.recorded.entry.seq);
    let older = match last {
        None => Vec::new(),
        Some(last) => portal.examples(at.clone(), id, change, Some(last)).await?,
    };
    let pages = Pages { newest: before.is_some(), older: last.filter(|_| !older.is_empty()) };
    let cases = may(&visit, Deed::WriteEnvelopes);
    show(move || view! { <Page at backtest change found pages cases/> }.into_any())
}

struct Pages {
    newest: bool,
    older: Option<u64>,
}

#[component]
fn Page(
    at: At,
    backtest: Backtest,
    change: Change,
    found: Vec<Example>,
    pages: Pages,
    cases: bool,
) -> impl IntoView {
    let home = path(&at, &format!("/backtests/{}", backtest.id));
    let here = format!("{home}/{}", slug(change));
    let number = grouped(backtest.tally.of(change));
    let title = match change {
        Change::NewlyAllowed => tf("envelopes.examples.newly_allowed", &[("count", &number)]),
        Change::NewlyAsked => tf("envelopes.examples.newly_asked", &[("count", &number)]),
        _ => tf("envelopes.examples.newly_denied", &[("count", &number)]),
    };
    let mut trail = trail(&at);
    trail.push(Link::new(home, t("envelopes.backtest.title")));
    let newest = pages.newest.then(|| here.clone());
    let older = pages.older.map(|last| format!("{here}?before={last}"));
    let table = if found.is_empty() {
        view! { <Empty title=t("envelopes.examples.none")><p>{t("envelopes.examples.none_means")}</p></Empty> }.into_any()
    } else {
        view! { <Lines at found cases/> }.into_any()
    };
    view! {
        <Heading title lead=t("envelopes.examples.lead") trail/>
        {table}
        <Pager label=t("envelopes.examples.pages") newest older/>
    }
    .into_any()
}

#[component]
fn Lines(at: At, found: Vec<Example>, cases: bool) -> impl IntoView {
    let lines = found.into_iter().map(|example| {
        let Example { recorded, would } = example;
        let seq = recorded.entry.seq;
        let receipt = format!("/tenants/{}/receipts/{seq}", at.tenant);
        let case = cases.then(|| {
            view! { <p><a href=path(&at, &format!("/cases?from={seq}"))>{t("envelopes.examples.to_case")}</a></p> }
        });
        let effect = effect(&recorded.action, at.tenant.as_str());
        view! {
            <tr>
                <th scope="row"><a href=receipt>{format!("#{seq}")}</a></th>
                <td><Time at=recorded.entry.time/></td>
                <td><code>{recorded.action.agent.to_string()}</code></td>
                <td><Untrusted text=effect/>{case}</td>
                <td><Badge verdict=recorded.decision.verdict/></td>
                <td><Would would/></td>
            </tr>
        }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <Table id="examples" caption=t("envelopes.examples.caption") class="examples">
            <thead>
                <tr>
                    <th scope="col">{t("envelopes.examples.receipt")}</th>
                    <th scope="col">{t("envelopes.examples.time")}</th>
                    <th scope="col">{t("envelopes.examples.agent")}</th>
                    <th scope="col">{t("envelopes.examples.write")}</th>
                    <th scope="col">{t("envelopes.examples.was")}</th>
                    <th scope="col">{t("envelopes.examples.would")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </Table>
    }
    .into_any()
}

/// One decision in a line.
#[component]
pub fn Brief(tenant: String, example: Example) -> impl IntoView {
    let Example { recorded, would } = example;
    let seq = recorded.entry.seq;
    let effect = effect(&recorded.action, &tenant);
    view! {
        <p>
            <a href=format!("/tenants/{tenant}/receipts/{seq}")>{format!("#{seq}")}</a>
            " "<code>{recorded.action.agent.to_string()}</code>": "<Untrusted text=effect/>
        </p>
        <Would would/>
    }
    .into_any()
}

/// What would be, and why.
#[component]
fn Would(would: Decision) -> impl IntoView {
    let names: Vec<String> = would.rules.iter().map(ToString::to_string).collect();
    let why: Vec<AnyView> = if would.verdict == Verdict::Allow {
        names.into_iter().map(|name| view! { <li><code>{name}</code></li> }.into_any()).collect()
    } else {
        would
            .reasons
            .into_iter()
            .map(|reason| {
                let rule = reason.rule.map(|rule| view! { <code>{rule.to_string()}</code>": " });
                view! { <li>{rule}<span lang="en">{reason.code.sentence()}</span></li> }.into_any()
            })
            .collect()
    };
    view! {
        <Badge verdict=would.verdict/>
        {(!why.is_empty()).then(|| view! { <ul role="list" class="why">{why}</ul> })}
    }
    .into_any()
}
