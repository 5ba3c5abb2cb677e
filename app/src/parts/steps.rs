//! Things that are done one after the other: where one is, and what comes next; and things that happened.

use evidence::timestamp::Timestamp;
use leptos::prelude::*;

use super::Time;
use crate::text::t;

/// One step of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done there.
    pub label: String,
    /// Its page; nothing, if one can't go there.
    pub href: Option<String>,
    /// How far it is.
    pub state: StepState,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It is done.
    Done,
    /// It is the one that is shown.
    Here,
    /// It comes later.
    Later,
}

/// Steps in their order.
#[component]
pub fn Steps(
    /// What they lead to.
    #[prop(into)]
    label: String,
    /// The steps.
    steps: Vec<Step>,
) -> impl IntoView {
    let steps = steps.into_iter().map(|step| view! { <OneStep step/> });
    view! {
        <nav class="steps" aria-label=label>
            <ol role="list">{steps.collect_view()}</ol>
        </nav>
    }
    .into_any()
}

#[component]
fn OneStep(step: Step) -> impl IntoView {
    let Step { label, href, state } = step;
    let (class, word) = match state {
        StepState::Done => ("done", t("parts.step_done")),
        StepState::Here => ("here", t("parts.step_here")),
        StepState::Later => ("later", t("parts.step_later")),
    };
    let current = (state == StepState::Here).then_some("step");
    let label = match href {
        Some(href) => view! { <a href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    view! { <li class=class aria-current=current><span class="step">{label}</span><span class="state">{word}</span></li> }
        .into_any()
}

/// What happened, newest first; its children are [`Event`]s.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol role="list" class="timeline">{children()}</ol> }.into_any()
}

/// One thing that happened.
#[component]
pub fn Event(
    /// When.
    at: Timestamp,
    /// What, and by whom.
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <p class="when"><Time at/></p>
            <div class="what">{children()}</div>
        </li>
    }
    .into_any()
}
