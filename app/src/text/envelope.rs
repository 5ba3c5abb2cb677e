//! What an envelope says, in sentences: the ones that people read in the portal, and that its receipts keep.

use evidence::contract::OperationKind;
use evidence::envelope::{Approval, Comparison, Condition, Effect, Envelope, Limit, Rule, Side};
use evidence::name::{Identifier, Name};
use evidence::value::Value;

use super::{t, tf, tn};
use crate::portal::envelopes::{Difference, compare};

/// One thing that an envelope says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// By what it is found again in another envelope: `rule/contact-care`.
    pub key: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it says.
    pub text: String,
}

/// Everything that an envelope says, in its order.
pub fn lines(envelope: &Envelope) -> Vec<Line> {
    let line = |key: String, name: Option<&Name>, text: String| Line {
        key,
        name: name.map(ToString::to_string),
        text,
    };
    let rules = envelope.rules.iter().map(|one| line(format!("rule/{}", one.id), Some(&one.id), rule(one)));
    let limits =
        envelope.limits.iter().map(|one| line(format!("limit/{}", one.id), Some(&one.id), limit(one)));
    let mut lines: Vec<Line> = rules.chain(limits).collect();
    lines.push(line("approval".to_owned(), None, otherwise(&envelope.approval)));
    lines.push(line("validity".to_owned(), None, validity(envelope)));
    if envelope.frozen {
        lines.push(line("frozen".to_owned(), None, t("envelopes.says.frozen").to_owned()));
    }
    if let Some(cedar) = &envelope.cedar {
        lines.push(line("cedar".to_owned(), None, tf("envelopes.says.cedar", &[("text", cedar)])));
    }
    lines
}

/// What one envelope changes of another, a sentence for each change; everything, if there was none before.
pub fn changes(before: Option<&Envelope>, after: &Envelope) -> Vec<String> {
    let differences = compare(before, after);
    let told = differences.iter().filter_map(|difference| {
        let told = |key: &str, line: &Line| tf(key, &[("what", &named(line))]);
        Some(match difference {
            Difference::Same(_) => return None,
            Difference::Added(line) => told("envelopes.change.added", line),
            Difference::Removed(line) => told("envelopes.change.removed", line),
            Difference::Moved(line) => told("envelopes.change.moved", line),
            Difference::Changed { before, after } => {
                tf("envelopes.change.changed", &[("before", &named(before)), ("after", &after.text.as_str())])
            }
        })
    });
    told.collect()
}

/// A line with its name.
fn named(line: &Line) -> String {
    match &line.name {
        Some(name) => format!("{name}: {}", line.text),
        None => line.text.clone(),
    }
}

/// What a rule says.
pub fn rule(rule: &Rule) -> String {
    let agents = agents(rule.agents.as_deref(), "envelopes.says.every_agent");
    let operations = operations(rule.operations.as_deref());
    let target = target(rule);
    let cap = rule.max_rows.map(|rows| tn("envelopes.says.at_a_time", rows.into())).unwrap_or_default();
    let when = conditions(&rule.when);
    let key = match rule.effect {
        Effect::Allow => "envelopes.says.allow",
        Effect::Ask => "envelopes.says.ask",
        Effect::Never => "envelopes.says.never",
    };
    let approval = rule.approval.as_ref().map(approval).unwrap_or_default();
    tf(
        key,
        &[
            ("agents", &agents),
            ("operations", &operations),
            ("target", &target),
            ("cap", &cap),
            ("when", &when),
            ("approval", &approval),
        ],
    )
}

/// What a limit says.
pub fn limit(limit: &Limit) -> String {
    let agents = agents(limit.agents.as_deref(), "envelopes.says.all_agents");
    let table = limit.table.as_ref().map_or(t("envelopes.says.all_tables"), Identifier::as_str);
    let counting = limit.operations.as_deref().map(|kinds| {
        let kinds: Vec<&str> = kinds.iter().map(|kind| t(word(*kind))).collect();
        tf("envelopes.says.counting", &[("operations", &all_of(&kinds))])
    });
    tf(
        "envelopes.says.limit",
        &[
            ("agents", &agents),
            ("rows", &tn("envelopes.says.records", limit.max_rows)),
            ("table", &table),
            ("window", &duration(limit.window_seconds)),
            ("counting", &counting.unwrap_or_default()),
        ],
    )
}

/// Who has to approve, and how soon.
pub fn approval(approval: &Approval) -> String {
    tf(
        "envelopes.says.approval",
        &[
            ("quorum", &approval.quorum),
            ("group", &approval.group),
            ("time", &duration(approval.expires_seconds)),
        ],
    )
}

/// A length of time in the largest unit that fits.
pub fn duration(seconds: u32) -> String {
    let units =
        [(86_400, "envelopes.says.days"), (3_600, "envelopes.says.hours"), (60, "envelopes.says.minutes")];
    let fitting = units.into_iter().find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length));
    match fitting {
        Some((length, key)) => tn(key, (seconds / length).into()),
        None => tn("envelopes.says.seconds", seconds.into()),
    }
}

/// A value as a person writes it.
pub fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("“{text}”"),
        other => other.to_string(),
    }
}

fn otherwise(one: &Approval) -> String {
    tf("envelopes.says.otherwise", &[("approval", &approval(one))])
}

fn validity(envelope: &Envelope) -> String {
    let from = moment(envelope.valid_from);
    match envelope.valid_until {
        None => tf("envelopes.says.from", &[("from", &from)]),
        Some(until) => tf("envelopes.says.until", &[("from", &from), ("until", &moment(until))]),
    }
}

fn moment(at: evidence::timestamp::Timestamp) -> String {
    let text: String = at.to_string().chars().take(16).collect();
    format!("{} UTC", text.replace('T', " "))
}

fn agents(agents: Option<&[Name]>, everybody: &str) -> String {
    match agents {
        None => t(everybody).to_owned(),
        Some(names) => all_of(&names.iter().map(Name::as_str).collect::<Vec<_>>()),
    }
}

fn operations(kinds: Option<&[OperationKind]>) -> String {
    match kinds {
        None => t("envelopes.says.anything").to_owned(),
        Some(kinds) => any_of(&kinds.iter().map(|kind| t(word(*kind))).collect::<Vec<_>>()),
    }
}

/// The key of an operation's word.
const fn word(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Update => "envelopes.says.update",
        OperationKind::Insert => "envelopes.says.insert",
        OperationKind::Delete => "envelopes.says.delete",
    }
}

fn target(rule: &Rule) -> String {
    let Some(columns) = &rule.columns else { return rule.table.to_string() };
    let columns: Vec<&str> = columns.iter().map(Identifier::as_str).collect();
    let (key, columns) = match rule.effect {
        Effect::Never => ("envelopes.says.if_it_sets", any_of(&columns)),
        Effect::Allow | Effect::Ask => ("envelopes.says.only", all_of(&columns)),
    };
    tf(key, &[("table", &rule.table), ("columns", &columns)])
}

fn conditions(conditions: &[Condition]) -> String {
    if conditions.is_empty() {
        return String::new();
    }
    let all: Vec<String> = conditions.iter().map(condition).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    tf("envelopes.says.if", &[("conditions", &all_of(&all))])
}

fn condition(condition: &Condition) -> String {
    let key = match condition.of {
        Side::Before => "envelopes.says.before",
        Side::Set => "envelopes.says.set",
    };
    let (test, values) = match &condition.is {
        Comparison::AtLeast(one) => ("envelopes.says.at_least", value(one)),
        Comparison::AtMost(one) => ("envelopes.says.at_most", value(one)),
        Comparison::Equal(one) => ("envelopes.says.equal", value(one)),
        Comparison::NotEqual(one) => ("envelopes.says.not_equal", value(one)),
        Comparison::OneOf(many) => {
            let many: Vec<String> = many.iter().map(value).collect();
            ("envelopes.says.one_of", any_of(&many.iter().map(String::as_str).collect::<Vec<_>>()))
        }
    };
    tf(key, &[("column", &condition.column), ("test", &tf(test, &[("value", &values)]))])
}

fn all_of(words: &[&str]) -> String {
    joined(words, "envelopes.says.and")
}

fn any_of(words: &[&str]) -> String {
    joined(words, "envelopes.says.or")
}

fn joined(words: &[&str], key: &str) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => tf(key, &[("rest", &rest.join(", ")), ("last", last)]),
    }
}
