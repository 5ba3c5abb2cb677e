//! A tenant's log as a table. What is shown is in the address, so every view can be linked, printed and reloaded.

use leptos::prelude::*;

use self::filters::{Filters, Jump};
pub use self::lines::Line;
use self::lines::Lines;
use self::tail::Tail;
use crate::parts::{Empty, Keyboard, Pager, Stopped, Time, Title, Untrusted};
use crate::portal::{Filter, Page};
use crate::text::{grouped, t, tf, tn};
use crate::visit::{Shown, Visit, show};

mod filters;
mod lines;
mod tail;

/// `/tenants/{tenant}/receipts`
pub async fn receipts(visit: Visit) -> Shown {
    let tenant = visit.name("tenant")?;
    let filter = Filter::asked(|name| visit.query(name));
    let page = visit.portal()?.receipts(tenant.clone(), filter.clone()).await?;
    show(move || view! { <Log tenant=tenant.to_string() filter page/> }.into_any())
}

/// Where a tenant's log is.
fn place(tenant: &str) -> String {
    format!("/tenants/{tenant}/receipts")
}

#[component]
fn Log(tenant: String, filter: Filter, page: Page) -> impl IntoView {
    let Page { title, rows, older, head, agents, looked_to, next, stopped } = page;
    let narrows = filter.narrows();
    let first_page = filter.before.is_none();
    let coverage = head.map(|head| {
        let last = grouped(head.size.saturating_sub(1));
        let receipts = tn("count.receipts", head.size);
        view! {
            <p>
                {tf("receipts.complete", &[("last", &last), ("receipts", &receipts)])}
                " "
                <Time at=head.time/>
            </p>
        }
    });
    let heading = tf("receipts.of", &[("tenant", &title)]);
    let newest = (!first_page).then(|| Filter { before: None, ..filter.clone() }.address(&place(&tenant)));
    let older =
        older.map(|before| Filter { before: Some(before), ..filter.clone() }.address(&place(&tenant)));
    let tail = (first_page && filter.to.is_none())
        .then(|| view! { <Tail tenant=tenant.clone() filter=filter.clone() next/> });
    view! {
        <Title text=heading.clone()/>
        <h1><Untrusted text=heading/></h1>
        <Stopped stopped/>
        {coverage}
        <p>
            <a href=format!("/tenants/{tenant}/pack") download="">{t("receipts.pack")}</a>
            " · "
            <a href="/receipts">{t("receipts.others")}</a>
        </p>
        <Filters tenant=tenant.clone() filter=filter.clone() agents/>
        <Jump tenant=tenant.clone()/>
        {tail}
        {match (rows.is_empty(), looked_to.is_some(), narrows, first_page) {
            (false, ..) => view! { <Lines tenant=tenant.clone() rows/> }.into_any(),
            (true, true, ..) => ().into_any(),
            (true, false, true, _) => view! { <NothingMatches tenant=tenant.clone()/> }.into_any(),
            (true, false, false, true) => view! { <NothingYet/> }.into_any(),
            (true, false, false, false) => view! { <NothingOlder tenant=tenant.clone()/> }.into_any(),
        }}
        {looked_to.map(|seq| view! { <LookFurther tenant filter seq/> })}
        <Pager label=t("receipts.pages") newest older/>
        <Keyboard/>
    }
    .into_any()
}

/// One question goes only so far.
#[component]
fn LookFurther(tenant: String, filter: Filter, seq: u64) -> impl IntoView {
    let href = Filter { before: Some(seq), ..filter }.address(&place(&tenant));
    view! {
        <p class="soft">
            {tf("receipts.looked_to", &[("seq", &grouped(seq))])}
            " "
            <a href=href>{t("receipts.look_further")}</a>
        </p>
    }
    .into_any()
}

#[component]
fn NothingMatches(tenant: String) -> impl IntoView {
    view! {
        <Empty title=t("receipts.nothing_matches")>
            <p>{t("receipts.nothing_matches.next")}" "<a href=place(&tenant)>{t("receipts.show_all")}</a></p>
        </Empty>
    }
    .into_any()
}

#[component]
fn NothingYet() -> impl IntoView {
    view! {
        <Empty title=t("receipts.nothing_yet")>
            <p>{t("receipts.nothing_yet.next")}" "<a href="/try">{t("receipts.propose")}</a></p>
        </Empty>
    }
    .into_any()
}

#[component]
fn NothingOlder(tenant: String) -> impl IntoView {
    view! {
        <Empty title=t("receipts.nothing_older")>
            <p><a href=place(&tenant)>{t("receipts.go_to_newest")}</a></p>
        </Empty>
    }
    .into_any()
}
