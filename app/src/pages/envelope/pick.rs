//! Choosing some of several, in the middle of a sentence: closed it says what is chosen, open it shows what there is.

use leptos::prelude::*;

use crate::text::tf;

/// What can be chosen, and what is.
pub struct Picked<'a> {
    /// The id of what opens it, where faults point to.
    pub id: String,
    /// The name under which the form says each that is chosen.
    pub name: String,
    /// What is chosen from.
    pub label: String,
    /// What it says where nothing is chosen.
    pub none: &'a str,
    /// What there is, and what people read for it.
    pub options: Vec<(String, String)>,
    /// What is chosen.
    pub chosen: &'a [String],
    /// What is wrong with it.
    pub fault: Option<String>,
}

/// The part of the sentence.
pub fn pick(picked: Picked<'_>) -> AnyView {
    let Picked { id, name, label, none, mut options, chosen, fault } = picked;
    for stray in chosen {
        if options.iter().all(|(value, _)| value != stray) {
            options.push((stray.clone(), tf("envelopes.build.stray", &[("what", stray)])));
        }
    }
    // What is chosen comes first, in its order: sent again as it is, it says the same.
    options.sort_by_key(|(value, _)| chosen.iter().position(|one| one == value).unwrap_or(usize::MAX));
    let labels = options.iter().filter(|(value, _)| chosen.contains(value)).map(|(_, label)| label.as_str());
    let labels: Vec<&str> = labels.collect();
    let said = if labels.is_empty() { none.to_owned() } else { labels.join(", ") };
    let invalid = fault.is_some();
    let fault = fault.map(|fault| view! { <p class="fault" id=format!("{id}-fault")>{fault}</p> });
    let described_by = invalid.then(|| format!("{id}-fault"));
    let (accessible, group) = (format!("{label}: {said}"), label.clone());
    let none = none.to_owned();
    let boxes = options.into_iter().map(|(value, label)| {
        let checked = chosen.contains(&value);
        view! {
            <label class="box"><input type="checkbox" name=name.clone() value=value checked=checked/><span>{label}</span></label>
        }
    });
    let boxes: Vec<_> = boxes.collect();
    view! {
        <details class="pick" class:invalid=invalid data-none=none data-label=label.clone()>
            <summary id=id aria-label=accessible aria-describedby=described_by><span>{said}</span></summary>
            <div class="picked" role="group" aria-label=group>{fault}{boxes}</div>
        </details>
    }
    .into_any()
}
