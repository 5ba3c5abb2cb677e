//! One tenant: its boundary in plain sentences, its agents, its log, and the switch that stops it.

use evidence::name::{Name, Text};
use leptos::prelude::*;

use super::agents::{Agents, May};
use super::boundary::Boundary;
use super::stop::{StopSwitch, Stopped};
use crate::pages::connectors::may;
use crate::pages::reason::reason;
use crate::parts::{ErrorSummary, Fact, Facts, Hash, Heading, Link, Notice, Time, Tone};
use crate::portal::envelopes::Shelf;
use crate::portal::{AgentLine, Deed, Fault, Head, Refusal, TenantPage};
use crate::text::{Said, t, tf, tn};
use crate::visit::{self, Done, Rejected, Shown, Visit, say, show};

/// `/tenants/{tenant}`
pub async fn desk(visit: Visit) -> Shown {
    let tenant = visit.name("tenant")?;
    let page = visit.portal()?.tenant_page(tenant.clone()).await?;
    let shelf = visit.portal()?.envelopes(tenant).await?;
    let may = Allowed {
        agents: May {
            register: may(&visit, Deed::ManageTenants),
            suspend: may(&visit, Deed::Freeze),
            resume: may(&visit, Deed::Unfreeze),
        },
        complete: may(&visit, Deed::ManageConnectors),
        receipts: may(&visit, Deed::ReadReceipts),
        pack: may(&visit, Deed::TakePack),
    };
    let rejected = visit.rejected().map(|rejected| (visit.path().to_owned(), rejected.clone()));
    show(move || view! { <Page page shelf may rejected/> }.into_any())
}

/// `POST /tenants/{tenant}/agents`
pub async fn register(visit: Visit, form: visit::Form) -> Done {
    let tenant = visit.name("tenant")?;
    let fault = |field: &str, said| Refusal::Invalid(vec![Fault::new(field, said)]);
    let agent: Name =
        form.text("agent").trim().parse().map_err(|_| fault("agent", Said::new("tenants.name_wrong")))?;
    let title: Text = match form.text("agent_title").trim() {
        "" => Text::shortened(agent.as_str(), 100),
        typed => super::admit::title(typed)
            .ok_or_else(|| fault("agent_title", Said::new("tenants.title_wrong").with("most", 100)))?,
    };
    visit.portal()?.register_agent(tenant.clone(), agent, title).await?;
    say("said.agent_added", format!("/tenants/{tenant}"))
}

/// `POST /tenants/{tenant}/contracts`
pub async fn complete(visit: Visit, form: visit::Form) -> Done {
    let tenant = visit.name("tenant")?;
    visit.portal()?.complete_contracts(tenant.clone(), reason(&form)?).await?;
    say("said.contract_in_force", format!("/tenants/{tenant}"))
}

/// What the visitor may do here.
#[derive(Clone, Copy)]
struct Allowed {
    agents: May,
    complete: bool,
    receipts: bool,
    pack: bool,
}

#[component]
fn Page(page: TenantPage, shelf: Shelf, may: Allowed, rejected: Option<(String, Rejected)>) -> impl IntoView {
    let TenantPage { line, everything, agents, connectors } = page;
    let name = line.name.clone();
    let short = name.to_string();
    let is_stopped = line.stopped.is_some();
    // A form that asks for what is so already has no place in the page any more.
    let overtaken = rejected.as_ref().is_some_and(|(sent, _)| {
        let is_complete = connectors.iter().all(|connector| connector.newer.is_none());
        is_overtaken(sent, is_stopped, is_complete, &agents)
    });
    let rejected = rejected.filter(|_| !overtaken);
    let came_back = overtaken || rejected.is_some();
    let log = if may.receipts { format!("/tenants/{name}/receipts") } else { String::new() };
    let of =
        |path: &str| rejected.clone().filter(|(sent, _)| sent.ends_with(path)).map(|(_, rejected)| rejected);
    let (completing, stopping) = (of("/contracts"), of("freeze"));
    let failed = rejected.as_ref().map(|(_, rejected)| rejected.refusal.clone());
    // What can be corrected is told at its form; whatever else there is, at the head.
    let failed = failed.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
    let failed = failed.or_else(|| overtaken.then(|| Refusal::Conflict("tenants.overtaken".into())));
    let stopped = line.stopped.map(|stop| {
        view! { <Stopped stop title=t("tenants.tenant_frozen") receipts=log.clone()/> }
    });
    let everything = everything.map(|stop| {
        view! { <Stopped stop title=t("tenants.everything_stopped") receipts=log.clone()/> }
    });
    let switch = (if is_stopped { may.agents.resume } else { may.agents.suspend }).then(|| {
        view! { <Switch name=name.clone() is_stopped rejected=stopping/> }
    });
    view! {
        <Heading title=line.title.to_string() trail=vec![Link::new("/tenants", t("tenants.title"))] came_back>
            <p class="lead"><code>{short}</code></p>
        </Heading>
        {failed.map(|refusal| view! { <ErrorSummary refusal title=t("tenants.not_done")/> })}
        {everything}
        {stopped}
        {line.erased.then(|| view! { <Notice title=t("tenants.erased_means") tone=Tone::Warning/> })}
        <Boundary tenant=name.clone() connectors shelf may_complete=may.complete && !line.erased rejected=completing/>
        <Agents tenant=name.clone() agents may=may.agents rejected/>
        <Log name head=line.head may/>
        {switch}
    }
    .into_any()
}

/// Whether what was sent to this address is done already.
fn is_overtaken(sent: &str, is_stopped: bool, is_complete: bool, agents: &[AgentLine]) -> bool {
    let (place, verb) = sent.rsplit_once('/').unwrap_or_default();
    let agent = agents.iter().find(|agent| place.ends_with(&format!("/agents/{}", agent.name)));
    let is_stopped = agent.map_or(is_stopped, |agent| agent.stopped.is_some());
    match verb {
        "freeze" | "suspend" => is_stopped,
        "unfreeze" | "resume" => !is_stopped,
        "contracts" => is_complete,
        _ => false,
    }
}

#[component]
fn Log(name: Name, head: Option<Head>, may: Allowed) -> impl IntoView {
    let facts = head.map(|head| {
        view! {
            <Facts>
                <Fact name=t("tenants.receipts")>{tn("count.receipts", head.size)}</Fact>
                <Fact name=t("tenants.head")><Time at=head.time/></Fact>
                <Fact name=t("tenants.root")><Hash text=head.root.to_string()/></Fact>
            </Facts>
        }
    });
    let nothing = facts.is_none().then(|| view! { <p>{t("tenants.no_head")}</p> });
    let receipts = may.receipts.then(|| {
        view! { <li><a href=format!("/tenants/{name}/receipts")>{t("tenants.to_receipts")}</a></li> }
    });
    let pack = may.pack.then(|| {
        view! { <li><a href=format!("/tenants/{name}/pack") download="">{t("tenants.to_pack")}</a></li> }
    });
    view! {
        <section aria-labelledby="log">
            <h2 id="log">{t("tenants.log")}</h2>
            {facts}
            {nothing}
            <ul role="list" class="inline">{receipts}{pack}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Switch(name: Name, is_stopped: bool, rejected: Option<Rejected>) -> impl IntoView {
    let (id, open, question, label, verb) = if is_stopped {
        ("unfreeze", t("tenants.unfreeze_open"), "tenants.unfreeze_title", t("tenants.unfreeze"), "unfreeze")
    } else {
        ("freeze", t("tenants.freeze_open"), "tenants.freeze_title", t("tenants.freeze"), "freeze")
    };
    view! {
        <section aria-labelledby="stopping">
            <h2 id="stopping">{t("tenants.stopping")}</h2>
            <p>{if is_stopped { t("tenants.unfreeze_means") } else { t("tenants.freeze_means") }}</p>
            <StopSwitch
                id open title=tf(question, &[("name", &name)]) action=format!("/tenants/{name}/{verb}") label
                stops=!is_stopped rejected
            />
        </section>
    }
    .into_any()
}
