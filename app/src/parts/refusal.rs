//! When there is no answer: why, and what to do next.

use leptos::prelude::*;

use super::Title;
use crate::portal::Refusal;

/// The page in place of the one that could not be shown.
#[component]
pub fn Refused(refusal: Refusal) -> impl IntoView {
    let title = match refusal {
        Refusal::NotFound => "Not found",
        Refusal::Forbidden => "Not yours to see",
        Refusal::Unavailable => "Not available at the moment",
        _ => "No answer",
    };
    view! {
        <Title text=title/>
        <h1>{title}</h1>
        <p class="lead">{refusal.to_string()}</p>
        <p><a href="/">"Go to the overview"</a></p>
    }
    .into_any()
}

/// At the head of a form that was not sent on: what is wrong, with a link to each field.
#[component]
pub fn ErrorSummary(
    /// Why the form was refused.
    refusal: Refusal,
    /// What did not happen.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let faults = match &refusal {
        Refusal::Invalid(faults) => faults.clone(),
        _ => Vec::new(),
    };
    view! {
        <div class="error-summary" role="alert" aria-labelledby="error-title" tabindex="-1" id="error-summary">
            <h2 id="error-title">{title}</h2>
            <p>{refusal.to_string()}</p>
            <ul>
                {faults
                    .into_iter()
                    .map(|fault| view! { <li><a href=format!("#{}", fault.field)>{fault.message.to_string()}</a></li> })
                    .collect_view()}
            </ul>
        </div>
    }
    .into_any()
}
