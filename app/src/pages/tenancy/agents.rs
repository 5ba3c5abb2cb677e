//! The agents of a tenant: who may act, who is suspended, and one more.

use evidence::name::Name;
use leptos::prelude::*;

use super::stop::StopSwitch;
use crate::parts::{Button, Form, Table, TextInput, Time, Untrusted};
use crate::portal::{AgentLine, Fault, Refusal};
use crate::text::{t, tf};
use crate::visit::Rejected;

/// What the visitor may do with them.
#[derive(Clone, Copy)]
pub struct May {
    /// Register one.
    pub register: bool,
    /// Suspend one.
    pub suspend: bool,
    /// Let one act again.
    pub resume: bool,
}

/// The agents.
#[component]
pub fn Agents(
    tenant: Name,
    agents: Vec<AgentLine>,
    may: May,
    /// The form that came back, and the address to which it was sent.
    rejected: Option<(String, Rejected)>,
) -> impl IntoView {
    let lines = agents.into_iter().map(|agent| {
        let (tenant, rejected) = (tenant.clone(), rejected.clone());
        view! { <Line tenant agent may rejected/> }
    });
    let lines: Vec<_> = lines.collect();
    let table = if lines.is_empty() {
        view! { <p>{t("tenants.no_agents")}</p> }.into_any()
    } else {
        view! {
            <Table id="agents" caption=t("tenants.agents") caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{t("tenants.agent")}</th>
                        <th scope="col">{t("tenants.state")}</th>
                        <th scope="col">{t("tenants.switch")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </Table>
        }
        .into_any()
    };
    let action = format!("/tenants/{tenant}/agents");
    let rejected = rejected.filter(|(path, _)| *path == action).map(|(_, rejected)| rejected);
    view! {
        <section aria-labelledby="agents-title">
            <h2 id="agents-title">{t("tenants.agents")}</h2>
            {table}
            {may.register.then(|| view! { <Register action rejected/> })}
        </section>
    }
    .into_any()
}

#[component]
fn Line(tenant: Name, agent: AgentLine, may: May, rejected: Option<(String, Rejected)>) -> impl IntoView {
    let AgentLine { name, title, stopped } = agent;
    let is_stopped = stopped.is_some();
    let titled = (title.as_str() != name.as_str()).then(|| view! { <Untrusted text=title.to_string()/>" " });
    let word = if is_stopped { "resume" } else { "suspend" };
    let action = format!("/tenants/{tenant}/agents/{name}/{word}");
    let rejected = rejected.filter(|(path, _)| *path == action).map(|(_, rejected)| rejected);
    let state = match stopped {
        None => t("tenants.active").into_any(),
        Some(stop) => view! {
            {t("tenants.suspended")}": "<Untrusted text=stop.by.to_string()/>", "<Time at=stop.at/>": "
            <Untrusted text=stop.reason.to_string()/>
        }
        .into_any(),
    };
    let (open, question, label) = if is_stopped {
        (t("tenants.resume_open"), "tenants.resume_title", t("tenants.resume"))
    } else {
        (t("tenants.suspend_open"), "tenants.suspend_title", t("tenants.suspend"))
    };
    let switch = (if is_stopped { may.resume } else { may.suspend }).then(|| {
        view! {
            <StopSwitch
                id=format!("switch-{name}") open title=tf(question, &[("agent", &name)]) action label stops=!is_stopped
                rejected
            />
        }
    });
    view! {
        <tr>
            <th scope="row">{titled}<code>{name.to_string()}</code></th>
            <td>{state}</td>
            <td>{switch}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Register(action: String, rejected: Option<Rejected>) -> impl IntoView {
    let (typed, refusal) = match rejected {
        Some(Rejected { form, refusal }) => (form, Some(refusal)),
        None => Default::default(),
    };
    let faults: Vec<Fault> = match &refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    let of_title = faults.clone();
    let text = move |name: &str| typed.text(name).to_owned();
    view! {
        <Form action labelled_by="register" refusal refused=t("tenants.agent_not_added")>
            <h3 id="register">{t("tenants.agent_add_title")}</h3>
            <TextInput
                id="agent" label=t("tenants.agent_name") hint=t("tenants.agent_name_hint") value=text("agent") faults
                exact=true
            />
            <TextInput
                id="agent_title" label=t("tenants.agent_title") value=text("agent_title") faults=of_title optional=true
            />
            <div class="actions"><Button label=t("tenants.agent_add")/></div>
        </Form>
    }
    .into_any()
}
