//! The boundary of a tenant in plain sentences: what its agents may do, through each connector.

use evidence::envelope::Envelope;
use evidence::name::Name;
use leptos::prelude::*;

use crate::pages::reason::Reason;
use crate::parts::{Form, Notice, Sentence, SubmitRow, Time, Tone};
use crate::portal::TenantConnector;
use crate::portal::envelopes::Shelf;
use crate::text::{self, Phrase, t, tf};
use crate::visit::Rejected;

/// What is in force, connector by connector.
#[component]
pub fn Boundary(
    tenant: Name,
    connectors: Vec<TenantConnector>,
    /// Its envelopes, for what waits.
    shelf: Shelf,
    may_complete: bool,
    /// The form for missing contracts, if it came back.
    rejected: Option<Rejected>,
) -> impl IntoView {
    let is_empty = connectors.is_empty();
    let behind = connectors.iter().any(|connector| connector.newer.is_some());
    let waiting =
        |name: &Name| shelf.lines.iter().find(|line| line.connector == *name).map_or(0, |line| line.open);
    let parts = connectors.into_iter().map(|connector| {
        let waiting = waiting(&connector.name);
        view! { <OneConnector tenant=tenant.clone() connector waiting/> }
    });
    let parts: Vec<_> = parts.collect();
    let envelopes = format!("/tenants/{tenant}/envelopes");
    view! {
        <section aria-labelledby="boundary">
            <h2 id="boundary">{t("tenants.boundary")}</h2>
            {is_empty.then(|| view! { <p>{t("tenants.no_connector")}" "<a href="/connectors">{t("connectors.title")}</a></p> })}
            {parts}
            <p><a href=envelopes>{t("tenants.envelopes")}</a></p>
            {(behind && may_complete).then(|| view! { <Complete tenant=tenant.clone() rejected/> })}
        </section>
    }
    .into_any()
}

#[component]
fn OneConnector(tenant: Name, connector: TenantConnector, waiting: usize) -> impl IntoView {
    let TenantConnector { name, contract, newer, envelope } = connector;
    let contract = match contract {
        Some(contract) => {
            let label = tf("connectors.version", &[("version", &contract.version)]);
            view! { <a href=format!("/connectors/{name}/versions/{}", contract.version)>{label}</a> }
                .into_any()
        }
        None => t("connectors.no_contract").into_any(),
    };
    let newer = newer.map(
        |newer| view! { <Notice title=tf("tenants.newer", &[("version", &newer)]) tone=Tone::Warning/> },
    );
    let home = format!("/tenants/{tenant}/envelope/{name}");
    let proposals = home.clone();
    let waiting = (waiting > 0).then(|| {
        view! {
            <Notice title=t("envelopes.standing.waits") tone=Tone::Warning>
                <p><a href=proposals>{t("envelopes.standing.review")}</a></p>
            </Notice>
        }
    });
    let envelope = match envelope {
        None => view! { <p>{t("tenants.no_envelope")}</p> }.into_any(),
        Some((envelope, fits)) => view! {
            {(!fits).then(|| view! { <Notice title=t("tenants.envelope_stopped") tone=Tone::Bad><p>{t("tenants.envelope_stopped_next")}</p></Notice> })}
            <InSentences envelope/>
        }
        .into_any(),
    };
    view! {
        <h3><a href=format!("/connectors/{name}")><code>{name.to_string()}</code></a></h3>
        <p>{t("connectors.contract")}": "{contract}</p>
        {newer}
        {waiting}
        {envelope}
        <p><a href=home>{t("envelopes.standing.whole")}</a></p>
    }
    .into_any()
}

#[component]
fn InSentences(envelope: Envelope) -> impl IntoView {
    let sentences = |phrases: Vec<Phrase>| -> Vec<_> {
        phrases.into_iter().map(|phrase| view! { <li><Sentence phrase/></li> }).collect()
    };
    let rules = sentences(envelope.rules.iter().map(text::rule).collect());
    let limits = sentences(envelope.limits.iter().map(text::limit).collect());
    let until = envelope.valid_until.map(|until| view! { ", "{t("tenants.valid_until")}" "<Time at=until/> });
    let rules = if rules.is_empty() {
        view! { <p>{t("tenants.no_rules")}</p> }.into_any()
    } else {
        view! { <ul>{rules}</ul> }.into_any()
    };
    let cedar = envelope.cedar.is_some().then(|| view! { <p>{t("tenants.has_cedar")}</p> });
    view! {
        <p>
            {tf("tenants.envelope_version", &[("version", &envelope.version)])}", "{t("tenants.valid_from")}" "
            <Time at=envelope.valid_from/>{until}
        </p>
        {envelope.frozen.then(|| view! { <Notice title=t("tenants.envelope_frozen") tone=Tone::Bad/> })}
        {rules}
        <p>{t("tenants.otherwise")}</p>
        {(!limits.is_empty()).then(|| view! { <ul>{limits}</ul> })}
        <p>{t("tenants.approval")}" "<Sentence phrase=text::approval(&envelope.approval)/>"."</p>
        {cedar}
    }
    .into_any()
}

/// Puts the newest contracts in force where they are missing.
#[component]
fn Complete(tenant: Name, rejected: Option<Rejected>) -> impl IntoView {
    let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
    view! {
        <Form action=format!("/tenants/{tenant}/contracts") labelled_by="complete" refusal refused=t("connectors.not_in_force")>
            <h3 id="complete">{t("tenants.complete_title")}</h3>
            <p>{t("tenants.complete_means")}</p>
            <Reason place="complete" rejected/>
            <SubmitRow label=t("tenants.complete")/>
        </Form>
    }
    .into_any()
}
