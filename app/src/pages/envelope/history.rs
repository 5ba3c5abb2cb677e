//! Every envelope that is or was in force, each at an address that stays.

use leptos::prelude::*;

use super::differences::{Differences, Says};
use super::{at, may, path, trail};
use crate::parts::{Event, Fact, Facts, Hash, Heading, Time, Timeline, Untrusted};
use crate::portal::envelopes::{At, Version};
use crate::portal::{Deed, Refusal};
use crate::text::{t, tf};
use crate::visit::{Shown, Visit, show};

/// `/tenants/{tenant}/envelope/{connector}/versions`
pub async fn versions(visit: Visit) -> Shown {
    let at = at(&visit)?;
    let versions = visit.portal()?.versions(at.clone()).await?;
    let receipts = may(&visit, Deed::ReadReceipts);
    show(move || {
        view! {
            <Heading title=t("envelopes.history.title") trail=trail(&at)/>
            <Past at versions receipts/>
        }
        .into_any()
    })
}

/// `/tenants/{tenant}/envelope/{connector}/versions/{version}`
pub async fn version(visit: Visit) -> Shown {
    let at = at(&visit)?;
    let number: u32 = visit.part("version")?.parse().map_err(|_| Refusal::NotFound)?;
    let versions = visit.portal()?.versions(at.clone()).await?;
    let place = versions.iter().position(|one| one.envelope.version == number).ok_or(Refusal::NotFound)?;
    let found = versions[place].clone();
    let before = versions.iter().find(|one| Some(one.digest) == found.previous).cloned();
    let receipts = may(&visit, Deed::ReadReceipts);
    show(move || view! { <One at is_latest=place == 0 found before receipts/> }.into_any())
}

/// A line for each version.
#[component]
pub fn Past(
    at: At,
    /// The latest first.
    versions: Vec<Version>,
    /// Whether the visitor may read receipts.
    receipts: bool,
) -> impl IntoView {
    if versions.is_empty() {
        return view! { <p>{t("envelopes.history.none")}</p> }.into_any();
    }
    let events = versions.into_iter().map(|version| {
        let number = version.envelope.version;
        let receipt = receipts.then(|| receipt(&at, version.seq));
        let here = path(&at, &format!("/versions/{number}"));
        let changes: Vec<_> = version
            .changes
            .iter()
            .map(|change| view! { <li><Untrusted text=change.clone()/></li> })
            .collect();
        view! {
            <Event at=version.at>
                <p>
                    <a href=here>{tf("envelopes.history.version", &[("version", &number)])}</a>
                    " · "{t("envelopes.history.by")}" "<Untrusted text=version.by/>{receipt}
                </p>
                <p><q><Untrusted text=version.reason/></q></p>
                <details>
                    <summary>{t("envelopes.history.changes")}</summary>
                    <ul lang="en">{changes}</ul>
                </details>
            </Event>
        }
    });
    let events: Vec<_> = events.collect();
    view! { <Timeline>{events}</Timeline> }.into_any()
}

#[component]
fn One(at: At, is_latest: bool, found: Version, before: Option<Version>, receipts: bool) -> impl IntoView {
    let number = found.envelope.version;
    let title = tf("envelopes.history.version_of", &[("version", &number), ("connector", &at.connector)]);
    let state = if is_latest { t("envelopes.history.latest") } else { t("envelopes.history.replaced") };
    let known = before.as_ref().map(|before| before.envelope.version);
    let against = match known {
        Some(version) => tf("envelopes.history.against", &[("version", &version)]),
        None => t("envelopes.history.first").to_owned(),
    };
    let earlier = known.map(|version| {
        view! { <p><a href=path(&at, &format!("/versions/{version}"))>{tf("envelopes.history.version", &[("version", &version)])}</a></p> }
    });
    let trail = trail(&at);
    let link = receipt_link(&at, found.seq);
    let seq = receipts.then(|| view! { <Fact name=t("envelopes.history.receipt")>{link}</Fact> });
    let proposed = found.proposed_by.clone().map(|by| {
        view! { <Fact name=t("envelopes.history.proposed_by")><Untrusted text=by/></Fact> }
    });
    view! {
        <Heading title lead=state trail/>
        <Facts>
            <Fact name=t("envelopes.history.when")><Time at=found.at/></Fact>
            {proposed}
            <Fact name=t("envelopes.history.activated_by")><Untrusted text=found.by/></Fact>
            <Fact name=t("envelopes.reason")><Untrusted text=found.reason/></Fact>
            {seq}
            <Fact name=t("envelopes.digest")><Hash text=found.digest.to_string()/></Fact>
        </Facts>
        <section aria-labelledby="differences">
            <h2 id="differences">{against}</h2>
            <Differences before=before.map(|before| before.envelope) after=found.envelope.clone()/>
            {earlier}
        </section>
        <section aria-labelledby="whole" class="document">
            <h2 id="whole">{t("envelopes.whole")}</h2>
            <Says envelope=found.envelope/>
        </section>
    }
    .into_any()
}

fn receipt(at: &At, seq: u64) -> AnyView {
    view! { " · "{receipt_link(at, seq)} }.into_any()
}

fn receipt_link(at: &At, seq: u64) -> AnyView {
    let label = tf("envelopes.history.receipt_of", &[("seq", &seq)]);
    view! { <a href=format!("/tenants/{}/receipts/{seq}", at.tenant)>{label}</a> }.into_any()
}
