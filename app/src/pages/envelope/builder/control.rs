//! Single words of a sentence: a field, a choice. Their labels are heard, and read in the sentence around them.

use leptos::prelude::*;

use super::Desk;

/// A field for a word or a number.
pub struct Word<'a> {
    /// Its id, where faults point to.
    pub id: String,
    /// The name of it in the form.
    pub name: String,
    /// What is typed.
    pub value: &'a str,
    /// What to type, for those who hear it.
    pub label: String,
    /// How wide it is: `short`, `number`, `wide`.
    pub class: &'static str,
    /// Which list of suggestions belongs to it.
    pub list: Option<&'static str>,
    /// What stands in it while it is empty.
    pub placeholder: &'static str,
}

/// The field.
pub fn word(desk: Desk<'_>, word: Word<'_>) -> AnyView {
    let Word { id, name, value, label, class, list, placeholder } = word;
    let fault = desk.fault(&id);
    let invalid = fault.is_some();
    let described_by = invalid.then(|| format!("{id}-fault"));
    let note = note(&id, fault);
    let mode = (class == "number").then_some("numeric");
    view! {
        <span class="word-field" class:invalid=invalid>
            <input
                type="text"
                id=id
                name=name
                value=value.to_owned()
                class=class
                list=list
                inputmode=mode
                autocomplete="off"
                spellcheck="false"
                placeholder=placeholder
                aria-label=label
                aria-describedby=described_by
                aria-invalid=invalid.then_some("true")
            />
            {note}
        </span>
    }
    .into_any()
}

/// A choice of one.
pub struct Choice<'a> {
    /// Its id, where faults point to.
    pub id: String,
    /// The name of it in the form.
    pub name: String,
    /// What is chosen.
    pub value: &'a str,
    /// What to choose, for those who hear it.
    pub label: String,
    /// What there is, and what people read for it.
    pub options: Vec<(String, String)>,
    /// What else hangs on it: `table`, `effect`.
    pub class: &'static str,
}

/// The choice. What was sent and is not among the options stays chosen, so that nothing changes unseen.
pub fn choice(desk: Desk<'_>, choice: Choice<'_>) -> AnyView {
    let Choice { id, name, value, label, mut options, class } = choice;
    if options.iter().all(|(option, _)| option != value) {
        options.push((value.to_owned(), value.to_owned()));
    }
    let fault = desk.fault(&id);
    let invalid = fault.is_some();
    let described_by = invalid.then(|| format!("{id}-fault"));
    let note = note(&id, fault);
    let options = options.into_iter().map(|(option, text)| {
        let selected = option == value;
        view! { <option value=option selected=selected>{text}</option> }
    });
    let options: Vec<_> = options.collect();
    view! {
        <span class="word-field" class:invalid=invalid>
            <select id=id name=name class=class aria-label=label aria-describedby=described_by aria-invalid=invalid.then_some("true")>
                {options}
            </select>
            {note}
        </span>
    }
    .into_any()
}

fn note(id: &str, fault: Option<String>) -> Option<AnyView> {
    let id = format!("{id}-fault");
    fault.map(|fault| view! { <span class="fault" id=id>{fault}</span> }.into_any())
}

/// Options whose values are what people read.
pub fn plain<T: ToString>(values: impl Iterator<Item = T>) -> Vec<(String, String)> {
    values.map(|value| (value.to_string(), value.to_string())).collect()
}
