//! Who approves, within a sentence.

use leptos::prelude::*;

use super::Desk;
use super::control::{Choice, Word, choice, word};
use crate::portal::envelopes::{ApprovalForm, LengthForm, UNITS};
use crate::text::{t, tf};

/// `2 of managers approve within 4 hours`; `id` and `name` are those of what it belongs to, `about` what one hears.
pub fn approval(desk: Desk<'_>, id: &str, name: &str, about: &str, form: &ApprovalForm) -> AnyView {
    let heard = |key: &str| tf(key, &[("what", &about)]);
    view! {
        {word(desk, Word {
            id: format!("{id}-quorum"), name: format!("{name}.quorum"), value: &form.quorum,
            label: heard("envelopes.build.quorum"), class: "number", list: None, placeholder: "",
        })}
        <span>{t("envelopes.build.of")}</span>
        {word(desk, Word {
            id: format!("{id}-group"), name: format!("{name}.group"), value: &form.group,
            label: heard("envelopes.build.group"), class: "wide", list: Some("groups"), placeholder: "",
        })}
        <span>{t("envelopes.build.approve_within")}</span>
        {length(desk, &format!("{id}-expiry"), &format!("{name}.expiry"), &heard("envelopes.build.expiry"), &form.expiry)}
    }
    .into_any()
}

/// `4 hours`.
pub fn length(desk: Desk<'_>, id: &str, name: &str, label: &str, form: &LengthForm) -> AnyView {
    let unit = |unit: &str| match unit {
        "days" => t("envelopes.build.days"),
        "hours" => t("envelopes.build.hours"),
        "minutes" => t("envelopes.build.minutes"),
        _ => t("envelopes.build.seconds"),
    };
    let units = UNITS.into_iter().map(|(name, _)| (name.to_owned(), unit(name).to_owned())).collect();
    view! {
        {word(desk, Word {
            id: id.to_owned(), name: name.to_owned(), value: &form.count, label: label.to_owned(),
            class: "number", list: None, placeholder: "",
        })}
        {choice(desk, Choice {
            id: format!("{id}-unit"), name: format!("{name}_unit"), value: &form.unit,
            label: tf("envelopes.build.unit", &[("what", &label)]), options: units, class: "",
        })}
    }
    .into_any()
}
