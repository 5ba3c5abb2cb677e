//! One rule, as a sentence whose words can be chosen.

use evidence::contract::{Class, OperationKind};
use leptos::prelude::*;

use super::control::{Choice, Word, choice, plain, word};
use super::{Desk, approval, condition, press};
use crate::pages::envelope::pick::{Picked, pick};
use crate::portal::envelopes::RuleForm;
use crate::text::{t, tf};

/// The rule at `place` of `count`.
pub fn rule(desk: Desk<'_>, place: usize, count: usize, form: &RuleForm) -> AnyView {
    let (id, name) = (format!("rule-{place}"), format!("rule.{place}"));
    let about = tf("envelopes.build.rule", &[("number", &(place + 1))]);
    let button = |what: &str, key: &str| press(&format!("{name}.{what}"), t(key), &about);
    view! {
        <li>
            <fieldset class="rule" id=id.clone() tabindex="-1">
                <legend>{about.clone()}</legend>
                <div class="rule-head">
                    {word(desk, Word {
                        id: format!("{id}-id"), name: format!("{name}.id"), value: &form.id,
                        label: tf("envelopes.build.name", &[("what", &about)]), class: "name", list: None,
                        placeholder: t("envelopes.build.name_hint"),
                    })}
                    <div class="rule-buttons">
                        {(place > 0).then(|| button("up", "envelopes.build.up"))}
                        {(place + 1 < count).then(|| button("down", "envelopes.build.down"))}
                        {button("copy", "envelopes.build.copy")}
                        {button("remove", "envelopes.build.remove")}
                    </div>
                </div>
                <div class="words">{words(desk, place, &about, form)}</div>
                <div id=format!("{id}-conditions")>{conditions(desk, place, form)}</div>
                <p>{button("add-when", "envelopes.build.add_when")}</p>
            </fieldset>
        </li>
    }
    .into_any()
}

/// The sentence without its conditions.
fn words(desk: Desk<'_>, place: usize, about: &str, form: &RuleForm) -> AnyView {
    let (id, name) = (format!("rule-{place}"), format!("rule.{place}"));
    let heard = |key: &str| tf(key, &[("what", &about)]);
    let effects = ["allow", "ask", "never"].map(|effect| (effect.to_owned(), effect_word(effect).to_owned()));
    let contract = desk.bench.contract.as_ref().map(|(_, contract)| contract);
    let tables = plain(contract.into_iter().flat_map(|contract| contract.tables.keys()));
    view! {
        {pick(Picked {
            id: format!("{id}-agents"), name: format!("{name}.agent"), label: heard("envelopes.build.agents"),
            none: t("envelopes.build.every_agent"), options: plain(desk.bench.agents.iter()), chosen: &form.agents,
            fault: desk.fault(&format!("{id}-agents")),
        })}
        {choice(desk, Choice {
            id: format!("{id}-effect"), name: format!("{name}.effect"), value: &form.effect,
            label: heard("envelopes.build.effect"), options: effects.to_vec(), class: "effect",
        })}
        {pick(Picked {
            id: format!("{id}-operations"), name: format!("{name}.operation"), label: heard("envelopes.build.operations"),
            none: t("envelopes.build.anything"), options: operations(), chosen: &form.operations,
            fault: desk.fault(&format!("{id}-operations")),
        })}
        <span>{t("envelopes.build.records_of")}</span>
        {choice(desk, Choice {
            id: format!("{id}-table"), name: format!("{name}.table"), value: &form.table,
            label: heard("envelopes.build.table"), options: tables, class: "table",
        })}
        <div id=format!("{id}-columns-of")>{columns(desk, place, form)}</div>
        <span>{t("envelopes.build.at_most_rows")}</span>
        {word(desk, Word {
            id: format!("{id}-max_rows"), name: format!("{name}.max_rows"), value: &form.max_rows,
            label: heard("envelopes.build.max_rows"), class: "number", list: None, placeholder: t("envelopes.build.all"),
        })}
        <span>{t("envelopes.build.at_a_time")}</span>
        <span class="asks">
            <span>{t("envelopes.build.once")}</span>
            {approval::approval(desk, &id, &name, about, &form.approval)}
        </span>
    }
    .into_any()
}

/// The choice of columns: those of the table that is chosen, and the name of that table, so that another choice is noticed.
pub fn columns(desk: Desk<'_>, place: usize, form: &RuleForm) -> AnyView {
    let id = format!("rule-{place}");
    let about = tf("envelopes.build.rule", &[("number", &(place + 1))]);
    let contract = desk.bench.contract.as_ref().map(|(_, contract)| contract);
    let table = contract.and_then(|contract| contract.tables.get(form.table.as_str()));
    let settable = |column: &str| {
        table.is_some_and(|table| {
            table.operations.values().any(|operation| operation.columns.iter().any(|one| one == column))
        })
    };
    let options = table.into_iter().flat_map(|table| &table.columns);
    let options = options.filter(|(name, _)| settable(name.as_str())).map(|(name, column)| {
        let label = match column.class {
            Class::Open => name.to_string(),
            Class::Sealed => tf("envelopes.build.sealed", &[("column", name)]),
        };
        (name.to_string(), label)
    });
    view! {
        <input type="hidden" name=format!("rule.{place}.shown") value=form.table.clone()/>
        {pick(Picked {
            id: format!("{id}-columns"), name: format!("rule.{place}.column"),
            label: tf("envelopes.build.columns", &[("what", &about)]), none: t("envelopes.build.any_columns"),
            options: options.collect(), chosen: &form.columns, fault: desk.fault(&format!("{id}-columns")),
        })}
    }
    .into_any()
}

/// The conditions, each a line.
pub fn conditions(desk: Desk<'_>, place: usize, form: &RuleForm) -> AnyView {
    let lines = form.when.iter().enumerate();
    let lines = lines.map(|(at, one)| condition::condition(desk, (place, form), at, one));
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| view! { <ul role="list" class="conditions">{lines}</ul> }).into_any()
}

fn effect_word(effect: &str) -> &'static str {
    match effect {
        "allow" => t("envelopes.build.allow"),
        "ask" => t("envelopes.build.ask"),
        _ => t("envelopes.build.never"),
    }
}

/// The operations, and what people read for them.
pub fn operations() -> Vec<(String, String)> {
    let kinds = [OperationKind::Update, OperationKind::Insert, OperationKind::Delete];
    let word = |kind: OperationKind| match kind {
        OperationKind::Update => t("envelopes.build.update"),
        OperationKind::Insert => t("envelopes.build.insert"),
        OperationKind::Delete => t("envelopes.build.delete"),
    };
    kinds.into_iter().map(|kind| (kind.as_str().to_owned(), word(kind).to_owned())).collect()
}
