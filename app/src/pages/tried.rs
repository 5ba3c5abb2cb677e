//! What became of a write that somebody tried: verdict, reasons, receipt, and the record before and after.

use evidence::decision::Verdict;
use evidence::receipt::{DecisionReceipt, OutcomeReceipt, Receipt};
use leptos::prelude::*;

use super::receipt::{Reasons, Recorded, read};
use crate::parts::{Badge, Command, Time, Title, Word};
use crate::portal::{Refusal, Tried as Attempt};
use crate::text::{self, t};
use crate::visit::{Shown, Visit, show};

mod seen;

/// `/try/{tenant}/{action}`
pub async fn tried(visit: Visit) -> Shown {
    let tenant = visit.name("tenant")?;
    let portal = visit.portal()?;
    let workspace = portal.workspace().await?;
    let attempt = portal.tried(tenant.clone(), visit.name("action")?).await?;
    let (decision, outcome) = receipts(&attempt).ok_or(Refusal::Broken)?;
    let (address, key) = (workspace.address, workspace.signer.0.to_string());
    show(move || {
        view! { <Result tenant=tenant.to_string() address key attempt decision outcome/> }.into_any()
    })
}

fn receipts(attempt: &Attempt) -> Option<(DecisionReceipt, Option<OutcomeReceipt>)> {
    let Ok(Receipt::Decision(decision)) = read(&attempt.decision) else { return None };
    match attempt.outcome.as_ref().map(read) {
        None => Some((decision, None)),
        Some(Ok(Receipt::Outcome(outcome))) => Some((decision, Some(outcome))),
        Some(_) => None,
    }
}

#[component]
fn Result(
    tenant: String,
    address: String,
    key: String,
    attempt: Attempt,
    decision: DecisionReceipt,
    outcome: Option<OutcomeReceipt>,
) -> impl IntoView {
    let verdict = decision.decision.verdict;
    let Attempt { decision: recorded, outcome: outcome_recorded, proposal, records, .. } = attempt;
    let title = format!("{verdict}: {}", recorded.title);
    let curl = proposal.map(|proposal| proposal.curl(&address));
    view! {
        <Title text=title/>
        <header class="result">
            <p class="answer"><Badge verdict/></p>
            <h1>{headline(verdict, outcome.as_ref())}</h1>
            <p class="lead"><crate::parts::Untrusted text=text::summary(&Receipt::Decision(decision.clone()))/></p>
        </header>
        <Reasons reasons=decision.decision.reasons.clone() verdict/>
        {outcome.map(|outcome| view! { <Outcome outcome/> })}
        <seen::Records records decision=decision.clone()/>
        <section aria-labelledby="recorded">
            <h2 id="recorded">{t("try.recorded")}</h2>
            <Recorded tenant=tenant.clone() detail=recorded/>
            {outcome_recorded.map(|detail| view! { <Recorded tenant=tenant.clone() detail/> })}
        </section>
        <Next tenant key curl/>
    }
    .into_any()
}

fn headline(verdict: Verdict, outcome: Option<&OutcomeReceipt>) -> &'static str {
    use evidence::receipt::OutcomeStatus;
    match (verdict, outcome) {
        (Verdict::Allow, Some(outcome)) => match outcome.status {
            OutcomeStatus::Committed => t("try.committed"),
            OutcomeStatus::Failed => t("try.failed"),
            OutcomeStatus::NotApplied => t("try.not_applied"),
        },
        (Verdict::Allow, None) => t("try.open"),
        (Verdict::Deny, _) => t("try.refused"),
        (Verdict::Escalate, _) => t("try.held"),
    }
}

#[component]
fn Outcome(outcome: OutcomeReceipt) -> impl IntoView {
    let code = outcome.code.map(|code| view! { <p>{code.sentence()}" "<code>{code.as_str()}</code></p> });
    view! {
        <section aria-labelledby="outcome">
            <h2 id="outcome">{t("try.outcome")}</h2>
            <p>
                <Word text=outcome.status.as_str().replace('_', " ")/>
                " "
                {text::outcome(&outcome)}
                " "
                <Time at=outcome.entry.time/>
            </p>
            {code}
        </section>
    }
    .into_any()
}

#[component]
fn Next(tenant: String, key: String, curl: Option<String>) -> impl IntoView {
    let pack = format!("/tenants/{tenant}/pack");
    view! {
        <section aria-labelledby="next">
            <h2 id="next">{t("try.check")}</h2>
            <p>{t("try.check_lead")}</p>
            <div class="actions">
                <a class="button" href=pack download="">{t("try.pack")}</a>
                <a class="button quiet" href="/verify">{t("try.verifier")}</a>
                <a class="button quiet" href="/try">{t("try.another")}</a>
            </div>
            <Command text=format!("evidence verify {tenant}.evidencepack --key {key}")/>
            {curl.map(|curl| view! {
                <details>
                    <summary>{t("try.terminal")}</summary>
                    <p>{t("try.again")}</p>
                    <Command text=curl/>
                </details>
            })}
        </section>
    }
    .into_any()
}
