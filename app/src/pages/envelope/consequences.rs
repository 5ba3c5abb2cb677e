//! What an envelope would mean: what it changes, what it would have answered, and what in it looks odd.

use evidence::compile::Diagnostic;
use evidence::lint::{Lint, Place, Severity};
use leptos::prelude::*;

use super::assess::Assessed;
use super::backtest::Counts;
use super::cases::Results;
use super::cedar::{ByHand, Compiled};
use super::differences::Differences;
use crate::parts::{Notice, Tone, Untrusted};
use crate::portal::Fault;
use crate::portal::envelopes::{At, Bench, Check};
use crate::text::envelope::lint;
use crate::text::{Said, t};

/// How a backtest is cancelled from where it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// By a button of the form around it.
    InForm,
    /// By a form of its own.
    Alone,
    /// Not by this visitor.
    Fixed,
}

/// All of it.
#[component]
pub fn Consequences(bench: Bench, assessed: Assessed, course: Course) -> impl IntoView {
    let Assessed { envelope, faults, changed, check, busy } = assessed;
    if !faults.is_empty() || check.is_none() {
        let cedar = envelope.and_then(|envelope| envelope.cedar).unwrap_or_default();
        let found = check.map(|check| check.diagnostics).unwrap_or_default();
        return view! { <Unfit faults cedar found/> }.into_any();
    }
    let before = bench.in_force.as_ref().map(|(_, known)| known.clone());
    let unchanged = (!changed).then(|| view! { <p>{t("envelopes.meaning.unchanged")}</p> });
    let differences = envelope.filter(|_| changed).map(|after| {
        view! {
            <section aria-labelledby="differences">
                <h3 id="differences">{t("envelopes.diff.title")}</h3>
                <Differences before after/>
            </section>
        }
    });
    let weighed = check.map(|check| view! { <Weighed at=bench.at.clone() check course changed busy/> });
    view! { {unchanged}{weighed}{differences} }.into_any()
}

/// What was found out about an envelope that can be put in force.
#[component]
pub fn Weighed(
    at: At,
    check: Check,
    course: Course,
    /// Whether the past was asked about it.
    changed: bool,
    /// Why the past was not asked after all.
    busy: Option<Said>,
) -> impl IntoView {
    let Check { lints, cases, policies, schema, backtest, .. } = check;
    let counts = backtest.map(|backtest| view! { <Counts at=at.clone() backtest course/> });
    let no_counts = (counts.is_none() && changed).then(|| {
        let why = busy.map_or_else(|| t("envelopes.backtest.none").to_owned(), |busy| busy.to_string());
        view! { <p>{why}</p> }
    });
    view! {
        {changed.then(|| view! {
            <section aria-labelledby="backtest">
                <h3 id="backtest">{t("envelopes.backtest.title")}</h3>
                {counts}
                {no_counts}
            </section>
        })}
        <section aria-labelledby="lints">
            <h3 id="lints">{t("envelopes.lints.title")}</h3>
            <Lints lints/>
        </section>
        <section aria-labelledby="case-results">
            <h3 id="case-results">{t("envelopes.cases.title")}</h3>
            <Results at results=cases/>
        </section>
        <Compiled policies schema/>
    }
    .into_any()
}

/// Why there is nothing to say yet: what is missing or wrong, with a link to each field.
#[component]
fn Unfit(faults: Vec<Fault>, cedar: String, found: Vec<Diagnostic>) -> impl IntoView {
    let links = faults.into_iter().map(|fault| {
        view! { <li><a href=format!("#{}", fault.field)>{fault.message.to_string()}</a></li> }
    });
    let links: Vec<_> = links.collect();
    view! {
        <Notice title=t("envelopes.meaning.unfit") tone=Tone::Warning>
            <ul>{links}</ul>
        </Notice>
        <ByHand cedar found/>
    }
    .into_any()
}

#[component]
fn Lints(lints: Vec<Lint>) -> impl IntoView {
    if lints.is_empty() {
        return view! { <p>{t("envelopes.lints.none")}</p> }.into_any();
    }
    let lines = lints.into_iter().map(|one| {
        let (class, word) = match one.severity() {
            Severity::Error => ("bad", t("envelopes.lints.error")),
            Severity::Warning => ("warning", t("envelopes.lints.warning")),
            Severity::Info => ("plain", t("envelopes.lints.info")),
        };
        let (kind, name) = match &one.at {
            Place::Rule(id) => (t("envelopes.lints.rule"), id.to_string()),
            Place::Limit(id) => (t("envelopes.lints.limit"), id.to_string()),
            Place::Table(table) => (t("envelopes.lints.table"), table.to_string()),
            Place::Approval => (t("envelopes.lints.approval"), String::new()),
        };
        let name = (!name.is_empty()).then(|| view! { " "<code>{name}</code> });
        view! {
            <li class=class>
                <p class="line-name"><span class="word">{word}</span>" "{kind}{name}</p>
                <p><Untrusted text=lint(&one)/></p>
            </li>
        }
    });
    view! { <ul role="list" class="lines">{lines.collect_view()}</ul> }.into_any()
}
