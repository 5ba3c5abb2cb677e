//! From the form of an envelope to the envelope, or what is wrong with which field.

use evidence::contract::{Contract, OperationKind, Table};
use evidence::digest::Digest;
use evidence::envelope::{
    Approval, Comparison, Condition, Effect, Envelope, EnvelopeError, Limit, Rule, Side,
};
use evidence::name::{Identifier, Name};
use evidence::timestamp::Timestamp;

use super::form::{ApprovalForm, ConditionForm, EnvelopeForm, LengthForm, LimitForm, RuleForm};
use super::values;
use crate::portal::Fault;
use crate::text::Said;

/// What an envelope is written on.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The tenant.
    pub tenant: &'a Name,
    /// The contract in force.
    pub contract: &'a Contract,
    /// Its digest.
    pub digest: Digest,
    /// The version that the envelope gets.
    pub version: u32,
    /// From when on it is in force if nothing is said about that.
    pub now: Timestamp,
}

impl EnvelopeForm {
    /// The envelope that the form says, or everything that is wrong with it. Whether it fits the contract is for
    /// `compile` to say.
    pub fn envelope(&self, ground: Ground<'_>) -> Result<Envelope, Vec<Fault>> {
        let mut faults = Faults::default();
        let rules = self.rules.iter().enumerate();
        let rules =
            rules.map(|(place, rule)| rule.parse(&format!("rule-{place}"), ground.contract, &mut faults));
        let rules: Vec<Option<Rule>> = rules.collect();
        let limits = self.limits.iter().enumerate();
        let limits = limits.map(|(place, limit)| limit.parse(&format!("limit-{place}"), &mut faults));
        let limits: Vec<Option<Limit>> = limits.collect();
        let approval = self.approval.parse("approval", &mut faults);
        let valid_from = match self.valid_from.trim() {
            "" => Some(ground.now),
            text => faults.need("valid_from", moment(text), || Said::new("envelopes.fault.moment")),
        };
        let valid_until = match self.valid_until.trim() {
            "" => None,
            text => faults.need("valid_until", moment(text), || Said::new("envelopes.fault.moment")),
        };
        let whole = (rules.into_iter().collect(), limits.into_iter().collect(), approval, valid_from);
        match whole {
            (Some(rules), Some(limits), Some(approval), Some(valid_from)) if faults.0.is_empty() => {
                Ok(Envelope {
                    tenant: ground.tenant.clone(),
                    version: ground.version,
                    contract: ground.digest,
                    valid_from,
                    valid_until,
                    frozen: self.frozen,
                    rules,
                    limits,
                    approval,
                    cedar: (!self.cedar.trim().is_empty()).then(|| self.cedar.clone()),
                })
            }
            _ => Err(faults.0),
        }
    }

    /// The field that an error of the law is about.
    pub fn fault_of(&self, error: &EnvelopeError) -> Fault {
        let parts: Vec<&str> = error.at.split('.').collect();
        let field = match parts.as_slice() {
            ["rules", id, rest @ ..] => match self.rules.iter().position(|rule| rule.id.trim() == *id) {
                Some(place) => inside(&format!("rule-{place}"), rest),
                None => "rules".to_owned(),
            },
            ["limits", id, rest @ ..] => match self.limits.iter().position(|limit| limit.id.trim() == *id) {
                Some(place) => inside(&format!("limit-{place}"), rest),
                None => "limits".to_owned(),
            },
            ["approval", rest @ ..] => inside("approval", rest),
            [part, ..] => (*part).to_owned(),
            [] => "rules".to_owned(),
        };
        let message = match parts.as_slice() {
            ["rules" | "limits", id, ..] => {
                Said::new("envelopes.fault.named").with("name", id).with("fault", &error.fault)
            }
            _ => Said::from(error.fault.clone()),
        };
        Fault::new(&field, message)
    }
}

/// The field of a part of a rule, a limit or an approval.
fn inside(at: &str, rest: &[&str]) -> String {
    match rest {
        [] => format!("{at}-id"),
        ["approval", rest @ ..] => inside(at, rest),
        ["when", place, ..] => format!("{at}-when-{place}-value"),
        ["expires_seconds", ..] => format!("{at}-expiry"),
        ["window_seconds", ..] => format!("{at}-window"),
        [part, ..] => format!("{at}-{part}"),
    }
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn need<T>(&mut self, field: &str, found: Option<T>, message: impl FnOnce() -> Said) -> Option<T> {
        if found.is_none() {
            self.0.push(Fault::new(field, message()));
        }
        found
    }

    fn name(&mut self, field: &str, text: &str) -> Option<Name> {
        self.need(field, text.trim().parse().ok(), || match text.trim() {
            "" => Said::new("envelopes.fault.no_name"),
            _ => Said::new("envelopes.fault.name"),
        })
    }

    /// All of them, or `None` for none at all. Outside, `None` says that one of them is wrong.
    #[expect(clippy::option_option, reason = "no names at all is another answer than a wrong one")]
    fn all<T>(
        &mut self,
        field: &str,
        texts: &[String],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        let all: Option<Vec<T>> = texts.iter().map(|text| parse(text)).collect();
        let wrong = || {
            let wrong: Vec<&str> =
                texts.iter().filter(|text| parse(text).is_none()).map(String::as_str).collect();
            Said::new("envelopes.fault.unknown").with("what", wrong.join(", "))
        };
        let all = self.need(field, all, wrong)?;
        Some((!all.is_empty()).then_some(all))
    }

    fn number<T: std::str::FromStr>(&mut self, field: &str, text: &str) -> Option<T> {
        let plain: String =
            text.chars().filter(|character| !matches!(character, ' ' | ',' | '\u{202f}')).collect();
        self.need(field, plain.parse().ok(), || Said::new("envelopes.fault.number"))
    }

    fn length(&mut self, field: &str, length: &LengthForm) -> Option<u32> {
        self.need(field, length.seconds(), || Said::new("envelopes.fault.length"))
    }
}

impl RuleForm {
    fn parse(&self, at: &str, contract: &Contract, faults: &mut Faults) -> Option<Rule> {
        let id = faults.name(&format!("{at}-id"), &self.id);
        let effect = match self.effect.as_str() {
            "allow" => Some(Effect::Allow),
            "ask" => Some(Effect::Ask),
            "never" => Some(Effect::Never),
            _ => None,
        };
        let effect = faults.need(&format!("{at}-effect"), effect, || Said::new("envelopes.fault.choose"));
        let table = faults
            .need(&format!("{at}-table"), self.table.parse().ok(), || Said::new("envelopes.fault.choose"));
        let agents = faults.all(&format!("{at}-agents"), &self.agents, |text| text.parse().ok());
        let operations = faults.all(&format!("{at}-operations"), &self.operations, OperationKind::parse);
        let columns = faults.all(&format!("{at}-columns"), &self.columns, |text| text.parse().ok());
        let max_rows = match self.max_rows.trim() {
            "" => Some(None),
            text => faults.number(&format!("{at}-max_rows"), text).map(Some),
        };
        let terms = contract.tables.get(self.table.as_str());
        let when = self.when.iter().enumerate();
        let when = when
            .map(|(place, one)| one.parse(&format!("{at}-when-{place}"), terms, faults))
            .collect::<Vec<_>>();
        let approval = match effect {
            Some(Effect::Ask) => self.approval.parse(at, faults).map(Some),
            _ => Some(None),
        };
        Some(Rule {
            id: id?,
            effect: effect?,
            agents: agents?,
            table: table?,
            operations: operations?,
            columns: columns?,
            max_rows: max_rows?,
            when: when.into_iter().collect::<Option<_>>()?,
            approval: approval?,
        })
    }
}

impl ConditionForm {
    fn parse(&self, at: &str, table: Option<&Table>, faults: &mut Faults) -> Option<Condition> {
        let choose = || Said::new("envelopes.fault.choose");
        let of = match self.of.as_str() {
            "before" => Some(Side::Before),
            "set" => Some(Side::Set),
            _ => None,
        };
        let of = faults.need(&format!("{at}-of"), of, choose);
        let column: Option<Identifier> =
            faults.need(&format!("{at}-column"), self.column.parse().ok(), choose);
        let terms = table.and_then(|table| table.columns.get(self.column.as_str()));
        let one = || values::read(terms, &self.value);
        let is = match self.is.as_str() {
            "at_least" => Some(Comparison::AtLeast(one())),
            "at_most" => Some(Comparison::AtMost(one())),
            "equal" => Some(Comparison::Equal(one())),
            "not_equal" => Some(Comparison::NotEqual(one())),
            "one_of" => Some(Comparison::OneOf(values::read_list(terms, &self.value))),
            _ => None,
        };
        let is = faults.need(&format!("{at}-is"), is, choose);
        let is_there = !self.value.trim().is_empty();
        faults
            .need(&format!("{at}-value"), is_there.then_some(()), || Said::new("envelopes.fault.no_value"))?;
        Some(Condition { of: of?, column: column?, is: is? })
    }
}

impl ApprovalForm {
    fn parse(&self, at: &str, faults: &mut Faults) -> Option<Approval> {
        let group = faults.name(&format!("{at}-group"), &self.group);
        let quorum = faults.number(&format!("{at}-quorum"), &self.quorum);
        let expires_seconds = faults.length(&format!("{at}-expiry"), &self.expiry);
        Some(Approval { group: group?, quorum: quorum?, expires_seconds: expires_seconds? })
    }
}

impl LimitForm {
    fn parse(&self, at: &str, faults: &mut Faults) -> Option<Limit> {
        let id = faults.name(&format!("{at}-id"), &self.id);
        let agents = faults.all(&format!("{at}-agents"), &self.agents, |text| text.parse().ok());
        let operations = faults.all(&format!("{at}-operations"), &self.operations, OperationKind::parse);
        let table = match self.table.as_str() {
            "" => Some(None),
            text => faults
                .need(&format!("{at}-table"), text.parse().ok(), || Said::new("envelopes.fault.choose"))
                .map(Some),
        };
        let max_rows = faults.number(&format!("{at}-max_rows"), &self.max_rows);
        let window_seconds = faults.length(&format!("{at}-window"), &self.window);
        Some(Limit {
            id: id?,
            agents: agents?,
            table: table?,
            operations: operations?,
            max_rows: max_rows?,
            window_seconds: window_seconds?,
        })
    }
}

/// A point in time in UTC, to the day, the minute, the second or exactly.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_end_matches("UTC").trim().replace(' ', "T");
    let whole = match text.len() {
        10 => format!("{text}T00:00:00.000000Z"),
        16 => format!("{text}:00.000000Z"),
        19 => format!("{text}.000000Z"),
        _ => text,
    };
    whole.parse().ok()
}
