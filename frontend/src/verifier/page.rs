//! The page from top to bottom: bring, watch, read the answer, read the receipts.

use leptos::ev;
use leptos::prelude::*;
use web_sys::File;

use super::answer::Answer;
use super::brought::Brought;
use super::check::{Check, Phase};
use super::intake::Intake;
use super::listing::Receipts;
use super::mark::Mark;
use super::rows::{Bar, Rows};

/// Everything.
#[component]
pub fn Page() -> impl IntoView {
    let check = Check::new();
    let brought = Brought::new();
    reflect(check);
    let dragged = take_drops(check, brought);
    view! {
        <div class="page" class:dragged=dragged>
            <Standing check/>
            <Intake check brought/>
            <Answer check brought/>
            <Rows check/>
            <Receipts check/>
        </div>
        <p class="visually-hidden" role="status" aria-live="polite">{move || announcement(check)}</p>
    }
}

/// The line that says where things stand while there is no answer.
#[component]
fn Standing(check: Check) -> impl IntoView {
    move || {
        let words = match check.phase.get() {
            Phase::Done => return None,
            Phase::NotChecked => "Nothing has been checked yet.".to_owned(),
            Phase::Stopped => "You stopped the check, so there is no answer.".to_owned(),
            Phase::Reading(..) | Phase::Checking(_) => "The answer comes when all steps are done.".to_owned(),
            Phase::Unreadable(fault) => fault,
        };
        let (title, slug) = match check.slug() {
            "checking" => ("Checking", "not-reached"),
            "could-not-check" => ("Could not check", "could-not-check"),
            _ => ("Not checked", "not-checked"),
        };
        Some(view! {
            <div class="standing" data-is=slug>
                <Mark slug/>
                <p><strong>{title}</strong>". "<span class="soft">{words}</span></p>
            </div>
            <Bar check/>
        })
    }
}

/// Tells the style, and whoever tests the page, how far it is.
fn reflect(check: Check) {
    Effect::new(move || {
        let slug = check.slug();
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-state", slug);
        }
    });
}

/// A pack may be dropped anywhere; a miss must not make the browser leave the page.
fn take_drops(check: Check, brought: Brought) -> RwSignal<bool> {
    let dragged = RwSignal::new(false);
    let over = window_event_listener(ev::dragover, move |event| {
        event.prevent_default();
        dragged.set(true);
    });
    let left = window_event_listener(ev::dragleave, move |_| dragged.set(false));
    let dropped = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        dragged.set(false);
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            begin(check, brought, Some(file));
        }
    });
    on_cleanup(move || {
        over.remove();
        left.remove();
        dropped.remove();
    });
    dragged
}

/// Starts the check, on another file if there is one. A field that is wrong is corrected first.
pub fn begin(check: Check, brought: Brought, file: Option<File>) {
    if let Some(file) = file {
        check.choose(file);
    }
    match brought.expectations() {
        Some(expectations) => check.start(expectations),
        None => focus("fingerprint"),
    }
}

/// Moves the keyboard to the element with this id.
pub fn focus(id: &'static str) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(id);
        if let Some(element) =
            element.and_then(|element| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element).ok())
        {
            let _ = element.focus();
        }
    });
}

/// What a screen reader says without being asked: each step once, and the answer.
fn announcement(check: Check) -> String {
    match check.phase.get() {
        Phase::NotChecked => String::new(),
        Phase::Reading(..) => "Reading the file.".into(),
        Phase::Checking(progress) => {
            format!("Step {} of 12: {}.", progress.step.number(), progress.step.name())
        }
        Phase::Stopped => "The check was stopped.".into(),
        Phase::Unreadable(fault) => format!("Could not check. {fault}"),
        Phase::Done => check.report.with(|report| {
            report.as_ref().map_or_else(String::new, |report| {
                format!("{}. {}", report.state.title(), report.state.advice())
            })
        }),
    }
}
