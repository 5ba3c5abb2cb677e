//! Contracts and envelopes in sentences.

use evidence::contract::{Consequence, Operation, OperationKind, Rollback};
use evidence::envelope::{Approval, Comparison, Condition, Effect, Limit, Rule, Side};
use evidence::name::Name;
use evidence::value::Value;

use super::{Phrase, duration, size, t};

/// A rule: `support-agent may update email and phone of contacts, at most 50 records a call.`
pub fn rule(rule: &Rule) -> Phrase {
    let agents = rule.agents.as_deref();
    let key = match (rule.effect, agents) {
        (Effect::Allow, _) => "sentence.allow",
        (Effect::Ask, _) => "sentence.ask",
        (Effect::Never, Some(_)) => "sentence.never",
        (Effect::Never, None) => "sentence.never_any",
    };
    let blanks = [
        ("agents", who(agents)),
        ("act", act(rule)),
        ("cap", rule.max_rows.map(cap).unwrap_or_default()),
        ("when", when(&rule.when)),
        ("approval", rule.approval.as_ref().map(approval).unwrap_or_default()),
    ];
    Phrase::counted(key, agents.map_or(1, |agents| size(agents.len())), &blanks)
}

/// A limit: `At most 500 records of contacts within 1 hour, counting update by support-agent.`
pub fn limit(limit: &Limit) -> Phrase {
    let by = |agents: &Vec<Name>| Phrase::of("sentence.limit_agents", &[("agents", names(agents))]);
    let operations = |kinds: &Vec<OperationKind>| {
        Phrase::of("sentence.limit_operations", &[("operations", verbs(kinds, t("count.and")))])
    };
    let blanks = [
        ("table", limit.table.as_ref().map(Phrase::code).unwrap_or_default()),
        ("window", Phrase::words(duration(limit.window_seconds))),
        ("operations", limit.operations.as_ref().map(operations).unwrap_or_default()),
        ("agents", limit.agents.as_ref().map(by).unwrap_or_default()),
    ];
    let key = if limit.table.is_some() { "sentence.limit_of" } else { "sentence.limit" };
    Phrase::counted(key, limit.max_rows, &blanks)
}

/// Who approves: `2 members of success-managers approve within 4 hours`.
pub fn approval(approval: &Approval) -> Phrase {
    let blanks = [
        ("group", Phrase::code(&approval.group)),
        ("time", Phrase::words(duration(approval.expires_seconds))),
    ];
    Phrase::counted("sentence.approval", approval.quorum.into(), &blanks)
}

/// A condition: `status was “open”`.
pub fn condition(condition: &Condition) -> Phrase {
    let (key, value) = match (&condition.of, &condition.is) {
        (Side::Before, Comparison::AtLeast(value)) => ("sentence.was_at_least", one(value)),
        (Side::Before, Comparison::AtMost(value)) => ("sentence.was_at_most", one(value)),
        (Side::Before, Comparison::Equal(value)) => ("sentence.was", one(value)),
        (Side::Before, Comparison::NotEqual(value)) => ("sentence.was_not", one(value)),
        (Side::Before, Comparison::OneOf(values)) => ("sentence.was_one_of", any(values)),
        (Side::Set, Comparison::AtLeast(value)) => ("sentence.set_at_least", one(value)),
        (Side::Set, Comparison::AtMost(value)) => ("sentence.set_at_most", one(value)),
        (Side::Set, Comparison::Equal(value)) => ("sentence.set_to", one(value)),
        (Side::Set, Comparison::NotEqual(value)) => ("sentence.set_not", one(value)),
        (Side::Set, Comparison::OneOf(values)) => ("sentence.set_one_of", any(values)),
    };
    Phrase::of(key, &[("column", Phrase::code(&condition.column)), ("value", value)])
}

/// What a contract offers on a table: `update of email and phone, at most 100 records a call.`
pub fn operation(kind: OperationKind, operation: &Operation) -> Phrase {
    let columns = Phrase::series(operation.columns.iter().map(Phrase::code), t("count.and"));
    let key = match kind {
        OperationKind::Delete => "sentence.offers_delete",
        OperationKind::Insert => "sentence.offers_insert",
        OperationKind::Update => "sentence.offers_update",
    };
    Phrase::of(key, &[("columns", columns), ("cap", cap(operation.max_rows))])
}

/// How an operation of a contract is undone.
pub fn undoing(rollback: &Rollback) -> Phrase {
    match rollback {
        Rollback::Compensate { operation } => {
            Phrase::of("sentence.undo_compensate", &[("operation", Phrase::code(operation))])
        }
        Rollback::None => Phrase::of("sentence.undo_none", &[]),
        Rollback::Restore { window_seconds } => {
            Phrase::of("sentence.undo_restore", &[("window", Phrase::words(duration(*window_seconds)))])
        }
    }
}

/// How much depends on an operation of a contract.
pub fn consequence(consequence: Consequence) -> &'static str {
    match consequence {
        Consequence::Consequential => t("sentence.consequential"),
        Consequence::Irreversible => t("sentence.irreversible"),
        Consequence::Low => t("sentence.low"),
    }
}

/// The word for an operation, as it stands in the middle of a sentence.
pub fn verb(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Delete => t("sentence.verb_delete"),
        OperationKind::Insert => t("sentence.verb_insert"),
        OperationKind::Update => t("sentence.verb_update"),
    }
}

fn who(agents: Option<&[Name]>) -> Phrase {
    agents.map_or_else(|| Phrase::of("sentence.any_agent", &[]), names)
}

fn names(agents: &[Name]) -> Phrase {
    Phrase::series(agents.iter().map(Phrase::code), t("count.and"))
}

/// What a rule is about. A deletion sets no column: it is among any columns, and touches none.
fn act(rule: &Rule) -> Phrase {
    let every = [OperationKind::Insert, OperationKind::Update, OperationKind::Delete];
    let kinds = rule.operations.as_deref().unwrap_or(&every);
    let setting: Vec<OperationKind> =
        kinds.iter().copied().filter(|kind| *kind != OperationKind::Delete).collect();
    let (key, kinds) = match (&rule.columns, setting.as_slice()) {
        (Some(_), []) if rule.effect == Effect::Never => ("sentence.act_columns", kinds),
        (None, _) | (Some(_), []) => ("sentence.act_records", kinds),
        (Some(_), setting) if setting.len() == kinds.len() || rule.effect == Effect::Never => {
            ("sentence.act_columns", setting)
        }
        (Some(_), setting) => ("sentence.act_columns_or_delete", setting),
    };
    // An allowed write stays within these columns; a forbidden one touches any of them.
    let joined = if rule.effect == Effect::Never { t("count.or") } else { t("count.and") };
    let columns = rule.columns.iter().flatten().map(Phrase::code);
    let blanks = [
        ("operations", verbs(kinds, t("count.or"))),
        ("table", Phrase::code(&rule.table)),
        ("columns", Phrase::series(columns, joined)),
    ];
    Phrase::of(key, &blanks)
}

fn verbs(kinds: &[OperationKind], before_last: &str) -> Phrase {
    Phrase::series(kinds.iter().map(|kind| Phrase::words(verb(*kind))), before_last)
}

fn cap(rows: u32) -> Phrase {
    Phrase::counted("sentence.cap", rows.into(), &[])
}

fn when(conditions: &[Condition]) -> Phrase {
    if conditions.is_empty() {
        return Phrase::default();
    }
    let conditions = Phrase::series(conditions.iter().map(condition), t("count.and"));
    Phrase::of("sentence.when", &[("conditions", conditions)])
}

fn one(value: &Value) -> Phrase {
    match value {
        Value::Text(text) => Phrase::quoted(text),
        other => Phrase::code(other),
    }
}

fn any(values: &[Value]) -> Phrase {
    Phrase::series(values.iter().map(one), t("count.or"))
}

#[cfg(test)]
mod tests {
    use leptos::prelude::{Owner, provide_context};

    use super::*;
    use crate::text::Language;

    fn sample(effect: Effect) -> Rule {
        Rule {
            id: "r1".parse().unwrap(),
            effect,
            agents: Some(vec!["support-agent".parse().unwrap()]),
            table: "contacts".parse().unwrap(),
            operations: Some(vec![OperationKind::Update]),
            columns: Some(vec!["email".parse().unwrap(), "phone".parse().unwrap()]),
            max_rows: Some(50),
            when: Vec::new(),
            approval: None,
        }
    }

    fn in_german(say: impl FnOnce() -> Phrase) -> String {
        Owner::new().with(|| {
            provide_context(Language::De);
            say().to_string()
        })
    }

    #[test]
    fn rules_read_as_sentences() {
        let allow = sample(Effect::Allow);
        assert_eq!(
            rule(&allow).to_string(),
            "support-agent may update email and phone of contacts, at most 50 records a call."
        );
        assert_eq!(
            in_german(|| rule(&allow)),
            "support-agent darf email und phone von contacts ändern, höchstens 50 Datensätze je Aufruf."
        );
        let ask = Rule {
            agents: None,
            operations: Some(vec![OperationKind::Delete]),
            columns: None,
            max_rows: None,
            when: vec![Condition {
                of: Side::Before,
                column: "status".parse().unwrap(),
                is: Comparison::OneOf(vec!["open".into(), Value::Integer(3)]),
            }],
            approval: Some(Approval {
                expires_seconds: 14_400,
                group: "managers".parse().unwrap(),
                quorum: 2,
            }),
            ..sample(Effect::Ask)
        };
        assert_eq!(
            rule(&ask).to_string(),
            "Any agent may delete records of contacts, where status was “open” or 3, once 2 members of managers approve \
             within 4 hours."
        );
        assert_eq!(
            in_german(|| rule(&ask)),
            "Jeder Agent darf Datensätze von contacts löschen, wenn status vorher “open” oder 3 war, sobald 2 Mitglieder \
             von managers zustimmen (Frist: 4 Stunden)."
        );
        let never = Rule { agents: None, operations: None, max_rows: None, ..sample(Effect::Never) };
        assert_eq!(
            in_german(|| rule(&never)),
            "Kein Agent darf je email oder phone von contacts einfügen oder ändern."
        );
        assert_eq!(
            rule(&never).to_string(),
            "No agent may ever insert or update email or phone of contacts."
        );
    }

    #[test]
    fn limits_and_operations_read_as_sentences() {
        let hourly = Limit {
            id: "hourly".parse().unwrap(),
            agents: None,
            table: Some("contacts".parse().unwrap()),
            operations: Some(vec![OperationKind::Update, OperationKind::Delete]),
            max_rows: 1_500,
            window_seconds: 3_600,
        };
        assert_eq!(
            limit(&hourly).to_string(),
            "At most 1,500 records of contacts within 1 hour, counting update and delete."
        );
        assert_eq!(
            in_german(|| limit(&hourly)),
            "Höchstens 1.500 Datensätze von contacts (Fenster: 1 Stunde); gezählt wird ändern und löschen."
        );
        let offered = Operation {
            columns: vec!["email".parse().unwrap()],
            max_rows: 1,
            consequence: Consequence::Low,
            rollback: Rollback::None,
        };
        assert_eq!(
            operation(OperationKind::Update, &offered).to_string(),
            "Update email, at most 1 record a call."
        );
    }
}
