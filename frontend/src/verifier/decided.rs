//! A decision in full: what was proposed, what was known, what was decided.

use evidence::action::{Action, Proposed, Source};
use evidence::contract::Rollback;
use evidence::decision::Decision;
use evidence::receipt::{DecisionReceipt, Permit};
use leptos::prelude::*;

use super::cells::Records;
use super::check::Check;
use super::facts::{Fact, Hash};
use super::receipt::Opener;
use super::said::Said;

/// Everything but the derivation.
#[component]
pub fn Decided(check: Check, receipt: DecisionReceipt) -> impl IntoView {
    let DecisionReceipt { action, decision, permit, .. } = receipt;
    view! {
        <h4>"Verdict"</h4>
        {verdict(&decision, permit.as_ref())}
        <h4>"What was proposed"</h4>
        {proposal(check, &action)}
        <h4>"Before and after"</h4>
        <p class="soft">{source(action.source)}</p>
        <Records check records=action.records/>
    }
}

/// Who says what the records were.
pub const fn source(source: Source) -> &'static str {
    match source {
        Source::Attested => "Stated by the vendor’s own code, not observed by a connector.",
        Source::Observed => "Observed by the connector itself.",
    }
}

fn verdict(decision: &Decision, permit: Option<&Permit>) -> impl IntoView + use<> {
    let reasons = decision.reasons.iter().map(|reason| {
        view! { <li><code>{reason.code.as_str()}</code>" "<Said text=reason.message()/></li> }
    });
    let rules: Vec<&str> = decision.rules.iter().map(evidence::name::Text::as_str).collect();
    let rules = (!rules.is_empty()).then(|| rules.join(", "));
    let asks = decision.approval.as_ref();
    let asks = asks.map(|approval| {
        format!("{} of {}, within {} seconds", approval.quorum, approval.group, approval.expires_seconds)
    });
    view! {
        <ul class="reasons">{reasons.collect_view()}</ul>
        <dl class="facts">
            <Fact name="Verdict">{decision.verdict.as_str()}</Fact>
            {rules.map(|rules| view! { <Fact name="Determined by"><Said text=rules/></Fact> })}
            {asks.map(|asks| view! { <Fact name="Asks for">{asks}</Fact> })}
            <Fact name="How it is undone"><Said text=rollback(decision.rollback.as_ref())/></Fact>
            {permit.map(|permit| view! { <Fact name="Permit">{format!("{}, good before {}", permit.id, permit.expires_at)}</Fact> })}
        </dl>
    }
}

fn rollback(rollback: Option<&Rollback>) -> String {
    match rollback {
        None => "The decision fell before the contract was asked.".to_owned(),
        Some(Rollback::None) => "Not at all, and the contract says so.".to_owned(),
        Some(Rollback::Compensate { operation }) => format!("By running {operation}."),
        Some(Rollback::Restore { window_seconds }) => {
            format!("By writing the state before back, for {window_seconds} seconds.")
        }
    }
}

fn proposal(check: Check, action: &Action) -> impl IntoView + use<> {
    let set = action.set.iter().map(|(column, value)| {
        let value = match value {
            Proposed::Open(value) => value.to_string(),
            Proposed::Sealed { conforms: true } => "a sealed value of the column’s type".to_owned(),
            Proposed::Sealed { conforms: false } => {
                "a sealed value that is not of the column’s type".to_owned()
            }
            Proposed::Foreign(_) => "another tenant, blinded".to_owned(),
        };
        view! { <li><Said text=format!("{column} = {value}")/></li> }
    });
    let set =
        (!action.set.is_empty()).then(|| view! { <Fact name="Sets"><ul>{set.collect_view()}</ul></Fact> });
    let digest = action.digest().ok();
    view! {
        <dl class="facts">
            <Fact name="Agent">{action.agent.to_string()}</Fact>
            {action.on_behalf_of.as_ref().map(|person| view! { <Fact name="On behalf of, as it says"><Said text=person.to_string()/></Fact> })}
            <Fact name="Operation"><Said text=format!("{} in {}", action.operation, action.table)/></Fact>
            <Fact name="Connector">{action.connector.to_string()}</Fact>
            {set}
            <Fact name="Reason it gave, untrusted"><Said text=action.reason.to_string()/></Fact>
            {action.undoes.as_ref().map(|undoes| view! { <Fact name="Undoes"><Opener check seq=undoes.seq/></Fact> })}
            {digest.map(|digest| view! { <Fact name="Digest of the action"><Hash hex=digest.hex()/></Fact> })}
        </dl>
    }
}
