//! The receipt of a verdict.

use evidence::action::LiveSchema;
use evidence::decision::Decision as Decided;
use evidence::receipt::{DecisionReceipt, Permit};
use evidence::standing::{AgentStanding, Standing};
use leptos::prelude::*;

use super::{Changes, Reasons};
use crate::parts::{Hash, Time, Untrusted};
use crate::text;

/// Everything that the verdict follows from.
#[component]
pub fn Decision(
    receipt: DecisionReceipt,
    /// Of the contract and of the envelope.
    versions: (Option<u32>, Option<u32>),
) -> impl IntoView {
    let DecisionReceipt { action, decision, standing, permit, law, .. } = receipt;
    let undo = text::rollback(decision.rollback.as_ref(), standing.undoes.as_ref());
    view! {
        <Reasons reasons=decision.reasons.clone() verdict=decision.verdict/>
        <section aria-labelledby="asked">
            <h2 id="asked">"What was asked"</h2>
            <dl class="facts">
                <dt>"Agent"</dt>
                <dd>{action.agent.to_string()}</dd>
                {action.on_behalf_of.as_ref().map(|person| view! { <dt>"On behalf of"</dt><dd><Untrusted text=person.to_string()/></dd> })}
                <dt>"Write"</dt>
                <dd><Untrusted text=text::proposed(&action)/>", through connector "{action.connector.to_string()}</dd>
                {standing.undoes.as_ref().map(|original| view! { <dt>"Takes back"</dt><dd><Untrusted text=original.sentence()/></dd> })}
                <dt>"Reason given"</dt>
                <dd>
                    <blockquote><Untrusted text=action.reason.to_string()/></blockquote>
                    <p class="soft">"The agent’s own words. Nothing was decided by them."</p>
                </dd>
                <dt>"Action"</dt>
                <dd><code>{action.id.to_string()}</code></dd>
            </dl>
        </section>
        <Changes action=action.clone()/>
        <Rules decision=decision.clone() standing=standing.clone() versions law/>
        <section aria-labelledby="standing">
            <h2 id="standing">"What was known at that moment"</h2>
            <Known standing schema=action.schema/>
        </section>
        <section aria-labelledby="undo">
            <h2 id="undo">"How it is undone"</h2>
            <p>{undo}</p>
            {permit.map(|permit| view! { <PermitFacts permit/> })}
        </section>
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
        let quorum = text::tn("count.members", approval.quorum.into());
        format!("{quorum} of {}, within {}", approval.group, text::duration(approval.expires_seconds))
    });
    view! {
        <section aria-labelledby="rules">
            <h2 id="rules">"What it was decided by"</h2>
            <dl class="facts">
                <Document name="Envelope" version=envelope digest=standing.envelope.map(|digest| digest.to_string())/>
                <Document name="Contract" version=contract digest=standing.contract.map(|digest| digest.to_string())/>
                <dt>"Rules that settled it"</dt>
                <dd>
                    {if rules.is_empty() {
                        view! { <span class="soft">"none: a wall before the rules, or no rule at all"</span> }.into_any()
                    } else {
                        view! { <Untrusted text=rules.join(", ")/> }.into_any()
                    }}
                </dd>
                {approval.map(|approval| view! { <dt>"Who approves"</dt><dd>{approval}</dd> })}
                <dt>"Law"</dt>
                <dd>{format!("version {law}")}</dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Document(name: &'static str, version: Option<u32>, digest: Option<String>) -> impl IntoView {
    let fact = digest.map_or_else(
        || view! { <span class="soft">"none in force"</span> }.into_any(),
        |digest| {
            let version = version.map(|version| view! { <span>{format!("version {version} ")}</span> });
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
        AgentStanding::Active => "may act",
        AgentStanding::Suspended => "was stopped",
        AgentStanding::Unknown => "is not registered for this tenant",
    };
    let frozen = match (standing.portal_frozen, standing.tenant_frozen) {
        (false, false) => "nothing",
        (true, _) => "the whole portal",
        (false, true) => "this tenant",
    };
    let schema = match schema {
        LiveSchema::Drifted => "differed from the contract",
        LiveSchema::Matches => "was the contract’s",
        LiveSchema::Unobserved => "was not looked at",
    };
    let spent = standing.spent.into_iter().map(|(limit, rows)| {
        view! { <li>{format!("{limit}: {} in its window before this", text::tn("count.records", rows))}</li> }
    });
    let spent: Vec<_> = spent.collect();
    view! {
        <dl class="facts">
            <dt>"Agent"</dt>
            <dd>{agent}</dd>
            <dt>"Frozen"</dt>
            <dd>{frozen}</dd>
            <dt>"Live schema"</dt>
            <dd>{schema}</dd>
            {standing.approval.map(|approval| {
                let votes = text::tn("count.votes", text::size(approval.votes.len()));
                view! { <dt>"Approval"</dt><dd>{format!("{votes} on decision #{}", approval.decision.seq)}</dd> }
            })}
            <dt>"Limits"</dt>
            <dd>
                {if spent.is_empty() {
                    view! { <span class="soft">"no limit counts this write"</span> }.into_any()
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
        <dl class="facts">
            <dt>"Permit"</dt>
            <dd><code>{permit.id.to_string()}</code>", single use, until "<Time at=permit.expires_at/></dd>
            <dt>"Bound to"</dt>
            <dd><Hash text=permit.action.to_string()/></dd>
        </dl>
    }
    .into_any()
}
