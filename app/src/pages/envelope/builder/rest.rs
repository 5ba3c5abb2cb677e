//! What an envelope says beside rules and limits: who is asked otherwise, from when until when, and Cedar by hand.

use leptos::prelude::*;

use super::control::{Word, word};
use super::{Desk, approval};
use crate::parts::TextArea;
use crate::portal::envelopes::EnvelopeForm;
use crate::text::t;

/// All of it.
pub fn rest(desk: Desk<'_>, form: &EnvelopeForm) -> AnyView {
    view! {
        <section aria-labelledby="otherwise">
            <h2 id="otherwise">{t("envelopes.build.otherwise")}</h2>
            <p class="hint">{t("envelopes.build.otherwise_hint")}</p>
            <div class="words">
                {approval::approval(desk, "approval", "approval", t("envelopes.build.otherwise"), &form.approval)}
            </div>
        </section>
        <section aria-labelledby="validity">
            <h2 id="validity">{t("envelopes.build.validity")}</h2>
            <div class="words">
                <span>{t("envelopes.build.from")}</span>
                {word(desk, Word {
                    id: "valid_from".to_owned(), name: "valid_from".to_owned(), value: &form.valid_from,
                    label: t("envelopes.build.from_label").to_owned(), class: "moment", list: None,
                    placeholder: t("envelopes.build.at_once"),
                })}
                <span>{t("envelopes.build.until")}</span>
                {word(desk, Word {
                    id: "valid_until".to_owned(), name: "valid_until".to_owned(), value: &form.valid_until,
                    label: t("envelopes.build.until_label").to_owned(), class: "moment", list: None,
                    placeholder: t("envelopes.build.replaced"),
                })}
                <span>"UTC"</span>
            </div>
            <label class="box">
                <input type="checkbox" name="frozen" value="yes" checked=form.frozen/>
                <span>{t("envelopes.build.frozen")}</span>
            </label>
        </section>
        {cedar(desk, form)}
    }
    .into_any()
}

fn cedar(desk: Desk<'_>, form: &EnvelopeForm) -> AnyView {
    let fault = desk.fault("cedar");
    let invalid = fault.is_some();
    let open = invalid || !form.cedar.trim().is_empty();
    let described_by = if invalid { "cedar-hint cedar-fault" } else { "cedar-hint" };
    view! {
        <details class="by-hand" open=open>
            <summary>{t("envelopes.build.cedar")}</summary>
            <div class="field" class:invalid=invalid>
                <label for="cedar">{t("envelopes.build.cedar_label")}</label>
                <p class="hint" id="cedar-hint">{t("envelopes.build.cedar_hint")}</p>
                {fault.map(|fault| view! { <p class="fault" id="cedar-fault">{fault}</p> })}
                <TextArea id="cedar" name="cedar" text=form.cedar.clone() rows=8 described_by=Some(described_by.to_owned()) invalid=invalid/>
            </div>
        </details>
    }
    .into_any()
}
