//! The twelve steps, in SPEC.md's words, each with how it ended.

use evidence::verify::{Step, StepResult};
use leptos::prelude::*;

use super::check::{Check, Phase};
use super::mark::{self, Mark};
use super::said::said;

/// The rows.
#[component]
pub fn Rows(check: Check) -> impl IntoView {
    view! {
        <section class="steps" aria-labelledby="steps-title">
            <h2 id="steps-title">"Twelve steps"</h2>
            <ol role="list">{Step::ALL.map(|step| view! { <Row check step/> }).collect_view()}</ol>
        </section>
    }
}

/// How far the work is.
#[component]
pub fn Bar(check: Check) -> impl IntoView {
    move || {
        let (words, done) = match check.phase.get() {
            Phase::Reading(done, size) => ("Reading the file".to_owned(), share(done as u64, size as u64)),
            Phase::Checking(now) => {
                let before = f64::from(now.step.number()) - 1.0;
                (
                    format!("Step {} of 12: {}", now.step.number(), now.step.name()),
                    (before + share(now.done, now.total)) / 12.0,
                )
            }
            _ => return None,
        };
        Some(view! {
            <p class="progress">
                <label for="progress">{words}</label>
                <progress id="progress" max="1" value=format!("{done:.3}")></progress>
            </p>
        })
    }
}

#[component]
fn Row(check: Check, step: Step) -> impl IntoView {
    let result = Memo::new(move |_| {
        let index = usize::from(step.number()).saturating_sub(1);
        let result = check.report.with(|report| {
            report.as_ref().and_then(|report| report.steps.get(index).map(|one| one.result.clone()))
        });
        result.unwrap_or(StepResult::NotReached)
    });
    let at_work = Memo::new(move |_| {
        check.phase.with(|phase| matches!(phase, Phase::Checking(now) if now.step == step))
    });
    view! {
        <li class="step" data-step=mark::step(step) data-result=move || result.with(mark::result)
            data-at-work=move || at_work.get().then_some("true")>
            <h3>{step.name()}</h3>
            <p class="claim">{step.claim()}</p>
            <div class="ending">{move || ending(&result.get(), at_work.get())}</div>
        </li>
    }
}

fn ending(result: &StepResult, at_work: bool) -> AnyView {
    let slug = mark::result(result);
    let word = match result {
        StepResult::Held { .. } => "Held",
        StepResult::Failed(_) => "Failed",
        StepResult::CouldNotCheck(_) => "Could not check",
        StepResult::NotPresent { .. } => "Not present",
        StepResult::NotReached if at_work => "At work",
        StepResult::NotReached => "Not reached",
    };
    let detail = match result {
        StepResult::Held { detail } | StepResult::NotPresent { detail } => {
            view! { <p class="detail">{said(detail)}</p> }.into_any()
        }
        StepResult::Failed(failure) | StepResult::CouldNotCheck(failure) => view! {
            <dl class="failure">
                <dt>"Where"</dt><dd>{said(&failure.at)}</dd>
                <dt>"Expected"</dt><dd>{said(&failure.expected)}</dd>
                <dt>"Found"</dt><dd>{said(&failure.found)}</dd>
            </dl>
        }
        .into_any(),
        StepResult::NotReached => ().into_any(),
    };
    view! { <p class="word"><Mark slug/>{word}</p> {detail} }.into_any()
}

#[expect(clippy::cast_precision_loss, reason = "a bar on a screen is not that precise")]
fn share(done: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { done as f64 / total as f64 }
}
