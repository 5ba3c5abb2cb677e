//! Choosing: one of a list, one of a few, some of a few, yes or no.

use leptos::prelude::*;

use super::field::{Field, Notes, described_by, wrong_with};
use super::{Untrusted, legible};
use crate::portal::Fault;
use crate::text::t;

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form says.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// What it means; nothing, if it is plain.
    pub hint: String,
}

impl Choice {
    /// A choice of its own.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// A choice whose value is what the person reads.
    pub fn plain(value: impl ToString) -> Self {
        Self::new(value.to_string(), value.to_string())
    }

    /// The same with what it means. Only [`Radios`] and [`Checkboxes`] show it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// One of a list.
#[component]
pub fn Select(
    /// Id and name.
    #[prop(into)]
    id: String,
    /// What to choose.
    #[prop(into)]
    label: String,
    /// How; nothing, if it is plain.
    #[prop(optional, into)]
    hint: String,
    /// What there is.
    options: Vec<Choice>,
    /// The value that is chosen; nothing, if none is.
    #[prop(optional, into)]
    chosen: String,
    /// What stands first and stands for nothing: `Any`. `Choose`, if nothing else is said.
    #[prop(optional, into)]
    blank: String,
    /// What is wrong with the form.
    #[prop(optional)]
    faults: Vec<Fault>,
    /// Whether it may be left out, which the label then says.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let name = id.clone();
    let blank = if blank.is_empty() { t("parts.choose").to_owned() } else { blank };
    let options = options.into_iter().map(move |choice| {
        let selected = choice.value == chosen;
        view! { <option value=choice.value selected=selected>{legible(&choice.label)}</option> }
    });
    let options: Vec<_> = options.collect();
    let control = move |described_by: Option<String>, invalid: bool| {
        view! {
            <select id=name.clone() name=name aria-describedby=described_by aria-invalid=invalid.then_some("true")>
                <option value="">{blank}</option>
                {options}
            </select>
        }
        .into_any()
    };
    view! { <Field id label hint optional faults control/> }.into_any()
}

/// One of a few, all in sight.
#[component]
pub fn Radios(
    /// Name; the id of the first choice, so that a link to it lands there.
    #[prop(into)]
    id: String,
    /// What to choose.
    #[prop(into)]
    legend: String,
    /// How; nothing, if it is plain.
    #[prop(optional, into)]
    hint: String,
    /// What there is.
    options: Vec<Choice>,
    /// The value that is chosen; nothing, if none is.
    #[prop(optional, into)]
    chosen: String,
    /// What is wrong with the form.
    #[prop(optional)]
    faults: Vec<Fault>,
) -> impl IntoView {
    let chosen = vec![chosen];
    view! { <Boxes kind="radio" id legend hint options chosen faults/> }.into_any()
}

/// Some of a few, all in sight. The form has the name once for each that is chosen.
#[component]
pub fn Checkboxes(
    /// Name; the id of the first choice, so that a link to it lands there.
    #[prop(into)]
    id: String,
    /// What to choose.
    #[prop(into)]
    legend: String,
    /// How; nothing, if it is plain.
    #[prop(optional, into)]
    hint: String,
    /// What there is.
    options: Vec<Choice>,
    /// The values that are chosen.
    #[prop(optional)]
    chosen: Vec<String>,
    /// What is wrong with the form.
    #[prop(optional)]
    faults: Vec<Fault>,
) -> impl IntoView {
    view! { <Boxes kind="checkbox" id legend hint options chosen faults/> }.into_any()
}

/// Yes or no. The form has `yes` under the name, or nothing.
#[component]
pub fn Checkbox(
    /// Id and name.
    #[prop(into)]
    id: String,
    /// What is said by it.
    #[prop(into)]
    label: String,
    /// What it means; nothing, if it is plain.
    #[prop(optional, into)]
    hint: String,
    /// Whether it is.
    #[prop(optional)]
    checked: bool,
    /// What is wrong with the form.
    #[prop(optional)]
    faults: Vec<Fault>,
) -> impl IntoView {
    let fault = wrong_with(&id, &faults);
    let invalid = fault.is_some();
    let described_by = described_by(&id, &hint, fault.as_deref());
    view! {
        <div class="field" class:invalid=invalid>
            <div class="box">
                <input type="checkbox" id=id.clone() name=id.clone() value="yes" checked=checked
                    aria-describedby=described_by aria-invalid=invalid.then_some("true")/>
                <label for=id.clone()>{label}</label>
            </div>
            <Notes id hint fault/>
        </div>
    }
    .into_any()
}

#[component]
fn Boxes(
    kind: &'static str,
    id: String,
    legend: String,
    hint: String,
    options: Vec<Choice>,
    chosen: Vec<String>,
    faults: Vec<Fault>,
) -> impl IntoView {
    let fault = wrong_with(&id, &faults);
    let invalid = fault.is_some();
    let described_by = described_by(&id, &hint, fault.as_deref());
    let boxes = options.into_iter().enumerate().map(|(place, choice)| {
        let checked = chosen.contains(&choice.value);
        view! { <One kind name=id.clone() place choice checked/> }
    });
    let boxes: Vec<_> = boxes.collect();
    view! {
        <fieldset class="field choices" class:invalid=invalid aria-describedby=described_by>
            <legend>{legend}</legend>
            <Notes id hint fault/>
            {boxes}
        </fieldset>
    }
    .into_any()
}

#[component]
fn One(kind: &'static str, name: String, place: usize, choice: Choice, checked: bool) -> impl IntoView {
    let Choice { value, label, hint } = choice;
    let id = if place == 0 { name.clone() } else { format!("{name}-{place}") };
    let described_by = (!hint.is_empty()).then(|| format!("{id}-means"));
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-means")>{hint}</p> });
    view! {
        <div class="box">
            <input type=kind id=id.clone() name=name value=value checked=checked aria-describedby=described_by/>
            <label for=id><Untrusted text=label/></label>
            {hint}
        </div>
    }
    .into_any()
}
