//! The overview: what to do first, then every tenant at a glance.

use leptos::prelude::*;

use self::guide::FirstSteps;
use self::tenant::Tenant;
use super::tenancy::stop::Stopped;
use crate::parts::{ButtonLink, Command, Empty, Fact, Facts, Hash, Heading};
use crate::portal::{Deed, Glance, Role};
use crate::text::{grouped, size, t, tf};
use crate::visit::{Shown, Visit, query, show};

mod guide;
mod tenant;

/// `/`
pub async fn home(visit: Visit) -> Shown {
    let after = visit.query("after").and_then(|after| after.parse().ok());
    let is_first = after.is_none();
    let glance = visit.portal()?.glance(after).await?;
    let role = visit.me().map_or(Role::Auditor, |me| me.role);
    show(move || view! { <Overview glance is_first role/> }.into_any())
}

#[component]
fn Overview(glance: Glance, is_first: bool, role: Role) -> impl IntoView {
    let Glance { vendor, signer, guide, stopped, tenants, next, total } = glance;
    let guides = is_first && !guide.is_done();
    let try_it = (role.may(Deed::Try) && guide.envelope).then(|| {
        view! {
            <section aria-labelledby="try">
                <h2 id="try">{t("overview.try")}</h2>
                <p>{t("overview.try_means")}</p>
                <p><ButtonLink href="/try" label=t("overview.try_link")/></p>
            </section>
        }
    });
    let next = next.map(|last| query::address("/", [("after", last.as_str())]));
    let cards: Vec<_> = tenants.into_iter().map(|tenant| view! { <Tenant tenant role/> }).collect();
    let nothing = cards.is_empty();
    view! {
        <Heading title=tf("overview.title", &[("vendor", &vendor)]) lead=t("overview.lead")/>
        {stopped.map(|stop| view! { <Stopped stop title=t("tenants.everything_stopped") receipts=String::new()/> })}
        {guides.then(|| view! { <FirstSteps guide role/> })}
        <section aria-labelledby="tenants-title">
            <h2 id="tenants-title">{tf("overview.tenants", &[("count", &grouped(size(total)))])}</h2>
            {if nothing {
                view! { <NoTenants/> }.into_any()
            } else {
                view! { <div class="cards wide">{cards}</div> }.into_any()
            }}
            <Pages is_first next/>
        </section>
        {try_it}
        <section aria-labelledby="check">
            <h2 id="check">{t("overview.check")}</h2>
            <p>{t("overview.check_means")}</p>
            <Facts>
                <Fact name=t("overview.signer")><Hash text=signer.0.to_string()/></Fact>
                <Fact name=t("overview.words")><span class="words" lang="en">{signer.words()}</span></Fact>
            </Facts>
            <Command text=format!("evidence verify FILE.evidencepack --key {}", signer.0)/>
            <p><a href="/verify">{t("overview.check_link")}</a></p>
        </section>
    }
    .into_any()
}

/// The ways through many tenants, by name.
#[component]
fn Pages(is_first: bool, next: Option<String>) -> impl IntoView {
    let first = (!is_first).then(|| view! { <li><a href="/">{t("overview.first_page")}</a></li> });
    let is_whole = is_first && next.is_none();
    let next = next.map(|href| view! { <li><a href=href rel="next">{t("overview.next_page")}</a></li> });
    (!is_whole).then(|| {
        view! {
            <nav class="pager" aria-label=t("overview.pages")>
                <ul role="list" class="inline">{first}{next}</ul>
            </nav>
        }
    })
}

/// Nothing to show yet.
#[component]
pub fn NoTenants() -> impl IntoView {
    view! {
        <Empty title=t("overview.no_tenants")>
            <p>{t("overview.no_tenants_next")}</p>
        </Empty>
    }
    .into_any()
}
