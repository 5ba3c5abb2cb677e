//! One tenant at a glance.

use leptos::prelude::*;

use crate::pages::tenancy::stop::Stopped;
use crate::parts::{Bars, Fact, Facts, Time, Untrusted};
use crate::portal::{DAYS, Deed, InForceLine, Role, Tally, TenantGlance};
use crate::text::{t, tf, tn};
use crate::visit::query;

/// A card with what there is to know.
#[component]
pub fn Tenant(tenant: TenantGlance, role: Role) -> impl IntoView {
    let name = tenant.name.clone();
    let heading = format!("tenant-{name}");
    let named = heading.clone();
    let log = if role.may(Deed::ReadReceipts) { format!("/tenants/{name}/receipts") } else { String::new() };
    let stopped = tenant.stopped.clone().map(|stop| {
        view! { <Stopped stop title=t("tenants.tenant_frozen") receipts=log.clone()/> }
    });
    let erased = tenant.erased.then(|| view! { <p class="soft">{t("tenants.erased_means")}</p> });
    let head = match &tenant.head {
        Some(head) => {
            let receipts = tn("count.receipts", head.size);
            let receipts = if log.is_empty() {
                receipts.into_any()
            } else {
                view! { <a href=log.clone()>{receipts}</a> }.into_any()
            };
            view! { {receipts}", "<Time at=head.time/> }.into_any()
        }
        None => t("overview.no_head").into_any(),
    };
    let total = tenant.days.iter().fold(Tally::default(), |sum, day| sum.and(day.tally)).total();
    let caption = tf("overview.bars", &[("tenant", &tenant.title), ("days", &DAYS)]);
    let bars = if total == 0 {
        view! { <p class="soft">{tf("overview.no_decisions", &[("days", &DAYS)])}</p> }.into_any()
    } else {
        view! { <Bars id=format!("bars-{name}") caption days=tenant.days.clone() height=56/> }.into_any()
    };
    view! {
        <article class="card glance" aria-labelledby=named>
            <h3 id=heading><a href=format!("/tenants/{name}")><Untrusted text=tenant.title.to_string()/></a></h3>
            {stopped}
            {erased}
            <Matters tenant=tenant.clone() log/>
            <Facts>
                <Fact name=t("overview.envelope")><Envelopes lines=tenant.envelopes/></Fact>
                <Fact name=t("overview.head")>{head}</Fact>
            </Facts>
            {bars}
        </article>
    }
    .into_any()
}

#[component]
fn Envelopes(lines: Vec<InForceLine>) -> impl IntoView {
    if lines.is_empty() {
        return t("overview.no_contract").into_any();
    }
    let lines = lines.into_iter().map(|InForceLine { connector, envelope, fits }| {
        let connector = view! { <code>{connector.to_string()}</code> };
        let said = match envelope {
            Some(version) if fits => tf("overview.version", &[("version", &version)]),
            Some(version) => tf("overview.version_stopped", &[("version", &version)]),
            None => t("overview.no_envelope").to_owned(),
        };
        view! { <li>{connector}" "{said}</li> }
    });
    view! { <ul class="plain">{lines.collect_view()}</ul> }.into_any()
}

/// What waits, and what is not as it should be; nothing, if that is nothing.
#[component]
fn Matters(tenant: TenantGlance, log: String) -> impl IntoView {
    let name = tenant.name.to_string();
    let found = |words: [(&str, &str); 1]| {
        if log.is_empty() { String::new() } else { query::address(&log, words) }
    };
    let waiting = if log.is_empty() {
        String::new()
    } else {
        query::address("/approvals", [("tenant", name.as_str())])
    };
    let all = [
        (tenant.waiting, "overview.waiting", waiting),
        (tenant.proposals, "overview.proposals", format!("/tenants/{name}")),
        (tenant.open, "overview.open", found([("kind", "decision")])),
        (tenant.crossings, "overview.crossings", found([("code", "TENANT_ISOLATION")])),
        (tenant.notices, "overview.notices", found([("kind", "notice")])),
    ];
    let lines = all.into_iter().filter(|(count, ..)| *count > 0).map(|(count, key, href)| {
        let said = tn(key, count);
        let said =
            if href.is_empty() { said.into_any() } else { view! { <a href=href>{said}</a> }.into_any() };
        view! { <li>{said}</li> }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty())
        .then(|| view! { <ul class="matters" aria-label=t("overview.matters")>{lines}</ul> })
        .into_any()
}
