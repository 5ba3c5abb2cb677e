//! A new tenant: its log begins, its agents may act, and the newest contracts are in force for it.

use evidence::name::{Name, Text};
use leptos::prelude::*;

use crate::parts::{Form, Heading, Link, LongText, SubmitRow, TextInput};
use crate::portal::{Fault, Newcomer, Refusal};
use crate::text::{Said, t};
use crate::visit::{self, Done, Shown, Visit, say, show};

/// The most characters of a tenant's name for people.
const MOST: usize = 100;

/// The most agents that one form registers.
const MOST_AGENTS: usize = 50;

/// `/new/tenant`
pub async fn admit(visit: Visit) -> Shown {
    visit.portal()?;
    let rejected = visit.rejected().cloned();
    show(move || {
        let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
        let typed = rejected.map(|rejected| rejected.form).unwrap_or_default();
        view! {
            <Heading
                title=t("tenants.add_title") lead=t("tenants.add_lead")
                trail=vec![Link::new("/tenants", t("tenants.title"))] came_back=refusal.is_some()
            />
            <Fields typed refusal/>
        }
        .into_any()
    })
}

/// `POST /new/tenant`
pub async fn send(visit: Visit, form: visit::Form) -> Done {
    let newcomer = newcomer(&form).map_err(Refusal::Invalid)?;
    let name = newcomer.name.clone();
    visit.portal()?.admit(newcomer).await?;
    say("said.tenant_added", format!("/tenants/{name}"))
}

/// What a form says, or everything that is wrong with it.
fn newcomer(form: &visit::Form) -> Result<Newcomer, Vec<Fault>> {
    let mut faults = Vec::new();
    let name = form.text("name").trim().parse::<Name>();
    if name.is_err() {
        faults.push(Fault::new("name", Said::new("tenants.name_wrong")));
    }
    let title = title(form.text("title"));
    if title.is_none() {
        faults.push(Fault::new("title", Said::new("tenants.title_wrong").with("most", MOST)));
    }
    let typed: Vec<&str> =
        form.text("agents").split(|letter: char| letter == ',' || letter.is_whitespace()).collect();
    let typed: Vec<&str> = typed.into_iter().filter(|name| !name.is_empty()).collect();
    if typed.len() > MOST_AGENTS {
        faults.push(Fault::new("agents", Said::new("tenants.agents_many").with("most", MOST_AGENTS)));
    }
    let mut agents: Vec<Name> = Vec::new();
    for agent in typed.into_iter().take(MOST_AGENTS) {
        match agent.parse() {
            Ok(agent) if !agents.contains(&agent) => agents.push(agent),
            Ok(_) => {}
            Err(_) => {
                let typed: String = agent.chars().take(64).collect();
                faults.push(Fault::new("agents", Said::new("tenants.agent_wrong").with("typed", typed)));
            }
        }
    }
    match (name, title) {
        (Ok(name), Some(title)) if faults.is_empty() => Ok(Newcomer { name, title, agents }),
        _ => Err(faults),
    }
}

/// A name for people, if it is one.
pub fn title(typed: &str) -> Option<Text> {
    let typed = typed.trim();
    let fits = !typed.is_empty() && typed.chars().count() <= MOST && !typed.chars().any(char::is_control);
    if fits { typed.parse().ok() } else { None }
}

#[component]
fn Fields(typed: visit::Form, refusal: Option<Refusal>) -> impl IntoView {
    let faults = match &refusal {
        Some(Refusal::Invalid(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    let (of_title, of_agents) = (faults.clone(), faults.clone());
    let text = move |name: &str| typed.text(name).to_owned();
    view! {
        <Form action="/new/tenant" labelled_by="form-title" refusal refused=t("tenants.not_added")>
            <h2 id="form-title">{t("tenants.who")}</h2>
            <TextInput
                id="title" label=t("tenants.title_label") hint=t("tenants.title_hint") value=text("title") faults=of_title
            />
            <TextInput
                id="name" label=t("tenants.name") hint=t("tenants.name_hint") value=text("name") faults exact=true
            />
            <LongText
                id="agents" label=t("tenants.agents") hint=t("tenants.agents_hint") text=text("agents") faults=of_agents
                optional=true
            />
            <SubmitRow label=t("tenants.add") back="/tenants"/>
        </Form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> visit::Form {
        visit::Form::new(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let faults =
            newcomer(&form(&[("name", "Acme!"), ("title", " "), ("agents", "ok, Not ok")])).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "title", "agents"]);
        let good =
            newcomer(&form(&[("name", "acme"), ("title", "Acme & Co"), ("agents", "b,a\nb")])).unwrap();
        let agents: Vec<&str> = good.agents.iter().map(Name::as_str).collect();
        assert_eq!((good.title.as_str(), agents), ("Acme & Co", vec!["b", "a"]));
    }

    #[test]
    fn a_title_has_no_line_breaks_and_an_end() {
        assert!(title("Acme\u{202e}").is_some());
        assert!(title("Acme\nGlobex").is_none());
        assert!(title(&"a".repeat(101)).is_none());
    }
}
