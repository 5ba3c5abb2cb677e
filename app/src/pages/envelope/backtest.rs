//! What an envelope would have answered: counted, and decision by decision.

use evidence::replay::Change;
use leptos::prelude::*;

use super::consequences::Course;
use super::examples::Brief;
use super::path;
use crate::parts::{Button, Look, Progress};
use crate::portal::envelopes::{At, Backtest, BacktestState, Example};
use crate::text::{grouped, t, tf, tn};

/// The changes, what stands in the way first.
pub const CHANGES: [Change; 3] = [Change::NewlyDenied, Change::NewlyAsked, Change::NewlyAllowed];

/// The name of a change in addresses.
pub const fn slug(change: Change) -> &'static str {
    match change {
        Change::NewlyAllowed => "newly-allowed",
        Change::NewlyAsked => "newly-asked",
        Change::NewlyDenied => "newly-denied",
        Change::Same => "same",
    }
}

/// The change of this name.
pub fn change(slug_text: &str) -> Option<Change> {
    CHANGES.into_iter().find(|change| slug(*change) == slug_text)
}

/// How many decisions would be others, each count with its newest examples. A script asks again while it is at work.
#[component]
pub fn Counts(at: At, backtest: Backtest, course: Course) -> impl IntoView {
    let here = path(&at, &format!("/backtests/{}", backtest.id));
    let running = backtest.state == BacktestState::Running;
    let piece = match course {
        Course::InForm => format!("{here}?part=form"),
        Course::Alone => format!("{here}?part=alone"),
        Course::Fixed => format!("{here}?part=fixed"),
    };
    let said = summary(&backtest);
    let progress = running.then(|| {
        view! {
            <Progress id="backtest-progress" label=t("envelopes.backtest.running") done=backtest.done total=backtest.total/>
            <div class="actions">
                <Cancel at=at.clone() id=backtest.id.to_string() course/>
                <a href=here.clone() data-unscripted="">{t("envelopes.backtest.look")}</a>
            </div>
        }
    });
    let ended = match backtest.state {
        BacktestState::Cancelled => Some(t("envelopes.backtest.cancelled")),
        BacktestState::Failed => Some(t("envelopes.backtest.failed")),
        BacktestState::Running | BacktestState::Finished => None,
    };
    let counts = CHANGES.map(|change| {
        let newest = backtest.examples.iter().find(|(one, _)| *one == change);
        let newest = newest.map(|(_, newest)| newest.clone()).unwrap_or_default();
        let href = format!("{here}/{}", slug(change));
        view! { <OneCount at=at.clone() change number=backtest.tally.of(change) href newest/> }
    });
    let other = (backtest.tally.other_contract > 0).then(|| {
        view! { <p class="hint">{tn("envelopes.backtest.other_contract", backtest.tally.other_contract)}</p> }
    });
    view! {
        <div class="backtest" data-backtest=running.then_some(piece) data-said=said.clone()>
            <p class="lead">{said.clone()}</p>
            {ended.map(|ended| view! { <p>{ended}</p> })}
            {progress}
            <ul role="list" class="counts">{counts.collect_view()}</ul>
            {other}
        </div>
    }
    .into_any()
}

/// The answer in one sentence.
fn summary(backtest: &Backtest) -> String {
    let tally = &backtest.tally;
    let number = |change| grouped(tally.of(change));
    let key = match (backtest.state, tally.total(), tally.differences()) {
        (BacktestState::Running, _, _) => return t("envelopes.backtest.so_far").to_owned(),
        (_, 0, _) => return t("envelopes.backtest.nothing").to_owned(),
        (_, _, 0) => "envelopes.backtest.same",
        _ => "envelopes.backtest.would",
    };
    let total = tn("envelopes.backtest.decisions", tally.total());
    if key == "envelopes.backtest.same" {
        return tf(key, &[("total", &total)]);
    }
    tf(
        key,
        &[
            ("total", &total),
            ("denied", &number(Change::NewlyDenied)),
            ("asked", &number(Change::NewlyAsked)),
            ("allowed", &number(Change::NewlyAllowed)),
        ],
    )
}

#[component]
fn OneCount(at: At, change: Change, number: u64, href: String, newest: Vec<Example>) -> impl IntoView {
    let word = match change {
        Change::NewlyAllowed => t("envelopes.backtest.newly_allowed"),
        Change::NewlyAsked => t("envelopes.backtest.newly_asked"),
        _ => t("envelopes.backtest.newly_denied"),
    };
    let class = match change {
        Change::NewlyAllowed => "count-line allow",
        Change::NewlyAsked => "count-line escalate",
        _ => "count-line deny",
    };
    let label = view! { <strong class="number">{grouped(number)}</strong>" "{word} };
    if number == 0 {
        return view! { <li class="count-line none">{label}</li> }.into_any();
    }
    let lines: Vec<_> = newest
        .into_iter()
        .take(3)
        .map(|example| view! { <li><Brief tenant=at.tenant.to_string() example/></li> })
        .collect();
    let examples = (!lines.is_empty()).then(|| {
        view! {
            <details data-fold=slug(change)>
                <summary>{t("envelopes.backtest.newest")}</summary>
                <ul role="list" class="lines">{lines}</ul>
            </details>
        }
    });
    view! {
        <li class=class>
            <a href=href>{label}</a>
            {examples}
        </li>
    }
    .into_any()
}

#[component]
fn Cancel(at: At, id: String, course: Course) -> impl IntoView {
    let label = t("envelopes.backtest.cancel");
    match course {
        Course::InForm => {
            view! { <Button label look=Look::Quiet name="do" value=format!("cancel.{id}")/> }.into_any()
        }
        Course::Alone => view! {
            <form method="post" action=path(&at, &format!("/backtests/{id}/cancel"))><Button label look=Look::Quiet/></form>
        }
        .into_any(),
        Course::Fixed => ().into_any(),
    }
}
