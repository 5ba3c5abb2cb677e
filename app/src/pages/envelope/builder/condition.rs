//! Conditions of a rule, one a line.

use evidence::contract::Class;
use leptos::prelude::*;

use super::control::{Choice, Word, choice, plain, word};
use super::{Desk, press};
use crate::portal::envelopes::{ConditionForm, RuleForm};
use crate::text::{t, tf};

/// One condition.
pub fn condition(desk: Desk<'_>, rule: (usize, &RuleForm), place: usize, form: &ConditionForm) -> AnyView {
    let (number, of_rule) = rule;
    let (id, name) = (format!("rule-{number}-when-{place}"), format!("rule.{number}.when.{place}"));
    let about = tf("envelopes.build.condition", &[("number", &(place + 1)), ("rule", &(number + 1))]);
    let heard = |key: &str| tf(key, &[("what", &about)]);
    let both = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(value, key)| ((*value).to_owned(), t(key).to_owned())).collect()
    };
    let sides = both(&[("before", "envelopes.build.before"), ("set", "envelopes.build.set")]);
    let tests = both(&[
        ("equal", "envelopes.build.equal"),
        ("not_equal", "envelopes.build.not_equal"),
        ("one_of", "envelopes.build.one_of"),
        ("at_least", "envelopes.build.at_least"),
        ("at_most", "envelopes.build.at_most"),
    ]);
    view! {
        <li class="condition">
            <span>{t("envelopes.build.if")}</span>
            {choice(desk, Choice {
                id: format!("{id}-of"), name: format!("{name}.of"), value: &form.of,
                label: heard("envelopes.build.side"), options: sides, class: "",
            })}
            {column(desk, of_rule, &id, &name, &about, form)}
            {choice(desk, Choice {
                id: format!("{id}-is"), name: format!("{name}.is"), value: &form.is,
                label: heard("envelopes.build.test"), options: tests, class: "",
            })}
            {word(desk, Word {
                id: format!("{id}-value"), name: format!("{name}.value"), value: &form.value,
                label: heard("envelopes.build.value"), class: "wide", list: None, placeholder: t("envelopes.build.value_hint"),
            })}
            {press(&format!("{name}.remove"), t("envelopes.build.remove"), &about)}
        </li>
    }
    .into_any()
}

/// The choice of its column: the open ones, which rules may read.
fn column(
    desk: Desk<'_>,
    rule: &RuleForm,
    id: &str,
    name: &str,
    about: &str,
    form: &ConditionForm,
) -> AnyView {
    let contract = desk.bench.contract.as_ref().map(|(_, contract)| contract);
    let table = contract.and_then(|contract| contract.tables.get(rule.table.as_str()));
    let open =
        table.into_iter().flat_map(|table| &table.columns).filter(|(_, column)| column.class == Class::Open);
    let mut options = plain(open.map(|(name, _)| name));
    if form.column.is_empty() {
        options.insert(0, (String::new(), t("envelopes.build.choose").to_owned()));
    }
    choice(
        desk,
        Choice {
            id: format!("{id}-column"),
            name: format!("{name}.column"),
            value: &form.column,
            label: tf("envelopes.build.column", &[("what", &about)]),
            options,
            class: "",
        },
    )
}
