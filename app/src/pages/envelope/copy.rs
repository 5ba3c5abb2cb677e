//! The same envelope for other tenants: what it would change for each, and a proposal in each that is chosen.

use evidence::name::Name;
use leptos::prelude::*;

use super::differences::Differences;
use super::{at, blocked, path, trail};
use crate::parts::{Empty, Form as FormOf, Heading, LongText, Notice, SubmitRow, Tone, Untrusted};
use crate::portal::envelopes::{At, Copy};
use crate::portal::{Fault, Refusal};
use crate::text::{Said, size, t, tf, tn};
use crate::visit::{Done, Form, Rejected, Shown, Visit, say, show};

/// `/tenants/{tenant}/envelope/{connector}/copy`
pub async fn copy(visit: Visit) -> Shown {
    let at = at(&visit)?;
    let copies = visit.portal()?.copies(at.clone()).await?;
    let rejected = visit.rejected().cloned();
    show(move || view! { <Page at copies rejected/> }.into_any())
}

/// `POST /tenants/{tenant}/envelope/{connector}/copy`
pub async fn send(visit: Visit, form: Form) -> Done {
    let at = at(&visit)?;
    let reason = form.text("reason").trim().to_owned();
    let copies = visit.portal()?.copies(at.clone()).await?;
    let chosen: Vec<Copy> =
        copies.into_iter().filter(|copy| form.all("tenant").any(|one| one == copy.tenant.as_str())).collect();
    let mut faults = Vec::new();
    if chosen.is_empty() {
        faults.push(Fault::new("tenant", "envelopes.copy.nobody"));
    }
    if reason.is_empty() {
        faults.push(Fault::new("reason", "envelopes.blocked.no_reason"));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    if chosen.iter().any(|copy| form.text(&seen_name(&copy.tenant)) != seen(copy)) {
        return Err(Refusal::Conflict(Said::new("envelopes.copy.changed")));
    }
    let mut failed = Vec::new();
    for copy in chosen {
        let there = At { tenant: copy.tenant.clone(), connector: at.connector.clone() };
        let Ok(envelope) = copy.envelope else { continue };
        let base = copy.in_force.map(|(digest, _)| digest);
        let proposed = visit.portal()?.propose(there, envelope, base, reason.clone()).await?;
        if let Err(why) = proposed {
            let said = blocked::refusal(&why, None).said().told_in(visit.language());
            failed.push(format!("{}: {said}", copy.tenant));
        }
    }
    if failed.is_empty() {
        return say("envelopes.said.copied", path(&at, "/copy"));
    }
    Err(Refusal::Conflict(Said::new("envelopes.copy.failed").with("failed", failed.join(" "))))
}

/// The name under which the form says what was seen of a tenant.
fn seen_name(tenant: &Name) -> String {
    format!("seen.{tenant}")
}

/// What is seen of a tenant: what would be proposed, and in place of what.
fn seen(copy: &Copy) -> String {
    let digest = copy.envelope.as_ref().ok().and_then(|envelope| envelope.digest().ok());
    let base = copy.in_force.as_ref().map(|(digest, _)| digest.to_string());
    format!("{} {}", digest.map(|digest| digest.to_string()).unwrap_or_default(), base.unwrap_or_default())
}

#[component]
fn Page(at: At, copies: Vec<Copy>, rejected: Option<Rejected>) -> impl IntoView {
    let title = tf("envelopes.copy.title", &[("tenant", &at.tenant), ("connector", &at.connector)]);
    let came_back = rejected.is_some();
    let content = if copies.is_empty() {
        view! { <Empty title=t("envelopes.copy.none")><p>{t("envelopes.copy.none_means")}</p></Empty> }
            .into_any()
    } else {
        view! { <Choose at=at.clone() copies rejected/> }.into_any()
    };
    view! {
        <Heading title lead=t("envelopes.copy.lead") trail=trail(&at) came_back/>
        {content}
    }
    .into_any()
}

#[component]
fn Choose(at: At, copies: Vec<Copy>, rejected: Option<Rejected>) -> impl IntoView {
    let faults = rejected.as_ref().map(Rejected::faults).unwrap_or_default();
    let chosen: Vec<String> =
        rejected.iter().flat_map(|rejected| rejected.form.all("tenant")).map(str::to_owned).collect();
    let text = rejected.as_ref().map(|rejected| rejected.form.text("reason").to_owned()).unwrap_or_default();
    let refusal = rejected.map(|rejected| rejected.refusal);
    let wrong = faults.iter().find(|fault| fault.field == "tenant").map(|fault| fault.message.to_string());
    let first = copies.iter().position(|copy| copy.envelope.is_ok());
    let tenants = copies.into_iter().enumerate().map(|(place, copy)| {
        let is_chosen = chosen.contains(&copy.tenant.to_string());
        view! { <OneTenant connector=at.connector.clone() copy is_chosen is_first=Some(place) == first/> }
    });
    let tenants: Vec<_> = tenants.collect();
    view! {
        <FormOf action=path(&at, "/copy") labelled_by="whom" refusal refused=t("envelopes.copy.not_proposed") class="copies">
            <h2 id="whom">{t("envelopes.copy.whom")}</h2>
            {wrong.map(|wrong| view! { <p class="fault" id="tenant-fault">{wrong}</p> })}
            {tenants}
            <LongText id="reason" label=t("envelopes.reason") hint=t("envelopes.edit.reason_hint") text faults/>
            <SubmitRow label=t("envelopes.copy.propose") back=path(&at, "")/>
        </FormOf>
    }
    .into_any()
}

#[component]
fn OneTenant(connector: Name, copy: Copy, is_chosen: bool, is_first: bool) -> impl IntoView {
    let seen = seen(&copy);
    let Copy { tenant, title, envelope, in_force, strangers, open } = copy;
    let id = if is_first { "tenant".to_owned() } else { format!("tenant-{tenant}") };
    let heading = format!("copy-{tenant}");
    let there = format!("/tenants/{tenant}/envelope/{connector}");
    let can = envelope.is_ok();
    let strangers: Vec<String> = strangers.iter().map(ToString::to_string).collect();
    let strangers = (!strangers.is_empty()).then(|| {
        view! { <Notice title=tf("envelopes.copy.strangers", &[("agents", &strangers.join(", "))]) tone=Tone::Warning/> }
    });
    let open = (open > 0).then(|| {
        view! { <p><a href=there.clone()>{tn("envelopes.copy.open", size(open))}</a></p> }
    });
    let content = match envelope {
        Ok(after) => {
            let before = in_force.map(|(_, envelope)| envelope);
            view! { <Differences before after/> }.into_any()
        }
        Err(error) => view! {
            <Notice title=t("envelopes.copy.unfit") tone=Tone::Bad><p lang="en"><Untrusted text=error.to_string()/></p></Notice>
        }
        .into_any(),
    };
    let choice = if can {
        view! {
            <div class="box">
                <input type="checkbox" id=id.clone() name="tenant" value=tenant.to_string() checked=is_chosen/>
                <label for=id id=heading.clone()><Untrusted text=title/>" ("<code>{tenant.to_string()}</code>")"</label>
            </div>
        }
        .into_any()
    } else {
        view! { <p id=heading.clone()><strong><Untrusted text=title/></strong></p> }.into_any()
    };
    let seen = can.then(|| view! { <input type="hidden" name=seen_name(&tenant) value=seen/> });
    view! {
        <section class="card" aria-labelledby=heading>
            {choice}
            {seen}
            {open}
            {strangers}
            {content}
        </section>
    }
    .into_any()
}
