//! The answer: one of five states first, then the separate answers it is made of, and what it does not say.

use evidence::key::KeyId;
use evidence::verify::{Completeness, Finding, Integrity, Report, Signer, StepResult};
use leptos::prelude::*;

use super::brought::Brought;
use super::check::{Check, Phase};
use super::facts::{grouped, hash, minute};
use super::mark::{self, Mark};
use super::page::focus;
use super::particulars::particulars;
use super::receipt::Opener;
use super::said::said;

/// The result, once there is one. The keyboard moves to its heading.
#[component]
pub fn Answer(check: Check, brought: Brought) -> impl IntoView {
    let is_done = Memo::new(move |_| check.phase.with(|phase| *phase == Phase::Done));
    Effect::new(move || {
        if is_done.get() {
            focus("result");
        }
    });
    move || {
        let report = check.report.get().filter(|_| is_done.get())?;
        let state = report.state;
        Some(view! {
            <section class="result" data-is=mark::state(state) aria-labelledby="result">
                <div class="state">
                    <Mark slug=mark::state(state)/>
                    <h2 id="result" tabindex="-1">{state.title()}</h2>
                    <p class="advice">{state.advice()}</p>
                </div>
                {stopped(&report)}
                <About report=report.clone()/>
                <dl class="answers">
                    <div><dt>"Integrity"</dt><dd>{integrity(report.integrity)}</dd></div>
                    <div><dt>"Signer"</dt><dd>{signer(&report.signer, brought)}</dd></div>
                    <div><dt>"Completeness"</dt><dd>{completeness(&report.completeness)}</dd></div>
                    <div><dt>"Findings"</dt><dd>{findings(check, report.findings.clone())}</dd></div>
                </dl>
                <div class="reach">
                    <Points title="Proved" nothing="Nothing." points=report.proved.clone()/>
                    <Points title="Assumed" nothing="Nothing." points=report.assumed.clone()/>
                    <Points title="Not checked" nothing="Nothing was left out." points=report.not_checked.clone()/>
                </div>
                {particulars(check, brought, &report)}
            </section>
        })
    }
}

/// Where and why it stopped, in the words that the vendor will need.
fn stopped(report: &Report) -> Option<AnyView> {
    let step = report.stopped_at()?;
    let (StepResult::Failed(failure) | StepResult::CouldNotCheck(failure)) = &step.result else {
        return None;
    };
    let stopped = view! {
        <p class="stopped">
            {format!("Step {}, {}, stopped at ", step.number, step.name)}{said(&failure.at)}
            ": expected "{said(&failure.expected)}", found "{said(&failure.found)}"."
        </p>
    };
    Some(stopped.into_any())
}

#[component]
fn About(report: Report) -> impl IntoView {
    report.about.map(|about| {
        let range = format!(
            ", receipts #{} to #{} of a log of {}",
            grouped(about.from),
            grouped(about.to),
            grouped(about.size)
        );
        let until = about.until.map(|until| format!(", until {} UTC", minute(until)));
        view! {
            <p class="about">
                {said(&about.vendor)}" for tenant "{said(&about.tenant)}{range}{until}"."
            </p>
        }
    })
}

const fn integrity(integrity: Integrity) -> &'static str {
    match integrity {
        Integrity::Holds => "Everything that is in the pack fits together.",
        Integrity::Broken => "Something in the pack does not fit; the failed step says what.",
        Integrity::Unknown => "It could not be told; the step that stopped says why.",
    }
}

fn signer(signer: &Signer, brought: Brought) -> AnyView {
    match signer {
        Signer::Confirmed { key } => view! {
            <p>"Signed by the key that you named, or one that follows from it by rotation."</p>
            <Key key=*key/>
            <p class="provenance">"Where you got its fingerprint: "{move || brought.provenance()}</p>
        }
        .into_any(),
        Signer::NotNamed { key } => view! {
            <p>"Signed by a key that only this pack vouches for. Compare this fingerprint with the vendor’s, by another way:"</p>
            <Key key=*key/>
        }
        .into_any(),
        Signer::Other { key } => view! {
            <p>"You named a key, but this one signed, and nothing links the two:"</p>
            <Key key=*key/>
            <p class="provenance">"Where you got the fingerprint that you named: "{move || brought.provenance()}</p>
        }
        .into_any(),
        Signer::Unknown => "No signature was reached.".into_any(),
    }
}

/// A key's fingerprint, in both forms that people compare.
#[component]
fn Key(key: KeyId) -> impl IntoView {
    view! {
        <p class="fingerprint">{hash(&key.to_string())}</p>
        <p class="words" translate="no">{key.words()}</p>
    }
}

fn completeness(completeness: &Completeness) -> AnyView {
    match completeness {
        Completeness::Whole { size } => {
            format!("Complete: all {} receipts of the log, from #0 to its checkpoint.", grouped(*size)).into_any()
        }
        Completeness::Range { from, size, to } => format!(
            "A dense range, #{} to #{} of {} receipts, tied to the log’s checkpoint. What lies outside the range is not here.",
            grouped(*from), grouped(*to), grouped(*size)
        )
        .into_any(),
        Completeness::Unproven { detail } => view! { "The end is unproven: "{said(detail)} }.into_any(),
        Completeness::Unknown => "It was not reached.".into_any(),
    }
}

fn findings(check: Check, findings: Vec<Finding>) -> AnyView {
    if findings.is_empty() {
        return "None in what was checked.".into_any();
    }
    let more = findings.len().saturating_sub(MOST_FINDINGS);
    let items = findings.into_iter().take(MOST_FINDINGS).map(|finding| {
        let receipts =
            finding.receipts.into_iter().map(|seq| view! { " "<Opener check seq/> }).collect_view();
        view! { <li>{said(&finding.sentence)}{receipts}</li> }
    });
    let more = (more > 0).then(|| view! { <p>{format!("And {more} more; the command lists them all.")}</p> });
    view! { <ul class="findings">{items.collect_view()}</ul>{more} }.into_any()
}

/// The most findings that the page lists.
const MOST_FINDINGS: usize = 200;

#[component]
fn Points(title: &'static str, nothing: &'static str, points: Vec<String>) -> impl IntoView {
    let points = if points.is_empty() { vec![nothing.to_owned()] } else { points };
    let items = points.into_iter().map(|point| view! { <li>{said(&point)}</li> });
    view! {
        <section data-list=title>
            <h3>{title}</h3>
            <ul>{items.collect_view()}</ul>
        </section>
    }
}
