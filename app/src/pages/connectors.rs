//! Connectors: where the vendor's records are, and what of them may be touched.

use leptos::prelude::*;

use crate::parts::{ButtonLink, Empty, Heading, Table, Untrusted};
use crate::portal::{ConnectorLine, Deed};
use crate::text::{size, t, tf, tn};
use crate::visit::{Shown, Visit, show};

pub mod desk;
pub mod draft;
mod matrix;
mod operation;
pub mod register;
pub mod review;
pub mod table;
pub mod version;
mod words;

/// `/connectors`
pub async fn connectors(visit: Visit) -> Shown {
    let lines = visit.portal()?.connectors().await?;
    let may = may(&visit, Deed::ManageConnectors);
    show(move || view! { <List lines may/> }.into_any())
}

/// Whether the visitor may do it.
pub(super) fn may(visit: &Visit, deed: Deed) -> bool {
    visit.me().is_some_and(|me| me.role.may(deed))
}

#[component]
fn List(lines: Vec<ConnectorLine>, may: bool) -> impl IntoView {
    let new =
        move || may.then(|| view! { <ButtonLink href="/new/connector" label=t("connectors.register")/> });
    view! {
        <Heading title=t("connectors.title") lead=t("connectors.lead")/>
        {if lines.is_empty() {
            view! {
                <Empty title=t("connectors.none")>
                    <p>{t("connectors.none_next")}</p>
                    <p>{new()}</p>
                </Empty>
            }
            .into_any()
        } else {
            view! { <Lines lines/><p>{new()}</p> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<ConnectorLine>) -> impl IntoView {
    let lines: Vec<_> = lines.into_iter().map(|line| view! { <Line line/> }).collect();
    view! {
        <Table id="connectors" caption=t("connectors.title") caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("connectors.name")}</th>
                    <th scope="col">{t("connectors.address")}</th>
                    <th scope="col">{t("connectors.contract")}</th>
                    <th scope="col">{t("connectors.state")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Line(line: ConnectorLine) -> impl IntoView {
    let state = state(&line);
    let version = match line.version {
        Some(version) => tf("connectors.version", &[("version", &version)]),
        None => t("connectors.no_contract").to_owned(),
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/connectors/{}", line.name)>{line.name.to_string()}</a></th>
            <td><code><Untrusted text=line.address/></code></td>
            <td>{version}</td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

/// How it is, as a sentence.
fn state(line: &ConnectorLine) -> String {
    match (&line.trouble, line.drift) {
        (Some(trouble), _) => trouble.to_string(),
        (None, 0) => t("connectors.answers").to_owned(),
        (None, drift) => tn("connectors.differs", size(drift)),
    }
}
