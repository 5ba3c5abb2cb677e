//! The envelopes of a tenant, a line a connector.

use evidence::name::Name;
use leptos::prelude::*;

use crate::parts::{Count, Empty, Heading, Link, Table};
use crate::portal::envelopes::{Shelf, ShelfLine};
use crate::text::{size, t, tf, tn};
use crate::visit::{Shown, Visit, show};

/// `/tenants/{tenant}/envelopes`
pub async fn shelf(visit: Visit) -> Shown {
    let tenant = visit.name("tenant")?;
    let shelf = visit.portal()?.envelopes(tenant.clone()).await?;
    show(move || view! { <Page tenant shelf/> }.into_any())
}

#[component]
fn Page(tenant: Name, shelf: Shelf) -> impl IntoView {
    let home = format!("/tenants/{tenant}");
    let trail = vec![Link::new("/tenants", t("tenants.title")), Link::new(home, tenant.to_string())];
    let lines = if shelf.lines.is_empty() {
        view! {
            <Empty title=t("envelopes.shelf.none")>
                <p><a href="/connectors">{t("envelopes.shelf.to_connectors")}</a></p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Lines tenant lines=shelf.lines/> }.into_any()
    };
    view! {
        <Heading title=tf("envelopes.shelf.title", &[("tenant", &shelf.title)]) lead=t("envelopes.shelf.lead") trail/>
        {lines}
    }
    .into_any()
}

#[component]
fn Lines(tenant: Name, lines: Vec<ShelfLine>) -> impl IntoView {
    let rows = lines.into_iter().map(|line| {
        let href = format!("/tenants/{tenant}/envelope/{}", line.connector);
        let state = match (line.contract, line.version) {
            (false, _) => t("envelopes.shelf.no_contract").to_owned(),
            (true, None) => t("envelopes.shelf.no_envelope").to_owned(),
            (true, Some(version)) => tf("envelopes.shelf.in_force", &[("version", &version)]),
        };
        let rules = line.version.map(|_| tn("envelopes.shelf.rules", size(line.rules)));
        let open = (line.open > 0).then(|| {
            view! { {t("envelopes.shelf.waiting")}<Count number=size(line.open)/> }
        });
        view! {
            <tr>
                <th scope="row"><a href=href><code>{line.connector.to_string()}</code></a></th>
                <td>{state}</td>
                <td>{rules}</td>
                <td>{open}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Table id="envelopes" caption=t("envelopes.title") caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("envelopes.shelf.connector")}</th>
                    <th scope="col">{t("envelopes.envelope")}</th>
                    <th scope="col">{t("envelopes.shelf.says")}</th>
                    <th scope="col">{t("envelopes.proposals")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}
