//! One field of a form: label, hint, and what is wrong with it.

use leptos::prelude::*;

use super::{TextArea, Untrusted};
use crate::portal::Fault;
use crate::text::t;

/// A label with its control. The control gets the ids that describe it.
#[component]
pub fn Field(
    /// The control's id, which is also its name in [`Fault`]s.
    #[prop(into)]
    id: String,
    /// What to enter.
    #[prop(into)]
    label: String,
    /// How; nothing, if it is plain.
    #[prop(optional, into)]
    hint: String,
    /// Whether it may be left empty, which the label then says.
    #[prop(optional)]
    optional: bool,
    /// What is wrong with the form.
    faults: Vec<Fault>,
    /// The control, given the ids of what describes it and whether it is wrong.
    control: impl FnOnce(Option<String>, bool) -> AnyView,
) -> impl IntoView {
    let fault = wrong_with(&id, &faults);
    let described_by = described_by(&id, &hint, fault.as_deref());
    let invalid = fault.is_some();
    let may_be_empty = optional.then(|| view! { <span class="optional">{t("parts.optional")}</span> });
    view! {
        <div class="field" class:invalid=invalid>
            <label for=id.clone()>{label}{may_be_empty}</label>
            <Notes id hint fault/>
            {control(described_by, invalid)}
        </div>
    }
    .into_any()
}

/// A line of text.
#[component]
pub fn TextInput(
    /// Id and name.
    #[prop(into)]
    id: String,
    /// What to enter.
    #[prop(into)]
    label: String,
    /// How; nothing, if it is plain.
    #[prop(optional, into)]
    hint: String,
    /// What stands there.
    #[prop(optional, into)]
    value: String,
    /// What is wrong with the form.
    #[prop(optional)]
    faults: Vec<Fault>,
    /// The kind of input: `text`, `email`, `password`, `number`, `date`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in: `off`, `email`, `current-password`, `new-password`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may be left empty, which the label then says.
    #[prop(optional)]
    optional: bool,
    /// Whether it is a name that must be typed exactly: monospaced, without spelling.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let name = id.clone();
    let control = move |described_by: Option<String>, invalid: bool| {
        view! {
            <input
                id=name.clone()
                name=name
                type=kind
                value=value
                class:exact=exact
                autocomplete=autocomplete
                spellcheck=exact.then_some("false")
                autocapitalize=exact.then_some("none")
                aria-describedby=described_by
                aria-invalid=invalid.then_some("true")
            />
        }
        .into_any()
    };
    view! { <Field id label hint optional faults control/> }.into_any()
}

/// Some lines of text.
#[component]
pub fn LongText(
    /// Its id, and its name too, if that is not another.
    #[prop(into)]
    id: String,
    /// The name under which the form sends it, where several forms of a page have it.
    #[prop(optional, into)]
    name: String,
    /// What to enter.
    #[prop(into)]
    label: String,
    /// How; nothing, if it is plain.
    #[prop(optional, into)]
    hint: String,
    /// What stands there.
    #[prop(optional, into)]
    text: String,
    /// What is wrong with the form.
    #[prop(optional)]
    faults: Vec<Fault>,
    /// The height at first.
    #[prop(default = 3)]
    rows: u32,
    /// Whether it may be left empty, which the label then says.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let of_control = id.clone();
    let name = if name.is_empty() { id.clone() } else { name };
    let control = move |described_by: Option<String>, invalid: bool| {
        view! { <TextArea id=of_control name text rows described_by invalid/> }.into_any()
    };
    view! { <Field id label hint optional faults control/> }.into_any()
}

/// What is wrong with the field `id`, in one text.
pub(super) fn wrong_with(id: &str, faults: &[Fault]) -> Option<String> {
    let messages: Vec<String> =
        faults.iter().filter(|fault| fault.field == id).map(|fault| fault.message.to_string()).collect();
    (!messages.is_empty()).then(|| messages.join(" "))
}

/// The ids of what [`Notes`] says.
pub(super) fn described_by(id: &str, hint: &str, fault: Option<&str>) -> Option<String> {
    let ids = [(!hint.is_empty(), "hint"), (fault.is_some(), "fault")];
    let ids: Vec<String> =
        ids.into_iter().filter(|(there, _)| *there).map(|(_, part)| format!("{id}-{part}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// The hint, and what is wrong.
#[component]
pub(super) fn Notes(id: String, hint: String, fault: Option<String>) -> impl IntoView {
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> });
    let fault =
        fault.map(|fault| view! { <p class="fault" id=format!("{id}-fault")><Untrusted text=fault/></p> });
    view! { {hint}{fault} }.into_any()
}
