//! What a draft would change and for whom, before it is put in force.

use evidence::name::{Name, Text};
use leptos::prelude::*;

use super::draft::Faults;
use super::may;
use super::words::ContractWords;
use crate::pages::reason::{Reason, reason};
use crate::parts::{
    Checkboxes, Choice, Fact, Facts, Form, Hash, Heading, Hidden, Link, Notice, SubmitRow, Table, Tone,
    Untrusted,
};
use crate::portal::{Affected, Deed, DraftFault, EnvelopeFate, Order, Refusal, Review};
use crate::text::{size, t, tf, tn};
use crate::visit::{self, Done, Rejected, Shown, Visit, say, show};

/// `/connectors/{connector}/review`
pub async fn review(visit: Visit) -> Shown {
    let name = visit.name("connector")?;
    let portal = visit.portal()?;
    let may = may(&visit, Deed::ManageConnectors);
    let rejected = visit.rejected().cloned();
    match portal.review_draft(name.clone()).await {
        Ok(review) => show(move || view! { <Page name review rejected may/> }.into_any()),
        Err(Refusal::Invalid(_)) => {
            let faults = portal.contract_draft(name.clone()).await?.faults;
            show(move || view! { <Faulty name faults may/> }.into_any())
        }
        Err(Refusal::Conflict(said)) => {
            show(move || view! { <Nothing name said=said.to_string()/> }.into_any())
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /connectors/{connector}/review`: puts it in force.
pub async fn send(visit: Visit, form: visit::Form) -> Done {
    let name = visit.name("connector")?;
    let order = match order(&form) {
        Ok(order) => order,
        // Whether there is anything to put in force comes before why it should be.
        Err(refusal) => {
            visit.portal()?.review_draft(name).await?;
            return Err(refusal);
        }
    };
    let chosen = !order.tenants.is_empty();
    let version = visit.portal()?.put_in_force(name.clone(), order).await?;
    let said = if chosen { "said.contract_in_force" } else { "said.contract_kept" };
    say(said, format!("/connectors/{name}/versions/{version}"))
}

/// What a form orders.
pub fn order(form: &visit::Form) -> Result<Order, Refusal> {
    let tenants = form.all("tenants").filter_map(|name| name.parse().ok()).collect();
    let revision = form.text("revision").parse().unwrap_or_default();
    Ok(Order { revision, tenants, reason: reason(form)? })
}

fn trail(name: &Name) -> Vec<Link> {
    vec![
        Link::new("/connectors", t("connectors.title")),
        Link::new(format!("/connectors/{name}"), name.to_string()),
        Link::new(format!("/connectors/{name}/draft"), t("connectors.draft_title")),
    ]
}

#[component]
fn Faulty(name: Name, faults: Vec<DraftFault>, may: bool) -> impl IntoView {
    let trail = trail(&name);
    view! {
        <Heading title=tf("connectors.review_of", &[("name", &name)]) lead=t("connectors.review_faulty") trail/>
        <Faults name faults may/>
    }
    .into_any()
}

#[component]
fn Nothing(name: Name, said: String) -> impl IntoView {
    let trail = trail(&name);
    view! {
        <Heading title=tf("connectors.review_of", &[("name", &name)]) trail/>
        <Notice title=said><p><a href=format!("/connectors/{name}/draft")>{t("connectors.draft_open")}</a></p></Notice>
    }
    .into_any()
}

#[component]
fn Page(name: Name, review: Review, rejected: Option<Rejected>, may: bool) -> impl IntoView {
    let Review { revision, changed_by, contract, digest, changes, affected } = review;
    let version = contract.version;
    let stopping = affected.iter().filter(|one| !matches!(one.envelope, EnvelopeFate::None)).count();
    let stops = (stopping > 0).then(|| {
        view! {
            <Notice title=tn("connectors.stops", size(stopping)) tone=Tone::Warning>
                <p>{t("connectors.stops_means")}</p>
            </Notice>
        }
    });
    let trail = trail(&name);
    let activation = may.then(|| {
        view! { <Activation name=name.clone() revision version affected=affected.clone() rejected=rejected.clone()/> }
    });
    view! {
        <Heading
            title=tf("connectors.review_of", &[("name", &name)]) lead=t("connectors.review_lead") trail
            came_back=rejected.is_some()
        />
        <Facts>
            <Fact name=t("connectors.version_word")>{version}</Fact>
            <Fact name=t("connectors.digest")><Hash text=digest.to_string()/></Fact>
            <Fact name=t("connectors.drafted_by")><Untrusted text=changed_by.to_string()/></Fact>
        </Facts>
        <Changes changes/>
        <section aria-labelledby="affected-title">
            <h2 id="affected-title">{t("connectors.affected")}</h2>
            {stops}
            <AffectedTable affected/>
        </section>
        <section aria-labelledby="words">
            <h2 id="words">{t("connectors.contract_words")}</h2>
            <ContractWords contract/>
        </section>
        {activation}
    }
    .into_any()
}

/// The sentences that are signed; they are in English whatever the reader's language.
#[component]
pub fn Changes(changes: Vec<Text>) -> impl IntoView {
    let lines = changes.into_iter().map(|change| view! { <li><Untrusted text=change.to_string()/></li> });
    let lines: Vec<_> = lines.collect();
    view! {
        <section aria-labelledby="changes">
            <h2 id="changes">{t("connectors.changes")}</h2>
            <p class="hint">{t("connectors.changes_signed")}</p>
            <ul lang="en">{lines}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn AffectedTable(affected: Vec<Affected>) -> impl IntoView {
    if affected.is_empty() {
        return view! { <p>{t("connectors.nobody_affected")}</p> }.into_any();
    }
    let lines = affected.into_iter().map(|one| {
        let contract = match one.contract {
            Some(version) => tf("connectors.version", &[("version", &version)]),
            None => t("connectors.no_contract").to_owned(),
        };
        view! {
            <tr>
                <th scope="row"><a href=format!("/tenants/{}", one.tenant)><Untrusted text=one.title.to_string()/></a></th>
                <td>{contract}</td>
                <td><Fate fate=one.envelope/></td>
            </tr>
        }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <Table id="affected" caption=t("connectors.affected") caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{t("connectors.tenant")}</th>
                    <th scope="col">{t("connectors.contract_now")}</th>
                    <th scope="col">{t("connectors.envelope_then")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Fate(fate: EnvelopeFate) -> impl IntoView {
    match fate {
        EnvelopeFate::None => t("connectors.fate_none").into_any(),
        EnvelopeFate::Fits(version) => tf("connectors.fate_fits", &[("version", &version)]).into_any(),
        EnvelopeFate::Breaks(version, why) => view! {
            {tf("connectors.fate_breaks", &[("version", &version)])}" "
            <span lang="en"><Untrusted text=why/></span>
        }
        .into_any(),
    }
}

#[component]
fn Activation(
    name: Name,
    revision: i64,
    version: u32,
    affected: Vec<Affected>,
    rejected: Option<Rejected>,
) -> impl IntoView {
    let everybody: Vec<String> = affected.iter().map(|one| one.tenant.to_string()).collect();
    let options = affected.into_iter().map(|one| Choice::new(one.tenant.to_string(), one.tenant.to_string()));
    let options: Vec<Choice> = options.collect();
    let chosen = match &rejected {
        None => everybody,
        Some(rejected) => rejected.form.all("tenants").map(str::to_owned).collect(),
    };
    let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
    let tenants = (!options.is_empty()).then(|| {
        view! {
            <Checkboxes
                id="tenants" legend=t("connectors.for_whom") hint=t("connectors.for_whom_hint") options chosen
            />
        }
    });
    view! {
        <Form
            action=format!("/connectors/{name}/review") labelled_by="activate" refusal
            refused=t("connectors.not_in_force")
        >
            <h2 id="activate">{tf("connectors.activate_title", &[("version", &version)])}</h2>
            <Hidden name="revision" value=revision.to_string()/>
            {tenants}
            <Reason place="activate" rejected/>
            <SubmitRow label=t("connectors.activate") back=format!("/connectors/{name}/draft")/>
        </Form>
    }
    .into_any()
}
