//! One connector: how it is, its contract in words, what differs from it, and what was in force before.

use evidence::contract::Database;
use evidence::name::Name;
use leptos::prelude::*;

use super::may;
use super::words::ContractWords;
use crate::parts::{
    Button, ButtonLink, Confirm, ErrorSummary, Fact, Facts, Form, Hash, Heading, Link, Look, Notice, Table,
    TextInput, Time, Tone, Untrusted,
};
use crate::portal::{ConnectorDesk, ConnectorLine, Deed, DraftLine, Drift, Refusal, VersionLine};
use crate::text::{size, t, tf, tn};
use crate::visit::{self, Done, Shown, Visit, say, show};

/// `/connectors/{connector}`
pub async fn desk(visit: Visit) -> Shown {
    let desk = visit.portal()?.connector(visit.name("connector")?).await?;
    let refusal = visit.rejected().map(|rejected| rejected.refusal.clone());
    let may = may(&visit, Deed::ManageConnectors);
    show(move || view! { <Page desk refusal may/> }.into_any())
}

/// `POST /connectors/{connector}/forget`
pub async fn forget(visit: Visit, _: visit::Form) -> Done {
    visit.portal()?.disconnect(visit.name("connector")?).await?;
    say("said.connector_forgotten", "/connectors")
}

#[component]
fn Page(desk: ConnectorDesk, refusal: Option<Refusal>, may: bool) -> impl IntoView {
    let ConnectorDesk { line, contract, drift, draft, versions, tenants } = desk;
    let name = line.name.clone();
    let newest = versions.first().cloned();
    let has_contract = contract.is_some();
    let contract = contract.map(|contract| {
        view! {
            <section aria-labelledby="contract">
                <h2 id="contract">{t("connectors.contract_words")}</h2>
                <ContractWords contract/>
            </section>
        }
    });
    view! {
        <Heading title=name.to_string() trail=vec![Link::new("/connectors", t("connectors.title"))]/>
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=t("connectors.not_done")/> })}
        <State line=line.clone() newest tenants/>
        {(!drift.is_empty()).then(|| view! { <Drifts drift/> })}
        <Drafting name=name.clone() draft has_contract may/>
        {contract}
        {(!versions.is_empty()).then(|| view! { <Versions name=name.clone() versions tenants/> })}
        {may.then(|| view! { <Moving name/> })}
    }
    .into_any()
}

#[component]
fn State(line: ConnectorLine, newest: Option<VersionLine>, tenants: usize) -> impl IntoView {
    let ConnectorLine { name, address, database, trouble, .. } = line;
    let kind = match database {
        Some(Database::Postgresql) => "PostgreSQL",
        Some(Database::Sqlite) => "SQLite",
        None => "–",
    };
    let in_force = newest.map(|newest| {
        let label = tf("connectors.version", &[("version", &newest.version)]);
        let holders = tf("connectors.holders", &[("holders", &newest.holders), ("tenants", &tenants)]);
        view! {
            <Fact name=t("connectors.contract")>
                <a href=format!("/connectors/{name}/versions/{}", newest.version)>{label}</a>", "{holders}
            </Fact>
            <Fact name=t("connectors.digest")><Hash text=newest.digest.to_string()/></Fact>
        }
    });
    let trouble = trouble.map(|trouble| {
        view! { <Notice title=trouble.to_string() tone=Tone::Bad><p>{t("connectors.trouble_means")}</p></Notice> }
    });
    view! {
        {trouble}
        <Facts>
            <Fact name=t("connectors.address")><code><Untrusted text=address/></code></Fact>
            <Fact name=t("connectors.kind")>{kind}</Fact>
            {in_force}
        </Facts>
    }
    .into_any()
}

/// What differs, by table, and what to do.
#[component]
fn Drifts(drift: Vec<Drift>) -> impl IntoView {
    let tables = drift.into_iter().map(|drift| {
        let differences: Vec<_> =
            drift.differences.iter().map(|said| view! { <li><Untrusted text=said.to_string()/></li> }).collect();
        let table = drift.table.map(|table| view! { <code><Untrusted text=table/></code>", " });
        view! {
            <li>{table}{tf("connectors.drift_version", &[("version", &drift.version)])}<ul>{differences}</ul></li>
        }
    });
    let tables: Vec<_> = tables.collect();
    view! {
        <Notice title=t("connectors.drift_title") tone=Tone::Warning>
            <ul>{tables}</ul>
            <p>{t("connectors.drift_next")}</p>
        </Notice>
    }
    .into_any()
}

/// The draft that is there, or how to begin one.
#[component]
fn Drafting(name: Name, draft: Option<DraftLine>, has_contract: bool, may: bool) -> impl IntoView {
    let address = format!("/connectors/{name}/draft");
    let begun = draft.map(|draft| {
        let address = address.clone();
        view! {
            <p>
                {t("connectors.draft_by")}" "<Untrusted text=draft.changed_by.to_string()/>", "
                <Time at=draft.changed_at/>"."
                {(draft.faults > 0).then(|| format!(" {}", tn("connectors.draft_faults", size(draft.faults))))}
            </p>
            <p><ButtonLink href=address label=t("connectors.draft_open")/></p>
        }
        .into_any()
    });
    let nothing = begun.is_none();
    let begin = (nothing && may).then(|| {
        let column = (!has_contract).then(|| {
            view! {
                <TextInput
                    id="tenant_column" label=t("connectors.tenant_column") hint=t("connectors.tenant_column_hint")
                    optional=true exact=true
                />
            }
        });
        view! {
            <Form action=address labelled_by="draft">
                {column}
                <div class="actions"><Button label=t("connectors.draft_begin")/></div>
            </Form>
        }
    });
    let lead = match (nothing, has_contract) {
        (true, true) => t("connectors.draft_again"),
        (true, false) => t("connectors.draft_first"),
        (false, _) => t("connectors.draft_there"),
    };
    view! {
        <section aria-labelledby="draft">
            <h2 id="draft">{t("connectors.draft_title")}</h2>
            <p>{lead}</p>
            {begun}
            {begin}
        </section>
    }
    .into_any()
}

#[component]
fn Versions(name: Name, versions: Vec<VersionLine>, tenants: usize) -> impl IntoView {
    let lines = versions.into_iter().map(|line| {
        let label = tf("connectors.version", &[("version", &line.version)]);
        let activated = match line.activated {
            None => view! { <td colspan="3">{t("connectors.only_logs")}</td> }.into_any(),
            Some((by, at, reason)) => view! {
                <td><Time at/></td>
                <td><Untrusted text=by.to_string()/></td>
                <td><Untrusted text=reason.to_string()/></td>
            }
            .into_any(),
        };
        view! {
            <tr>
                <th scope="row"><a href=format!("/connectors/{name}/versions/{}", line.version)>{label}</a></th>
                {activated}
                <td>{tf("connectors.holders", &[("holders", &line.holders), ("tenants", &tenants)])}</td>
            </tr>
        }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <section>
            <h2>{t("connectors.versions")}</h2>
            <Table id="versions" caption=t("connectors.versions") caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{t("connectors.version_word")}</th>
                        <th scope="col">{t("connectors.when")}</th>
                        <th scope="col">{t("connectors.by")}</th>
                        <th scope="col">{t("connectors.why")}</th>
                        <th scope="col">{t("connectors.in_force_word")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </Table>
        </section>
    }
    .into_any()
}

#[component]
fn Moving(name: Name) -> impl IntoView {
    view! {
        <section aria-labelledby="moving">
            <h2 id="moving">{t("connectors.moving")}</h2>
            <div class="actions">
                <ButtonLink href=format!("/connectors/{name}/address") label=t("connectors.move") look=Look::Quiet/>
                <Confirm
                    id="forget" open=t("connectors.forget_open")
                    title=tf("connectors.forget_title", &[("name", &name)])
                    action=format!("/connectors/{name}/forget") label=t("connectors.forget")
                >
                    <p>{t("connectors.forget_means")}</p>
                </Confirm>
            </div>
        </section>
    }
    .into_any()
}
