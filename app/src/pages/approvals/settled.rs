//! One action that waited and was decided.

use evidence::decision::Verdict;
use evidence::receipt::{OutcomeReceipt, OutcomeStatus};
use leptos::prelude::*;

use super::card::Votes;
use super::effect::effect;
use crate::pages::receipt::{Changes, Reasons};
use crate::parts::{Badge, ErrorSummary, Keyboard, Time, Title, Untrusted};
use crate::portal::Settled;
use crate::text::{t, tf};
use crate::visit::Rejected;

/// The page, which says so to whoever wanted to vote on it.
#[component]
pub fn Page(settled: Settled, rejected: Option<Rejected>) -> impl IntoView {
    let asked = settled.asked().map(|asked| asked.decision.seq);
    let Settled { title, decision, outcome, votes } = settled;
    let (verdict, seq) = (decision.decision.verdict, decision.entry.seq);
    let sentence = effect(&decision.action, &title);
    let log = format!("/tenants/{}/receipts", decision.action.tenant);
    let asked = asked.map(|asked| {
        view! { <dt>{t("inbox.asked")}</dt><dd><a href=format!("{log}/{asked}")>{format!("#{asked}")}</a></dd> }
    });
    let became = outcome.as_ref().map(|outcome| {
        let at = outcome.entry.seq;
        view! {
            <dt>{t("inbox.outcome")}</dt>
            <dd><a href=format!("{log}/{at}")>{format!("#{at}")}</a>" "{status(outcome)}</dd>
        }
    });
    view! {
        <Title text=format!("{} · {title}", t("inbox.decided")) came_back=rejected.is_some()/>
        <nav aria-label=t("inbox.where") class="trail"><a href="/approvals">{t("inbox.title")}</a></nav>
        {rejected.map(|rejected| view! { <ErrorSummary refusal=rejected.refusal title=t("inbox.not_counted")/> })}
        <header class="result">
            <p class="answer"><Badge verdict/></p>
            <h1><Untrusted text=sentence/></h1>
            <p class="lead">{headline(verdict, outcome.as_ref())}" "<Time at=decision.entry.time/></p>
        </header>
        <Reasons reasons=decision.decision.reasons.clone() verdict/>
        <section aria-labelledby="votes">
            <h2 id="votes">{t("inbox.votes")}</h2>
            <Votes votes/>
            <dl class="facts">
                {asked}
                <dt>{t("inbox.decision")}</dt>
                <dd><a href=format!("{log}/{seq}")>{format!("#{seq}")}</a></dd>
                {became}
            </dl>
        </section>
        <Changes action=decision.action/>
        <p><a href="/approvals">{tf("inbox.back", &[])}</a></p>
        <Keyboard/>
    }
    .into_any()
}

/// What became of it, in one sentence.
pub fn headline(verdict: Verdict, outcome: Option<&OutcomeReceipt>) -> &'static str {
    match (verdict, outcome.map(|outcome| outcome.status)) {
        (Verdict::Allow, Some(OutcomeStatus::Committed)) => t("inbox.became.ran"),
        (Verdict::Allow, Some(OutcomeStatus::Failed | OutcomeStatus::NotApplied)) => {
            t("inbox.became.not_run")
        }
        (Verdict::Allow, None) => t("inbox.became.unknown"),
        (Verdict::Deny | Verdict::Escalate, _) => t("inbox.became.denied"),
    }
}

fn status(outcome: &OutcomeReceipt) -> String {
    outcome.status.as_str().replace('_', " ")
}
