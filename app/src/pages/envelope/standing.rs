//! The envelope in force, what waits to replace it, and what was in force before.

use leptos::prelude::*;

use super::differences::Says;
use super::history::Past;
use super::{Stops, above, at, may, path};
use crate::parts::{ButtonLink, Empty, Fact, Facts, Hash, Heading, Look, Notice, Time, Tone, Untrusted};
use crate::portal::Deed;
use crate::portal::envelopes::{At, Bench, Proposal, Version};
use crate::text::{t, tf};
use crate::visit::{Shown, Visit, show};

/// How many of the versions before are shown at once.
const LATELY: usize = 5;

/// What the visitor may do here.
#[derive(Clone, Copy)]
struct Allowed {
    write: bool,
    cases: bool,
    receipts: bool,
}

/// `/tenants/{tenant}/envelope/{connector}`
pub async fn standing(visit: Visit) -> Shown {
    let at = at(&visit)?;
    let bench = visit.portal()?.bench(at.clone()).await?;
    let versions = visit.portal()?.versions(at).await?;
    let may = Allowed {
        write: may(&visit, Deed::WriteEnvelopes),
        cases: may(&visit, Deed::ReadReceipts),
        receipts: may(&visit, Deed::ReadReceipts),
    };
    show(move || view! { <Page bench versions may/> }.into_any())
}

#[component]
fn Page(bench: Bench, versions: Vec<Version>, may: Allowed) -> impl IntoView {
    let at = bench.at.clone();
    let title = tf("envelopes.standing.title", &[("tenant", &bench.title), ("connector", &at.connector)]);
    let open: Vec<Proposal> = bench.proposals.iter().filter(|one| one.is_open()).cloned().collect();
    let current = versions
        .first()
        .filter(|version| bench.in_force.as_ref().is_some_and(|(digest, _)| *digest == version.digest));
    let current = current.cloned();
    let more = versions.len() > LATELY;
    let past: Vec<Version> = versions.into_iter().take(LATELY).collect();
    view! {
        <Heading title trail=above(&at)/>
        <Stops bench=bench.clone()/>
        <Waiting at=at.clone() open/>
        <InForce bench=bench.clone() current may/>
        <Elsewhere bench=bench.clone() may/>
        <section aria-labelledby="history">
            <h2 id="history">{t("envelopes.history.title")}</h2>
            <Past at=at.clone() versions=past receipts=may.receipts/>
            {more.then(|| view! { <p><a href=path(&at, "/versions")>{t("envelopes.history.all")}</a></p> })}
        </section>
        <Closed bench/>
    }
    .into_any()
}

/// What somebody has to decide comes first.
#[component]
fn Waiting(at: At, open: Vec<Proposal>) -> impl IntoView {
    let cards = open.into_iter().map(|proposal| {
        let href = path(&at, &format!("/proposals/{}", proposal.id));
        view! {
            <Notice title=t("envelopes.standing.waits") tone=Tone::Warning>
                <p><q><Untrusted text=proposal.reason/></q></p>
                <p>{t("envelopes.by")}" "<Untrusted text=proposal.by/>", "<Time at=proposal.at/></p>
                <p><a href=href>{t("envelopes.standing.review")}</a></p>
            </Notice>
        }
    });
    cards.collect_view().into_any()
}

#[component]
fn InForce(bench: Bench, current: Option<Version>, may: Allowed) -> impl IntoView {
    let edit = path(&bench.at, "/edit");
    let (has_contract, erased, drafted) = (bench.contract.is_some(), bench.erased, bench.draft.is_some());
    let change = (may.write && has_contract && !erased).then(|| {
        let label = match (drafted, bench.in_force.is_some()) {
            (true, _) => t("envelopes.standing.go_on"),
            (false, true) => t("envelopes.standing.change"),
            (false, false) => t("envelopes.standing.write"),
        };
        view! { <div class="actions"><ButtonLink href=edit label/></div> }
    });
    let content = match bench.in_force {
        Some((digest, envelope)) => {
            let number = envelope.version;
            let here = path(&bench.at, &format!("/versions/{number}"));
            view! {
                <Facts>
                    <Fact name=t("envelopes.version")><a href=here>{number.to_string()}</a></Fact>
                    {current.map(|current| view! { <Fact name=t("envelopes.since")><Time at=current.at/></Fact> })}
                    <Fact name=t("envelopes.digest")><Hash text=digest.to_string()/></Fact>
                </Facts>
                <Says envelope/>
                {change}
            }
            .into_any()
        }
        None if has_contract => view! {
            <Empty title=t("envelopes.standing.none")><p>{t("envelopes.standing.none_means")}</p>{change}</Empty>
        }
        .into_any(),
        None => view! {
            <Empty title=t("envelopes.standing.no_contract")>
                <p><a href=format!("/connectors/{}", bench.at.connector)>{t("envelopes.standing.to_contract")}</a></p>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="in-force" class="document">
            <h2 id="in-force">{t("envelopes.in_force")}</h2>
            {content}
        </section>
    }
    .into_any()
}

#[component]
fn Elsewhere(bench: Bench, may: Allowed) -> impl IntoView {
    let at = &bench.at;
    let link = |rest: &str, label: String| view! { <li><ButtonLink href=path(at, rest) label look=Look::Quiet/></li> };
    let cases =
        may.cases.then(|| link("/cases", tf("envelopes.standing.cases", &[("count", &bench.cases.len())])));
    let copy = (may.write && bench.in_force.is_some())
        .then(|| link("/copy", t("envelopes.standing.copy").to_owned()));
    (cases.is_some() || copy.is_some())
        .then(|| view! { <ul role="list" class="inline">{cases}{copy}</ul> })
        .into_any()
}

/// Proposals that somebody has decided.
#[component]
fn Closed(bench: Bench) -> impl IntoView {
    let at = bench.at.clone();
    let closed: Vec<Proposal> =
        bench.proposals.into_iter().filter(|one| !one.is_open()).take(LATELY).collect();
    (!closed.is_empty())
        .then(|| {
            let lines = closed.into_iter().map(|proposal| {
                let href = path(&at, &format!("/proposals/{}", proposal.id));
                let (word, _) = super::proposal::ended(&proposal.stage);
                view! {
                    <li>
                        <a href=href>{word}</a>": "<Untrusted text=proposal.reason/>
                        " ("<Untrusted text=proposal.by/>", "<Time at=proposal.at/>")"
                    </li>
                }
            });
            view! {
                <section aria-labelledby="closed">
                    <h2 id="closed">{t("envelopes.standing.closed")}</h2>
                    <ul>{lines.collect_view()}</ul>
                </section>
            }
        })
        .into_any()
}
