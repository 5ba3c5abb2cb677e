//! The receipt of a verdict.

use evidence::action::LiveSchema;
use evidence::decision::Decision as Decided;
use evidence::receipt::{DecisionReceipt, Permit};
use evidence::standing::{AgentStanding, Standing};
use leptos::prelude::*;

use super::undo::{Undoable, Undoing};
use super::{Changes, Reasons};
use crate::parts::{Hash, Time, Untrusted};
use crate::text::{self, t, tf, tn};

/// Everything that the verdict follows from.
#[component]
pub fn Decision(
    receipt: DecisionReceipt,
    /// Of the contract and of the envelope.
    versions: (Option<u32>, Option<u32>),
    undo: Undoable,
) -> impl IntoView {
    let whole = receipt.clone();
    let DecisionReceipt { action, decision, standing, permit, law, .. } = receipt;
    view! {
        <Reasons reasons=decision.reasons.clone() verdict=decision.verdict/>
        <section aria-labelledby="asked">
            <h2 id="asked">{t("receipts.asked")}</h2>
            <dl class="facts">
                <dt>{t("receipts.agent")}</dt>
                <dd>{action.agent.to_string()}</dd>
                {action.on_behalf_of.as_ref().map(|person| view! { <dt>{t("receipts.on_behalf_of")}</dt><dd><Untrusted text=person.to_string()/></dd> })}
                <dt>{t("receipts.write")}</dt>
                <dd><Untrusted text=text::proposed(&action)/>{tf("receipts.through", &[("connector", &action.connector)])}</dd>
                {standing.undoes.as_ref().map(|original| view! { <dt>{t("receipts.takes_back")}</dt><dd><Untrusted text=original.sentence()/></dd> })}
                <dt>{t("receipts.reason_given")}</dt>
                <dd>
                    <blockquote><Untrusted text=action.reason.to_string()/></blockquote>
                    <p class="soft">{t("receipts.untrusted")}</p>
                </dd>
                <dt>{t("receipts.action")}</dt>
                <dd><code>{action.id.to_string()}</code></dd>
            </dl>
        </section>
        <Changes action=action.clone()/>
        <Rules decision=decision.clone() standing=standing.clone() versions law/>
        <section aria-labelledby="standing">
            <h2 id="standing">{t("receipts.known")}</h2>
            <Known standing schema=action.schema/>
        </section>
        {permit.map(|permit| view! { <PermitFacts permit/> })}
        <Undoing receipt=whole undoable=undo/>
    }
    .into_any()
}

#[component]
fn Rules(
    decision: Decided,
    standing: Standing,
    versions: (Option<u32>, Option<u32>),
    law: u32,
) -> impl IntoView {
    let rules: Vec<String> = decision.rules.iter().map(ToString::to_string).collect();
    let (contract, envelope) = versions;
    let approval = decision.approval.map(|approval| {
        let members = tn("count.members", approval.quorum.into());
        let time = text::duration(approval.expires_seconds);
        tf("receipts.quorum", &[("members", &members), ("group", &approval.group), ("time", &time)])
    });
    view! {
        <section aria-labelledby="rules">
            <h2 id="rules">{t("receipts.decided_by")}</h2>
            <dl class="facts">
                <Document name=t("receipts.envelope") version=envelope digest=standing.envelope.map(|digest| digest.to_string())/>
                <Document name=t("receipts.contract") version=contract digest=standing.contract.map(|digest| digest.to_string())/>
                <dt>{t("receipts.rules")}</dt>
                <dd>
                    {if rules.is_empty() {
                        view! { <span class="soft">{t("receipts.rules.none")}</span> }.into_any()
                    } else {
                        view! { <Untrusted text=rules.join(", ")/> }.into_any()
                    }}
                </dd>
                {approval.map(|approval| view! { <dt>{t("receipts.who_approves")}</dt><dd>{approval}</dd> })}
                <dt>{t("receipts.law")}</dt>
                <dd>{tf("receipts.version", &[("version", &law)])}</dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Document(name: &'static str, version: Option<u32>, digest: Option<String>) -> impl IntoView {
    let fact = digest.map_or_else(
        || view! { <span class="soft">{t("receipts.none_in_force")}</span> }.into_any(),
        |digest| {
            let version = version
                .map(|version| view! { <span>{tf("receipts.version", &[("version", &version)])}" "</span> });
            view! { {version}<Hash text=digest/> }.into_any()
        },
    );
    view! {
        <dt>{name}</dt>
        <dd>{fact}</dd>
    }
    .into_any()
}

#[component]
fn Known(standing: Standing, schema: LiveSchema) -> impl IntoView {
    let agent = match standing.agent {
        AgentStanding::Active => t("receipts.agent.active"),
        AgentStanding::Suspended => t("receipts.agent.suspended"),
        AgentStanding::Unknown => t("receipts.agent.unknown"),
    };
    let frozen = match (standing.portal_frozen, standing.tenant_frozen) {
        (false, false) => t("receipts.frozen.nothing"),
        (true, _) => t("receipts.frozen.portal"),
        (false, true) => t("receipts.frozen.tenant"),
    };
    let schema = match schema {
        LiveSchema::Drifted => t("receipts.schema.drifted"),
        LiveSchema::Matches => t("receipts.schema.matches"),
        LiveSchema::Unobserved => t("receipts.schema.unobserved"),
    };
    let spent = standing.spent.into_iter().map(|(limit, rows)| {
        let records = tn("count.records", rows);
        view! { <li>{tf("receipts.spent", &[("limit", &limit), ("records", &records)])}</li> }
    });
    let spent: Vec<_> = spent.collect();
    view! {
        <dl class="facts">
            <dt>{t("receipts.agent")}</dt>
            <dd>{agent}</dd>
            <dt>{t("receipts.frozen")}</dt>
            <dd>{frozen}</dd>
            <dt>{t("receipts.schema")}</dt>
            <dd>{schema}</dd>
            {standing.approval.map(|approval| {
                let votes = tn("count.votes", text::size(approval.votes.len()));
                let votes = tf("receipts.votes_on", &[("votes", &votes), ("seq", &approval.decision.seq)]);
                view! { <dt>{t("receipts.approval")}</dt><dd>{votes}</dd> }
            })}
            <dt>{t("receipts.limits")}</dt>
            <dd>
                {if spent.is_empty() {
                    view! { <span class="soft">{t("receipts.limits.none")}</span> }.into_any()
                } else {
                    view! { <ul role="list">{spent}</ul> }.into_any()
                }}
            </dd>
        </dl>
    }
    .into_any()
}

#[component]
fn PermitFacts(permit: Permit) -> impl IntoView {
    view! {
        <section aria-labelledby="permit">
            <h2 id="permit">{t("receipts.permit")}</h2>
            <dl class="facts">
                <dt>{t("receipts.permit.id")}</dt>
                <dd><code>{permit.id.to_string()}</code>{t("receipts.permit.until")}" "<Time at=permit.expires_at/></dd>
                <dt>{t("receipts.permit.bound")}</dt>
                <dd><Hash text=permit.action.to_string()/></dd>
            </dl>
        </section>
    }
    .into_any()
}
