//! The form of an envelope: text throughout, so that it can be shown again as it was typed, however wrong it is.

use evidence::contract::OperationKind;
use evidence::envelope::{Approval, Comparison, Condition, Effect, Envelope, Limit, Rule, Side};
use evidence::name::{Identifier, Name};
use evidence::timestamp::Timestamp;
use evidence::value::Value;

use super::values;

/// What a person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeForm {
    /// The rules, in their order.
    pub rules: Vec<RuleForm>,
    /// The limits.
    pub limits: Vec<LimitForm>,
    /// Who is asked where no rule says it.
    pub approval: ApprovalForm,
    /// From when on; nothing for at once.
    pub valid_from: String,
    /// Until when; nothing for until it is replaced.
    pub valid_until: String,
    /// Whether nothing at all is permitted.
    pub frozen: bool,
    /// Policies written by hand.
    pub cedar: String,
    /// Why.
    pub reason: String,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleForm {
    /// Its name.
    pub id: String,
    /// `allow`, `ask` or `never`.
    pub effect: String,
    /// The agents; none for every one.
    pub agents: Vec<String>,
    /// The operations; none for all.
    pub operations: Vec<String>,
    /// The table.
    pub table: String,
    /// The columns; none for any.
    pub columns: Vec<String>,
    /// The most records; nothing for as many as the contract lets.
    pub max_rows: String,
    /// What must hold.
    pub when: Vec<ConditionForm>,
    /// For `ask`: who.
    pub approval: ApprovalForm,
}

/// One condition of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionForm {
    /// `before` or `set`.
    pub of: String,
    /// The column.
    pub column: String,
    /// `equal`, `not_equal`, `one_of`, `at_least` or `at_most`.
    pub is: String,
    /// The value, or for `one_of` values with commas between them.
    pub value: String,
}

/// Who approves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalForm {
    /// The group.
    pub group: String,
    /// How many of them.
    pub quorum: String,
    /// Within how long.
    pub expiry: LengthForm,
}

/// A length of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LengthForm {
    /// How many.
    pub count: String,
    /// Of which of [`UNITS`].
    pub unit: String,
}

/// One limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitForm {
    /// Its name.
    pub id: String,
    /// The agents that are counted together; none for all.
    pub agents: Vec<String>,
    /// The table; nothing for all.
    pub table: String,
    /// The operations; none for all.
    pub operations: Vec<String>,
    /// The most records.
    pub max_rows: String,
    /// Within how long.
    pub window: LengthForm,
}

/// The units of a length of time, and how many seconds each has.
pub const UNITS: [(&str, u32); 4] = [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)];

impl EnvelopeForm {
    /// The form that says what `envelope` says.
    pub fn of(envelope: &Envelope) -> Self {
        Self {
            rules: envelope.rules.iter().map(RuleForm::of).collect(),
            limits: envelope.limits.iter().map(LimitForm::of).collect(),
            approval: ApprovalForm::of(&envelope.approval),
            valid_from: moment(envelope.valid_from),
            valid_until: envelope.valid_until.map(moment).unwrap_or_default(),
            frozen: envelope.frozen,
            cedar: envelope.cedar.clone().unwrap_or_default(),
            reason: String::new(),
        }
    }
}

impl RuleForm {
    fn of(rule: &Rule) -> Self {
        let effect = match rule.effect {
            Effect::Allow => "allow",
            Effect::Ask => "ask",
            Effect::Never => "never",
        };
        Self {
            id: rule.id.to_string(),
            effect: effect.to_owned(),
            agents: names(rule.agents.as_deref()),
            operations: kinds(rule.operations.as_deref()),
            table: rule.table.to_string(),
            columns: rule.columns.iter().flatten().map(Identifier::to_string).collect(),
            max_rows: rule.max_rows.map(|rows| rows.to_string()).unwrap_or_default(),
            when: rule.when.iter().map(ConditionForm::of).collect(),
            approval: rule.approval.as_ref().map(ApprovalForm::of).unwrap_or_default(),
        }
    }
}

impl ConditionForm {
    fn of(condition: &Condition) -> Self {
        let of = match condition.of {
            Side::Before => "before",
            Side::Set => "set",
        };
        let (is, value) = match &condition.is {
            Comparison::AtLeast(value) => ("at_least", values::text(value)),
            Comparison::AtMost(value) => ("at_most", values::text(value)),
            Comparison::Equal(value) => ("equal", values::text(value)),
            Comparison::NotEqual(value) => ("not_equal", values::text(value)),
            Comparison::OneOf(many) => {
                let many: Vec<String> = many.iter().map(listed).collect();
                ("one_of", many.join(", "))
            }
        };
        Self { of: of.to_owned(), column: condition.column.to_string(), is: is.to_owned(), value }
    }
}

impl ApprovalForm {
    fn of(approval: &Approval) -> Self {
        Self {
            group: approval.group.to_string(),
            quorum: approval.quorum.to_string(),
            expiry: LengthForm::of(approval.expires_seconds),
        }
    }
}

impl LimitForm {
    fn of(limit: &Limit) -> Self {
        Self {
            id: limit.id.to_string(),
            agents: names(limit.agents.as_deref()),
            table: limit.table.as_ref().map(ToString::to_string).unwrap_or_default(),
            operations: kinds(limit.operations.as_deref()),
            max_rows: limit.max_rows.to_string(),
            window: LengthForm::of(limit.window_seconds),
        }
    }
}

impl LengthForm {
    /// In the largest unit of which it is a whole number.
    pub fn of(seconds: u32) -> Self {
        let fitting =
            UNITS.into_iter().find(|(_, length)| seconds >= *length && seconds.is_multiple_of(*length));
        let (unit, length) = fitting.unwrap_or(("seconds", 1));
        Self { count: (seconds / length).to_string(), unit: unit.to_owned() }
    }

    /// How many seconds it has; `None` if it is no number of a unit.
    pub fn seconds(&self) -> Option<u32> {
        let (_, length) = UNITS.into_iter().find(|(unit, _)| *unit == self.unit)?;
        self.count.trim().parse::<u32>().ok()?.checked_mul(length)
    }
}

impl Default for LengthForm {
    fn default() -> Self {
        Self { count: String::new(), unit: "hours".to_owned() }
    }
}

fn names(names: Option<&[Name]>) -> Vec<String> {
    names.unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn kinds(kinds: Option<&[OperationKind]>) -> Vec<String> {
    kinds.unwrap_or_default().iter().map(|kind| kind.as_str().to_owned()).collect()
}

/// To the minute, where that is all there is to say.
fn moment(at: Timestamp) -> String {
    let exact = at.to_string();
    match exact.strip_suffix(":00.000000Z") {
        Some(short) => short.replace('T', " "),
        None => exact,
    }
}

/// A value in a list: in quotes, where it could be taken for two.
fn listed(value: &Value) -> String {
    match value {
        Value::Text(text) if text.contains(',') => values::quoted(text),
        other => values::text(other),
    }
}
