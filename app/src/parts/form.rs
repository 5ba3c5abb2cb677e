//! Forms: they post, and a form that was refused comes back as it was, with what is wrong at its head and at each field.

use leptos::prelude::*;

use super::Untrusted;
use crate::portal::Refusal;
use crate::text::t;

/// A form that is sent by POST.
#[component]
pub fn Form(
    /// Where it is sent.
    #[prop(into)]
    action: String,
    /// The id of the heading that names it.
    #[prop(into)]
    labelled_by: String,
    /// Why it came back.
    #[prop(optional_no_strip)]
    refusal: Option<Refusal>,
    /// What the head of a form that came back says: `The envelope was not proposed`. `Not sent`, if nothing else is said.
    #[prop(optional, into)]
    refused: String,
    /// A class of its own.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        {refusal.map(|refusal| view! { <ErrorSummary refusal title=refused/> })}
        <form method="post" action=action class=format!("form {class}") aria-labelledby=labelled_by>
            {children()}
        </form>
    }
    .into_any()
}

/// At the head of a form that was not sent on: what is wrong, with a link to each field.
#[component]
pub fn ErrorSummary(
    /// Why the form came back.
    refusal: Refusal,
    /// What was not done: `The write was not sent`.
    #[prop(optional, into)]
    title: String,
) -> impl IntoView {
    let faults = match &refusal {
        Refusal::Invalid(faults) => faults.clone(),
        _ => Vec::new(),
    };
    let title = if title.is_empty() { t("parts.not_sent").to_owned() } else { title };
    let faults = faults.into_iter().map(|fault| {
        view! { <li><a href=format!("#{}", fault.field)><Untrusted text=fault.message.to_string()/></a></li> }
    });
    let faults: Vec<_> = faults.collect();
    view! {
        <div class="error-summary" role="alert" aria-labelledby="error-title" tabindex="-1" id="error-summary">
            <h2 id="error-title">{title}</h2>
            <p><Untrusted text=refusal.said().to_string()/></p>
            {(!faults.is_empty()).then(|| view! { <ul>{faults}</ul> })}
        </div>
    }
    .into_any()
}

/// Some fields that belong together.
#[component]
pub fn Group(
    /// What they are about.
    #[prop(into)]
    legend: String,
    /// Whether they stand beside each other where there is room.
    #[prop(optional)]
    in_row: bool,
    children: Children,
) -> impl IntoView {
    let children = if in_row { view! { <div class="row">{children()}</div> }.into_any() } else { children() };
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {children}
        </fieldset>
    }
    .into_any()
}

/// A value that the form carries along.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}
