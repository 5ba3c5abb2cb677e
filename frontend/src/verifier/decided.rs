//! A decision in full: what was proposed, what was known, what was decided.

use evidence::action::{Action, Proposed, Source};
use evidence::contract::Rollback;
use evidence::decision::Decision;
use evidence::receipt::{DecisionReceipt, Permit};
use evidence::standing::Undoing;
use leptos::prelude::*;

use super::cells::{Records, plain};
use super::check::Check;
use super::facts::{duration, fact, hash};
use super::receipt::Opener;
use super::said::said;

/// Everything but the derivation.
#[component]
pub fn Decided(check: Check, receipt: DecisionReceipt) -> impl IntoView {
    let DecisionReceipt { action, decision, permit, standing, .. } = receipt;
    let original = standing.undoes.as_ref();
    view! {
        <h4>"Verdict"</h4>
        {verdict(&decision, original, permit.as_ref())}
        <h4>"What was proposed"</h4>
        {original.map(|original| view! { <p>{said(&original.sentence())}</p> })}
        {proposal(check, &action)}
        <h4>"Before and after"</h4>
        <p class="soft">{source(action.source)}</p>
        <Records check records=action.records/>
    }
}

/// Who says what the records were.
pub const fn source(source: Source) -> &'static str {
    match source {
        Source::Attested => "Attested: stated by the vendor’s own code, not observed by HELM.",
        Source::Observed => "Observed by the connector itself.",
    }
}

fn verdict(
    decision: &Decision,
    original: Option<&Undoing>,
    permit: Option<&Permit>,
) -> impl IntoView + use<> {
    let reasons = decision.reasons.iter().map(|reason| {
        view! { <li><code>{reason.code.as_str()}</code>" "{said(&reason.message())}</li> }
    });
    let rules: Vec<&str> = decision.rules.iter().map(evidence::name::Text::as_str).collect();
    let rules = (!rules.is_empty()).then(|| rules.join(", "));
    let asks = decision.approval.as_ref();
    let asks = asks.map(|approval| {
        format!("{} of {}, within {}", approval.quorum, approval.group, duration(approval.expires_seconds))
    });
    view! {
        <ul class="reasons">{reasons.collect_view()}</ul>
        <dl class="facts">
            {fact("Verdict", decision.verdict.as_str())}
            {rules.map(|rules| fact("Determined by", said(&rules)))}
            {asks.map(|asks| fact("Asks for", asks))}
            {fact("How it is undone", said(&rollback(decision.rollback.as_ref(), original)))}
            {permit.map(|permit| fact("Permit", format!("{}, good before {}", permit.id, permit.expires_at)))}
        </dl>
    }
}

fn rollback(rollback: Option<&Rollback>, original: Option<&Undoing>) -> String {
    match rollback {
        Some(Rollback::None) if original.is_some_and(Undoing::is_restored) => {
            "Not at all, since it is a rollback itself.".to_owned()
        }
        None => "The decision fell before the contract was asked.".to_owned(),
        Some(Rollback::None) => "Not at all, and the contract says so.".to_owned(),
        Some(Rollback::Compensate { operation }) => format!("By running {operation}."),
        Some(Rollback::Restore { window_seconds }) => {
            format!("By writing the state before back, for {}.", duration(*window_seconds))
        }
    }
}

fn proposal(check: Check, action: &Action) -> impl IntoView + use<> {
    let set = action.set.iter().map(|(column, value)| {
        let value = match value {
            Proposed::Open(value) => plain(value),
            Proposed::Sealed { conforms: true } => {
                "a value of the column’s type, committed in each record".to_owned()
            }
            Proposed::Sealed { conforms: false } => {
                "a sealed value that is not of the column’s type".to_owned()
            }
            Proposed::Foreign(_) => "another tenant, blinded".to_owned(),
        };
        view! { <li>{said(&format!("{column} = {value}"))}</li> }
    });
    let set = (!action.set.is_empty()).then(|| fact("Sets", view! { <ul>{set.collect_view()}</ul> }));
    let digest = action.digest().ok();
    view! {
        <dl class="facts">
            {fact("Agent", action.agent.to_string())}
            {action.on_behalf_of.as_ref().map(|person| fact("On behalf of, as it says", said(person.as_str())))}
            {fact("Operation", said(&format!("{} in {}", action.operation, action.table)))}
            {fact("Connector", action.connector.to_string())}
            {set}
            {fact("Reason it gave, untrusted", said(action.reason.as_str()))}
            {action.undoes.as_ref().map(|undoes| fact("Undoes", view! { <Opener check seq=undoes.seq/> }))}
            {digest.map(|digest| fact("Digest of the action", hash(&digest.hex())))}
        </dl>
    }
}
