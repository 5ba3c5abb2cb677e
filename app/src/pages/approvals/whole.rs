//! One action that waits, whole, and the form by which it is answered.

use leptos::prelude::*;

use super::card::{Asking, may_not};
use super::effect::effect;
use crate::pages::receipt::Changes;
use crate::parts::{Countdown, ErrorSummary, Hash, Keyboard, LongText, Stopped, Time, Title, Untrusted};
use crate::portal::{Card, Fault, May};
use crate::text::t;
use crate::visit::Rejected;

/// The page.
#[component]
pub fn Whole(card: Card, rejected: Option<Rejected>) -> impl IntoView {
    let action = card.decision.action.clone();
    let (seq, tenant) = (card.decision.entry.seq, action.tenant.clone());
    let sentence = effect(&action, &card.title);
    let form = match card.may {
        May::Vote => view! { <Decide card=card.clone() rejected=rejected.clone()/> }.into_any(),
        may => view! { <p class="soft">{may_not(may)}</p> }.into_any(),
    };
    view! {
        <Title text=format!("{} · {}", t("inbox.waits"), card.title) came_back=rejected.is_some()/>
        <nav aria-label=t("inbox.where") class="trail"><a href="/approvals">{t("inbox.title")}</a></nav>
        {rejected.map(|rejected| view! { <ErrorSummary refusal=rejected.refusal title=t("inbox.not_counted")/> })}
        <header class="result">
            <p class="answer"><span class="word">{t("inbox.waits")}</span></p>
            <h1><Untrusted text=sentence/></h1>
            <p><Countdown until=card.expires_at now=card.now/>" "<span class="soft">{t("inbox.until")}" "<Time at=card.expires_at/></span></p>
        </header>
        <Stopped stopped=card.stopped.clone()/>
        <section aria-labelledby="asking" data-item="">
            <h2 id="asking">{t("inbox.question")}</h2>
            <Asking card=card.clone()/>
        </section>
        <section aria-labelledby="decide" class="decide">
            <h2 id="decide">{t("inbox.your_answer")}</h2>
            {form}
        </section>
        <Changes action/>
        <section aria-labelledby="bound">
            <h2 id="bound">{t("inbox.bound")}</h2>
            <p>{t("inbox.bound.why")}</p>
            <dl class="facts">
                <dt>{t("inbox.digest")}</dt>
                <dd><Hash text=card.digest.to_string()/></dd>
                <dt>{t("inbox.receipt")}</dt>
                <dd><a href=format!("/tenants/{tenant}/receipts/{seq}")>{format!("#{seq}")}</a></dd>
            </dl>
        </section>
        <Keyboard/>
    }
    .into_any()
}

/// Both answers need the same form; which button sends it is the vote. The digest says what was looked at.
#[component]
fn Decide(card: Card, rejected: Option<Rejected>) -> impl IntoView {
    let typed = rejected.as_ref().map(|rejected| rejected.form.text("reason").to_owned());
    let faults: Vec<Fault> = rejected.map(|rejected| rejected.faults()).unwrap_or_default();
    view! {
        <form method="post" action=format!("/approvals/{}", card.decision.action.id)>
            <input type="hidden" name="decision" value=card.digest.to_string()/>
            <LongText id="reason" label=t("inbox.reason") hint=t("inbox.reason.hint") text=typed.unwrap_or_default() faults/>
            <div class="actions">
                <button type="submit" name="vote" value="approve" id="approve">{t("inbox.approve")}</button>
                <button type="submit" name="vote" value="deny" id="deny" class="quiet">{t("inbox.deny")}</button>
            </div>
            <p class="hint">{t("inbox.signed")}</p>
        </form>
    }
    .into_any()
}
