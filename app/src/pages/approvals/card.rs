//! One action that waits, as far as one must know it to decide whether to look closer.

use evidence::action::Action;
use evidence::receipt::ApprovalReceipt;
use leptos::prelude::*;

use super::effect::effect;
use crate::pages::receipt::One;
use crate::parts::{Countdown, Stopped, Time, Untrusted};
use crate::portal::{Card, May};
use crate::text::{t, tf, tn};

/// How many records a card shows.
const RECORDS: usize = 2;

/// A card of the inbox.
#[component]
pub fn Brief(card: Card) -> impl IntoView {
    let action = card.decision.action.clone();
    let here = format!("/approvals/{}", action.id);
    let heading = format!("effect-{}", action.id);
    let (named, title) = (heading.clone(), heading.clone());
    let sentence = effect(&action, &card.title);
    let decide = match card.may {
        May::Vote => view! {
            <a class="button" href=format!("{here}#decide") aria-describedby=heading.clone()>{t("inbox.decide")}</a>
        }
        .into_any(),
        may => view! {
            <p class="soft">{may_not(may)}</p>
            <a href=here.clone() aria-describedby=heading.clone()>{t("inbox.look")}</a>
        }
        .into_any(),
    };
    view! {
        <article class="card" aria-labelledby=named data-item="">
            <h3 id=title>
                <a href=here data-open=""><Untrusted text=sentence/></a>
            </h3>
            <Stopped stopped=card.stopped.clone()/>
            <p><Countdown until=card.expires_at now=card.now/>" "<span class="soft">{t("inbox.until")}" "<Time at=card.expires_at/></span></p>
            <Records action=action.clone()/>
            <Asking card=card.clone()/>
            <div class="actions">{decide}</div>
        </article>
    }
    .into_any()
}

/// The first records.
#[component]
fn Records(action: Action) -> impl IntoView {
    let more = action.records.len().saturating_sub(RECORDS);
    let (id, deletes) = (action.id.to_string(), action.operation.as_str() == "delete");
    let shown = action.records.into_iter().take(RECORDS).enumerate();
    let shown = shown.map(move |(index, record)| {
        view! { <One id=format!("{id}-{index}") record deletes brief=true/> }
    });
    view! {
        {shown.collect_view()}
        {(more > 0).then(|| view! { <p class="soft">{tn("inbox.more", crate::text::size(more))}</p> })}
    }
    .into_any()
}

/// Who asks, why, what held it, and who has to approve.
#[component]
pub fn Asking(card: Card) -> impl IntoView {
    let Card { decision, needed, votes, .. } = card;
    let action = decision.action;
    let held = decision.decision.reasons.into_iter().map(|reason| {
        let rule = reason.rule.map(|rule| {
            view! { {t("inbox.rule")}" "<code><Untrusted text=rule.to_string()/></code>": " }
        });
        view! { <li>{rule}{reason.code.sentence()}</li> }
    });
    let person = action.on_behalf_of.map(|person| {
        view! { <dt>{t("inbox.on_behalf_of")}</dt><dd><Untrusted text=person.to_string()/></dd> }
    });
    let quorum = tf(
        "inbox.needed",
        &[("members", &tn("count.members", needed.quorum.into())), ("group", &needed.group)],
    );
    view! {
        <dl class="facts">
            <dt>{t("inbox.asked_by")}</dt>
            <dd>{action.agent.to_string()}", "<Time at=decision.entry.time/></dd>
            {person}
            <dt>{t("inbox.reason_given")}</dt>
            <dd>
                <blockquote><Untrusted text=action.reason.to_string()/></blockquote>
                <p class="mark">{t("inbox.untrusted")}</p>
            </dd>
            <dt>{t("inbox.held_by")}</dt>
            <dd><ul role="list">{held.collect_view()}</ul></dd>
            <dt>{t("inbox.who")}</dt>
            <dd>{quorum}<Votes votes/></dd>
        </dl>
    }
    .into_any()
}

/// The votes so far.
#[component]
pub fn Votes(votes: Vec<ApprovalReceipt>) -> impl IntoView {
    if votes.is_empty() {
        return view! { <p class="soft">{t("inbox.no_votes")}</p> }.into_any();
    }
    let votes = votes.into_iter().map(|vote| {
        let word = if vote.approve { t("inbox.approved_by") } else { t("inbox.denied_by") };
        let reason = (!vote.reason.as_str().is_empty())
            .then(|| view! { ": "<Untrusted text=vote.reason.to_string()/> });
        view! { <li>{word}" "<Untrusted text=vote.approver.to_string()/>", "<Time at=vote.entry.time/>{reason}</li> }
    });
    view! { <ul>{votes.collect_view()}</ul> }.into_any()
}

/// Why the visitor can't vote.
pub fn may_not(may: May) -> &'static str {
    match may {
        May::Vote => "",
        May::NoVoter => t("inbox.may.no_voter"),
        May::OtherGroup => t("inbox.may.other_group"),
        May::Requester => t("inbox.may.requester"),
        May::Voted => t("inbox.may.voted"),
    }
}
