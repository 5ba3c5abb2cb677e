//! The sentence builder: each rule is a sentence whose words can be chosen. It is a form and needs no script.

mod approval;
mod condition;
mod control;
mod limit;
mod rest;
mod rule;
mod template;

use leptos::prelude::*;

use crate::portal::Fault;
use crate::portal::envelopes::{Bench, EnvelopeForm};
use crate::text::t;

pub use rule::{columns, conditions};

/// What every part of the builder looks at.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// What there is.
    pub bench: &'a Bench,
    /// What is wrong with which field.
    pub faults: &'a [Fault],
}

impl Desk<'_> {
    /// What is wrong with one field.
    pub fn fault(&self, field: &str) -> Option<String> {
        let faults = self.faults.iter().filter(|fault| fault.field == field);
        let messages: Vec<String> = faults.map(|fault| fault.message.to_string()).collect();
        (!messages.is_empty()).then(|| messages.join(" "))
    }
}

/// The whole builder.
pub fn builder(desk: Desk<'_>, form: &EnvelopeForm) -> AnyView {
    let rules =
        form.rules.iter().enumerate().map(|(place, one)| rule::rule(desk, place, form.rules.len(), one));
    let rules: Vec<_> = rules.collect();
    let limits = form.limits.iter().enumerate().map(|(place, one)| limit::limit(desk, place, one));
    let limits: Vec<_> = limits.collect();
    let (no_rules, no_limits) = (rules.is_empty(), limits.is_empty());
    view! {
        <div class="builder">
            {suggestions(desk)}
            {template::templates(desk, form)}
            <section aria-labelledby="rules">
                <h2 id="rules" tabindex="-1">{t("envelopes.build.rules")}</h2>
                <p class="hint">{t("envelopes.build.rules_hint")}</p>
                {no_rules.then(|| view! { <p class="empty">{t("envelopes.build.no_rules")}</p> })}
                <ol role="list" class="rules">{rules}</ol>
                <p>{press("add-rule", t("envelopes.build.add_rule"), "")}</p>
            </section>
            <section aria-labelledby="limits">
                <h2 id="limits" tabindex="-1">{t("envelopes.build.limits")}</h2>
                <p class="hint">{t("envelopes.build.limits_hint")}</p>
                {no_limits.then(|| view! { <p class="empty">{t("envelopes.build.no_limits")}</p> })}
                <ol role="list" class="rules">{limits}</ol>
                <p>{press("add-limit", t("envelopes.build.add_limit"), "")}</p>
            </section>
            {rest::rest(desk, form)}
        </div>
    }
    .into_any()
}

/// A button inside the form. `about` says of what it speaks, for those who hear only the button.
fn press(name: &str, label: &str, about: &str) -> AnyView {
    let accessible = (!about.is_empty()).then(|| format!("{label}: {about}"));
    view! {
        <button type="submit" class="quiet small" name="do" value=name.to_owned() aria-label=accessible>
            {label.to_owned()}
        </button>
    }
    .into_any()
}

/// What may be typed as a group.
fn suggestions(desk: Desk<'_>) -> AnyView {
    let groups = desk.bench.groups.iter().map(|group| view! { <option value=group.to_string()></option> });
    view! { <datalist id="groups">{groups.collect_view()}</datalist> }.into_any()
}
