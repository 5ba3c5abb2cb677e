//! A version of a contract: what it changed, who has it in force, and the rest of the way for those who do not.

use evidence::name::Name;
use leptos::prelude::*;

use super::may;
use super::review::{Changes, order};
use super::words::ContractWords;
use crate::pages::reason::Reason;
use crate::parts::{
    Checkboxes, Choice, ErrorSummary, Fact, Facts, Form, Hash, Heading, Link, Notice, SubmitRow, Table, Time,
    Tone, Untrusted,
};
use crate::portal::{Deed, Holder, Refusal, VersionDesk, VersionLine};
use crate::text::{size, t, tf, tn};
use crate::visit::{self, Done, Rejected, Shown, Visit, say, show};

/// `/connectors/{connector}/versions/{version}`
pub async fn version(visit: Visit) -> Shown {
    let (name, version) = (visit.name("connector")?, number(&visit)?);
    let desk = visit.portal()?.contract_version(name.clone(), version).await?;
    let rejected = visit.rejected().cloned();
    let may = may(&visit, Deed::ManageConnectors);
    show(move || view! { <Page name desk rejected may/> }.into_any())
}

/// `POST /connectors/{connector}/versions/{version}`: puts it in force for those that are chosen.
pub async fn roll_out(visit: Visit, form: visit::Form) -> Done {
    let (name, version) = (visit.name("connector")?, number(&visit)?);
    visit.portal()?.roll_out(name.clone(), version, order(&form)?).await?;
    say("said.contract_in_force", format!("/connectors/{name}/versions/{version}"))
}

fn number(visit: &Visit) -> Result<u32, Refusal> {
    visit.part("version")?.parse().map_err(|_| Refusal::NotFound)
}

#[component]
fn Page(name: Name, desk: VersionDesk, rejected: Option<Rejected>, may: bool) -> impl IntoView {
    let VersionDesk { line, drafted_by, changes, contract, is_newest, holders } = desk;
    let title = tf("connectors.version_of", &[("version", &line.version), ("name", &name)]);
    let trail = vec![
        Link::new("/connectors", t("connectors.title")),
        Link::new(format!("/connectors/{name}"), name.to_string()),
    ];
    let without: Vec<Holder> = holders.iter().filter(|holder| !holder.has_it).cloned().collect();
    let offer = (may && is_newest && !without.is_empty()).then(|| {
        view! { <RollOut name=name.clone() version=line.version without=without.clone() rejected=rejected.clone()/> }
    });
    let missing = (is_newest && !without.is_empty()).then(|| {
        view! {
            <Notice title=tn("connectors.missing", size(without.len())) tone=Tone::Warning>
                <p>{t("connectors.missing_means")}</p>
            </Notice>
        }
    });
    // Whoever asked for what is so already has no form to come back to.
    let overtaken = (rejected.is_some() && offer.is_none()).then(|| {
        let refusal = Refusal::Conflict("tenants.overtaken".into());
        view! { <ErrorSummary refusal title=t("connectors.not_done")/> }
    });
    let older = (!is_newest).then(|| view! { <Notice title=t("connectors.older")/> });
    view! {
        <Heading title trail came_back=rejected.is_some()/>
        {overtaken}
        {older}
        {missing}
        <About line drafted_by=drafted_by.map(|by| by.to_string())/>
        {(!changes.is_empty()).then(|| view! { <Changes changes/> })}
        <section>
            <h2>{t("connectors.holders_title")}</h2>
            <Holders holders/>
        </section>
        {offer}
        <section aria-labelledby="words">
            <h2 id="words">{t("connectors.contract_words")}</h2>
            <ContractWords contract/>
        </section>
    }
    .into_any()
}

#[component]
fn About(line: VersionLine, drafted_by: Option<String>) -> impl IntoView {
    let activated = line.activated.map(|(by, at, reason)| {
        view! {
            <Fact name=t("connectors.when")><Time at/></Fact>
            <Fact name=t("connectors.by")><Untrusted text=by.to_string()/></Fact>
            <Fact name=t("connectors.why")><Untrusted text=reason.to_string()/></Fact>
        }
    });
    view! {
        <Facts>
            <Fact name=t("connectors.digest")><Hash text=line.digest.to_string()/></Fact>
            {activated}
            {drafted_by.map(|by| view! { <Fact name=t("connectors.drafted_by")><Untrusted text=by/></Fact> })}
        </Facts>
    }
    .into_any()
}

#[component]
fn Holders(holders: Vec<Holder>) -> impl IntoView {
    if holders.is_empty() {
        return view! { <p>{t("connectors.nobody")}</p> }.into_any();
    }
    let lines = holders.into_iter().map(|holder| {
        let has = match (holder.has_it, holder.version) {
            (true, _) => t("connectors.has_it").to_owned(),
            (false, Some(version)) => tf("connectors.has_other", &[("version", &version)]),
            (false, None) => t("connectors.no_contract").to_owned(),
        };
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/tenants/{}", holder.tenant)><Untrusted text=holder.title.to_string()/></a>
                </th>
                <td>{has}</td>
            </tr>
        }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <Table id="holders" caption=t("connectors.holders_title") caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("connectors.tenant")}</th>
                    <th scope="col">{t("connectors.in_force_word")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn RollOut(name: Name, version: u32, without: Vec<Holder>, rejected: Option<Rejected>) -> impl IntoView {
    let everybody: Vec<String> = without.iter().map(|holder| holder.tenant.to_string()).collect();
    let options = without.iter().map(|holder| Choice::plain(&holder.tenant)).collect();
    let chosen = match &rejected {
        None => everybody,
        Some(rejected) => rejected.form.all("tenants").map(str::to_owned).collect(),
    };
    let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
    view! {
        <Form
            action=format!("/connectors/{name}/versions/{version}") labelled_by="roll-out" refusal
            refused=t("connectors.not_in_force")
        >
            <h2 id="roll-out">{t("connectors.roll_out_title")}</h2>
            <Checkboxes
                id="tenants" legend=t("connectors.for_whom") hint=t("connectors.for_whom_hint") options chosen
            />
            <Reason place="roll-out" rejected/>
            <SubmitRow label=t("connectors.roll_out")/>
        </Form>
    }
    .into_any()
}
