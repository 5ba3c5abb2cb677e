//! One field of a form: label, hint, and what is wrong with it.

use leptos::prelude::*;

use crate::portal::Fault;

/// A label with its control. The children get the ids that describe it.
#[component]
pub fn Field(
    /// The control's id, which is also its name in [`Fault`]s.
    id: &'static str,
    /// What to enter.
    #[prop(into)]
    label: String,
    /// How.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with the form.
    faults: Vec<Fault>,
    /// The control, given the ids of what describes it and whether it is wrong.
    control: impl FnOnce(Option<String>, bool) -> AnyView,
) -> impl IntoView {
    let messages: Vec<String> =
        faults.into_iter().filter(|fault| fault.field == id).map(|fault| fault.message.to_string()).collect();
    let invalid = !messages.is_empty();
    let ids: Vec<String> = [(hint.is_some(), "hint"), (invalid, "fault")]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, part)| format!("{id}-{part}"))
        .collect();
    let described_by = (!ids.is_empty()).then(|| ids.join(" "));
    view! {
        <div class="field" class:invalid=invalid>
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {invalid.then(|| view! { <p class="fault" id=format!("{id}-fault")>{messages.join(" ")}</p> })}
            {control(described_by, invalid)}
        </div>
    }
    .into_any()
}
