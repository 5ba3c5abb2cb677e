//! One limit, as a sentence whose words can be chosen.

use leptos::prelude::*;

use super::approval::length;
use super::control::{Choice, Word, choice, plain, word};
use super::rule::operations;
use super::{Desk, press};
use crate::pages::envelope::pick::{Picked, pick};
use crate::portal::envelopes::LimitForm;
use crate::text::{t, tf};

/// The limit at `place`.
pub fn limit(desk: Desk<'_>, place: usize, form: &LimitForm) -> AnyView {
    let (id, name) = (format!("limit-{place}"), format!("limit.{place}"));
    let about = tf("envelopes.build.limit", &[("number", &(place + 1))]);
    let heard = |key: &str| tf(key, &[("what", &about)]);
    let contract = desk.bench.contract.as_ref().map(|(_, contract)| contract);
    let mut tables = plain(contract.into_iter().flat_map(|contract| contract.tables.keys()));
    tables.insert(0, (String::new(), t("envelopes.build.all_tables").to_owned()));
    view! {
        <li>
            <fieldset class="rule" id=id.clone() tabindex="-1">
                <legend>{about.clone()}</legend>
                <div class="rule-head">
                    {word(desk, Word {
                        id: format!("{id}-id"), name: format!("{name}.id"), value: &form.id,
                        label: heard("envelopes.build.name"), class: "name", list: None,
                        placeholder: t("envelopes.build.name_hint"),
                    })}
                    <div class="rule-buttons">{press(&format!("{name}.remove"), t("envelopes.build.remove"), &about)}</div>
                </div>
                <div class="words">
                    {pick(Picked {
                        id: format!("{id}-agents"), name: format!("{name}.agent"), label: heard("envelopes.build.agents"),
                        none: t("envelopes.build.all_agents"), options: plain(desk.bench.agents.iter()),
                        chosen: &form.agents, fault: desk.fault(&format!("{id}-agents")),
                    })}
                    <span>{t("envelopes.build.write_at_most")}</span>
                    {word(desk, Word {
                        id: format!("{id}-max_rows"), name: format!("{name}.max_rows"), value: &form.max_rows,
                        label: heard("envelopes.build.max_rows"), class: "number", list: None, placeholder: "",
                    })}
                    <span>{t("envelopes.build.limit_records_of")}</span>
                    {choice(desk, Choice {
                        id: format!("{id}-table"), name: format!("{name}.table"), value: &form.table,
                        label: heard("envelopes.build.table"), options: tables, class: "",
                    })}
                    <span>{t("envelopes.build.within")}</span>
                    {length(desk, &format!("{id}-window"), &format!("{name}.window"), &heard("envelopes.build.window"), &form.window)}
                    <span>{t("envelopes.build.counting")}</span>
                    {pick(Picked {
                        id: format!("{id}-operations"), name: format!("{name}.operation"),
                        label: heard("envelopes.build.operations"), none: t("envelopes.build.every_operation"),
                        options: operations(), chosen: &form.operations, fault: desk.fault(&format!("{id}-operations")),
                    })}
                </div>
            </fieldset>
        </li>
    }
    .into_any()
}
