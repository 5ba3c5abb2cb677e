//! One line of text in a form.

use leptos::prelude::*;

use super::Field;
use crate::portal::Fault;

/// A labelled field for one line of text.
#[component]
pub fn Input(
    /// Its id and its name.
    id: &'static str,
    /// What to enter.
    #[prop(into)]
    label: String,
    /// How.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What kind of text: `text`, `email`, `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in.
    autocomplete: &'static str,
    /// What it begins with.
    #[prop(optional, into)]
    text: String,
    /// What is wrong with the form.
    faults: Vec<Fault>,
) -> impl IntoView {
    let control = move |described_by: Option<String>, invalid: bool| {
        view! {
            <input id=id name=id type=kind autocomplete=autocomplete value=text required
                aria-describedby=described_by aria-invalid=invalid.then_some("true")/>
        }
        .into_any()
    };
    match hint {
        Some(hint) => view! { <Field id=id label=label hint=hint faults=faults control=control/> }.into_any(),
        None => view! { <Field id=id label=label faults=faults control=control/> }.into_any(),
    }
}
