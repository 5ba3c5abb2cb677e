//! Shapes that tell results apart without colour. They never stand alone: the word is always beside them.

use evidence::verify::{State, Step, StepResult};
use leptos::prelude::*;

/// A shape, drawn in the colour of its text.
#[component]
pub fn Mark(slug: &'static str) -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path fill="currentColor" fill-rule="evenodd" d=outline(slug)></path>
        </svg>
    }
}

/// A state as an attribute's value.
pub const fn state(state: State) -> &'static str {
    match state {
        State::Verified => "verified",
        State::SignerNotConfirmed => "signer-not-confirmed",
        State::Incomplete => "incomplete",
        State::DoesNotVerify => "does-not-verify",
        State::CouldNotCheck => "could-not-check",
    }
}

/// A result as an attribute's value.
pub const fn result(result: &StepResult) -> &'static str {
    match result {
        StepResult::Held { .. } => "held",
        StepResult::Failed(_) => "failed",
        StepResult::CouldNotCheck(_) => "could-not-check",
        StepResult::NotPresent { .. } => "not-present",
        StepResult::NotReached => "not-reached",
    }
}

/// A step as an attribute's value.
pub const fn step(step: Step) -> &'static str {
    match step {
        Step::Container => "container",
        Step::Manifest => "manifest",
        Step::Keys => "keys",
        Step::Receipts => "receipts",
        Step::Sequence => "sequence",
        Step::Log => "log",
        Step::Documents => "documents",
        Step::Verdicts => "verdicts",
        Step::Effects => "effects",
        Step::Approvals => "approvals",
        Step::Rollbacks => "rollbacks",
        Step::Consistency => "consistency",
    }
}

fn outline(slug: &str) -> &'static str {
    match slug {
        // A full disc with a tick.
        "verified" => {
            "M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22Zm5.7 8.1-7.2 7.7-4.2-4.1 1.5-1.5 2.6 2.6 5.8-6.1Z"
        }
        // A tick alone: one step is not the whole.
        "held" => "M20.5 6.4 10 17.6 3.9 11.6 5.5 10l4.4 4.4 9-9.6Z",
        // A disc of which one half is empty.
        "signer-not-confirmed" => "M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22Zm0 2a9 9 0 0 1 0 18Z",
        // A ring that is not closed.
        "incomplete" => "M12 1a11 11 0 1 0 11 11h-2.5a8.5 8.5 0 1 1-8.5-8.5Z",
        // A square with a cross.
        "does-not-verify" | "failed" => {
            "M2 2h20v20H2Zm6 4.6L6.6 8l4 4-4 4L8 17.4l4-4 4 4 1.4-1.4-4-4 4-4L16 6.6l-4 4Z"
        }
        // A diamond with a bar.
        "could-not-check" => "M12 1l11 11-11 11L1 12Zm-5 10v2h10v-2Z",
        // An empty ring.
        "not-checked" | "not-present" => {
            "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20Zm0 2a8 8 0 0 1 0 16a8 8 0 0 1 0-16Z"
        }
        // A dot.
        _ => "M12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6Z",
    }
}
