//! Envelopes to begin with.

use leptos::prelude::*;

use super::Desk;
use crate::portal::envelopes::EnvelopeForm;
use crate::text::t;

/// The choice of one, which replaces the form; open where nothing is written yet.
pub fn templates(desk: Desk<'_>, form: &EnvelopeForm) -> AnyView {
    let open = form.rules.is_empty() && form.limits.is_empty();
    let choices = desk.bench.templates.iter().map(|(name, _)| {
        let (label, means) = words(name);
        let id = format!("template-{name}");
        view! {
            <li>
                <button type="submit" class="quiet" name="do" value=format!("template.{name}") aria-describedby=id.clone()>{label}</button>
                <p class="hint" id=id>{means}</p>
            </li>
        }
    });
    let choices: Vec<_> = choices.collect();
    (!choices.is_empty())
        .then(|| {
            view! {
                <details class="templates" open=open>
                    <summary>{t("envelopes.template.title")}</summary>
                    <p class="hint">{t("envelopes.template.means")}</p>
                    <ul role="list">{choices}</ul>
                </details>
            }
        })
        .into_any()
}

fn words(name: &str) -> (&'static str, &'static str) {
    match name {
        "read-only" => (t("envelopes.template.read_only"), t("envelopes.template.read_only_means")),
        "draft-only" => (t("envelopes.template.draft_only"), t("envelopes.template.draft_only_means")),
        "capped-writes" => (t("envelopes.template.capped"), t("envelopes.template.capped_means")),
        _ => (t("envelopes.template.four_eyes"), t("envelopes.template.four_eyes_means")),
    }
}
