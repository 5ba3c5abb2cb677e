//! A proposal: what it changes, what it would have meant, why, and whoever else decides it.

use evidence::envelope::Envelope;
use leptos::prelude::*;

use super::assess::weigh;
use super::consequences::{Course, Weighed};
use super::differences::{Differences, Says};
use super::{Stops, at, blocked, may, path, trail};
use crate::parts::{
    Confirm, ErrorSummary, Fact, Facts, Form as FormOf, Hash, Heading, LongText, Notice, SubmitRow, Time,
    Tone, Untrusted,
};
use crate::portal::envelopes::{At, Bench, Blocked, Check, Outcome, Proposal, Stage, Version};
use crate::portal::{Deed, Refusal};
use crate::text::{Said, t, tf};
use crate::visit::{Done, Form, Rejected, Shown, Visit, say, show};

/// What the visitor may do about it.
#[derive(Clone, Copy)]
struct Allowed {
    turn: Turn,
    cancel: bool,
    receipts: bool,
}

/// Whose turn it is, as far as the visitor goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// They proposed it, and may take it back.
    Author,
    /// Somebody else did, and they may decide.
    Other,
    /// They read.
    Nobody,
}

/// All that the page shows.
struct Whole {
    bench: Bench,
    proposal: Proposal,
    base: Option<Version>,
    check: Option<(Check, Option<Said>)>,
    may: Allowed,
    rejected: Option<(String, Rejected)>,
}

/// `/tenants/{tenant}/envelope/{connector}/proposals/{id}`
pub async fn proposal(visit: Visit) -> Shown {
    let at = at(&visit)?;
    let portal = visit.portal()?;
    let proposal = portal.proposal(at.clone(), visit.name("id")?).await?;
    let bench = portal.bench(at.clone()).await?;
    let versions = portal.versions(at.clone()).await?;
    let base = versions.into_iter().find(|version| Some(version.digest) == proposal.base);
    let receipts = may(&visit, Deed::ReadReceipts);
    // What reads the log is shown to those who may; what the envelope itself says, to everybody.
    let check = match (proposal.is_open(), &bench.contract) {
        (true, Some(_)) => Some(weigh(&visit, &at, &proposal.envelope, receipts).await?),
        _ => None,
    };
    let decides = may(&visit, Deed::ActivateEnvelopes);
    let turn = match visit.me().is_some_and(|me| me.id == proposal.member) {
        true if may(&visit, Deed::WriteEnvelopes) => Turn::Author,
        false if decides => Turn::Other,
        _ => Turn::Nobody,
    };
    let may = Allowed { turn, cancel: decides, receipts };
    let rejected = visit.rejected().map(|rejected| (visit.path().to_owned(), rejected.clone()));
    let whole = Whole { bench, proposal, base, check, may, rejected };
    show(move || view! { <Page whole/> }.into_any())
}

/// `POST …/proposals/{id}/activate`
pub async fn activate(visit: Visit, _: Form) -> Done {
    let (at, id) = (at(&visit)?, visit.name("id")?);
    let done = visit.portal()?.activate(at.clone(), id).await?;
    finish(done, "envelopes.said.activated", path(&at, ""))
}

/// `POST …/proposals/{id}/refuse`
pub async fn refuse(visit: Visit, form: Form) -> Done {
    let (at, id) = (at(&visit)?, visit.name("id")?);
    let reason = form.text("reason").trim().to_owned();
    let done = visit.portal()?.refuse(at.clone(), id.clone(), reason).await?;
    finish(done, "envelopes.said.refused", path(&at, &format!("/proposals/{id}")))
}

/// `POST …/proposals/{id}/withdraw`
pub async fn withdraw(visit: Visit, _: Form) -> Done {
    let (at, id) = (at(&visit)?, visit.name("id")?);
    let done = visit.portal()?.withdraw(at.clone(), id.clone()).await?;
    finish(done, "envelopes.said.withdrawn", path(&at, &format!("/proposals/{id}")))
}

fn finish(done: Result<(), Blocked>, said: &'static str, onward: String) -> Done {
    match done {
        Ok(()) => say(said, onward),
        Err(why) => Err(blocked::refusal(&why, None)),
    }
}

/// How it ended, in a word or two, and by whom.
pub fn ended(stage: &Stage) -> (&'static str, Option<&Outcome>) {
    match stage {
        Stage::Open => (t("envelopes.stage.open"), None),
        Stage::Activated(outcome) => (t("envelopes.stage.activated"), Some(outcome)),
        Stage::Withdrawn(outcome) => (t("envelopes.stage.withdrawn"), Some(outcome)),
        Stage::Refused(outcome) => (t("envelopes.stage.refused"), Some(outcome)),
    }
}

#[component]
fn Page(whole: Whole) -> impl IntoView {
    let Whole { bench, proposal, base, check, may, rejected } = whole;
    let at = bench.at.clone();
    let is_open = proposal.is_open();
    let overtaken = is_open && proposal.base != bench.in_force.as_ref().map(|(digest, _)| *digest);
    let refusal = rejected.as_ref().map(|(_, rejected)| rejected.refusal.clone());
    // What is wrong with a reason is told at its form.
    let head = refusal.clone().filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
    let title = tf("envelopes.proposal.title", &[("tenant", &bench.title), ("connector", &at.connector)]);
    let before: Option<Envelope> = base.as_ref().map(|base| base.envelope.clone());
    let weighed = check.map(|(check, busy)| view! { <Weigh at=at.clone() check busy may/> });
    let decide = (is_open && !overtaken).then(|| {
        view! { <Decide at=at.clone() proposal=proposal.clone() may rejected/> }
    });
    view! {
        <Heading title trail=trail(&at) came_back=refusal.is_some()/>
        {head.map(|refusal| view! { <ErrorSummary refusal title=t("envelopes.proposal.not_done")/> })}
        <Stops bench=bench.clone()/>
        {overtaken.then(|| view! { <Overtaken at=at.clone() proposal=proposal.clone() may=may/> })}
        <About at=at.clone() proposal=proposal.clone() base receipts=may.receipts/>
        <div class="beside">
            <div class="stack">
                <section aria-labelledby="differences">
                    <h2 id="differences">{t("envelopes.diff.title")}</h2>
                    <Differences before after=proposal.envelope.clone()/>
                </section>
                <details class="document">
                    <summary>{t("envelopes.whole")}</summary>
                    <Says envelope=proposal.envelope/>
                </details>
            </div>
            {weighed}
        </div>
        {decide}
    }
    .into_any()
}

#[component]
fn Weigh(at: At, check: Check, busy: Option<Said>, may: Allowed) -> impl IntoView {
    let course = if may.cancel { Course::Alone } else { Course::Fixed };
    let content = match &check.problem {
        Some(problem) => {
            let problem = problem.to_string();
            view! { <Notice title=t("envelopes.proposal.unfit") tone=Tone::Bad><p lang="en"><Untrusted text=problem/></p></Notice> }
                .into_any()
        }
        None => view! { <Weighed at check course changed=may.receipts busy/> }.into_any(),
    };
    view! {
        <section class="meaning" aria-labelledby="meaning">
            <h2 id="meaning">{t("envelopes.meaning")}</h2>
            {content}
        </section>
    }
    .into_any()
}

#[component]
fn About(at: At, proposal: Proposal, base: Option<Version>, receipts: bool) -> impl IntoView {
    let (word, outcome) = ended(&proposal.stage);
    let outcome = outcome.cloned().map(|outcome| {
        let receipt = outcome.receipt.filter(|_| receipts).map(|seq| {
            let label = tf("envelopes.history.receipt_of", &[("seq", &seq)]);
            view! { " · "<a href=format!("/tenants/{}/receipts/{seq}", at.tenant)>{label}</a> }
        });
        let reason = outcome.reason.filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| view! { <p><q><Untrusted text=reason/></q></p> });
        view! { <p>{t("envelopes.by")}" "<Untrusted text=outcome.by/>", "<Time at=outcome.at/>{receipt}</p>{reason} }
    });
    let against = match base {
        Some(base) => {
            let number = base.envelope.version;
            let label = tf("envelopes.history.version", &[("version", &number)]);
            view! { <a href=path(&at, &format!("/versions/{number}"))>{label}</a> }.into_any()
        }
        None => t("envelopes.proposal.no_base").into_any(),
    };
    view! {
        <Facts>
            <Fact name=t("envelopes.stage.title")><strong>{word}</strong>{outcome}</Fact>
            <Fact name=t("envelopes.reason")><q><Untrusted text=proposal.reason/></q></Fact>
            <Fact name=t("envelopes.proposal.by")><Untrusted text=proposal.by/>", "<Time at=proposal.at/></Fact>
            <Fact name=t("envelopes.proposal.replaces")>{against}</Fact>
            <Fact name=t("envelopes.digest")><Hash text=proposal.digest.to_string()/></Fact>
        </Facts>
    }
    .into_any()
}

/// Nothing but taking it back is left.
#[component]
fn Overtaken(at: At, proposal: Proposal, may: Allowed) -> impl IntoView {
    let withdraw =
        (may.turn == Turn::Author).then(|| view! { <Withdraw at=at.clone() proposal=proposal.clone()/> });
    let refuse = (may.turn == Turn::Other).then(|| {
        view! { <RefuseIt at=at.clone() proposal=proposal.clone() rejected=None/> }
    });
    view! {
        <Notice title=t("envelopes.blocked.overtaken") tone=Tone::Warning>
            <p>{t("envelopes.proposal.overtaken_means")}</p>
            {withdraw}
            {refuse}
        </Notice>
    }
    .into_any()
}

#[component]
fn Decide(at: At, proposal: Proposal, may: Allowed, rejected: Option<(String, Rejected)>) -> impl IntoView {
    let content = match may.turn {
        Turn::Author => view! { <p>{t("envelopes.proposal.own")}</p><Withdraw at proposal/> }.into_any(),
        Turn::Other => {
            let action = path(&at, &format!("/proposals/{}/activate", proposal.id));
            view! {
                <p>{t("envelopes.proposal.activate_means")}</p>
                <div class="actions">
                    <form method="post" action=action aria-labelledby="decide">
                        <button type="submit" class="primary">{t("envelopes.proposal.activate")}</button>
                    </form>
                    <RefuseIt at proposal rejected/>
                </div>
            }
            .into_any()
        }
        Turn::Nobody => view! { <p>{t("envelopes.proposal.others")}</p> }.into_any(),
    };
    view! {
        <section aria-labelledby="decide" class="decide">
            <h2 id="decide">{t("envelopes.proposal.decide")}</h2>
            {content}
        </section>
    }
    .into_any()
}

#[component]
fn RefuseIt(at: At, proposal: Proposal, rejected: Option<(String, Rejected)>) -> impl IntoView {
    let action = path(&at, &format!("/proposals/{}/refuse", proposal.id));
    let rejected = rejected.filter(|(sent, rejected)| {
        sent.ends_with("/refuse") && matches!(rejected.refusal, Refusal::Invalid(_))
    });
    let faults = rejected.as_ref().map(|(_, rejected)| rejected.faults()).unwrap_or_default();
    let text =
        rejected.as_ref().map(|(_, rejected)| rejected.form.text("reason").to_owned()).unwrap_or_default();
    let refusal = rejected.map(|(_, rejected)| rejected.refusal);
    if refusal.is_some() {
        return view! {
            <FormOf action labelled_by="refuse-title" refusal refused=t("envelopes.proposal.not_done")>
                <h3 id="refuse-title">{t("envelopes.proposal.refuse_title")}</h3>
                <LongText id="reason" label=t("envelopes.proposal.refuse_reason") text faults/>
                <SubmitRow label=t("envelopes.proposal.refuse") dangerous=true/>
            </FormOf>
        }
        .into_any();
    }
    view! {
        <Confirm id="refuse" open=t("envelopes.proposal.refuse_open") title=t("envelopes.proposal.refuse_title")
            action label=t("envelopes.proposal.refuse")>
            <LongText id="reason" label=t("envelopes.proposal.refuse_reason") text faults/>
        </Confirm>
    }
    .into_any()
}

#[component]
fn Withdraw(at: At, proposal: Proposal) -> impl IntoView {
    let action = path(&at, &format!("/proposals/{}/withdraw", proposal.id));
    view! {
        <Confirm id="withdraw" open=t("envelopes.proposal.withdraw_open") title=t("envelopes.proposal.withdraw_title")
            action label=t("envelopes.proposal.withdraw")>
            <p>{t("envelopes.proposal.withdraw_means")}</p>
        </Confirm>
    }
    .into_any()
}
