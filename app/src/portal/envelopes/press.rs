//! The buttons inside the form of an envelope: they change the form and nothing else.

use evidence::contract::Contract;

use super::form::{ConditionForm, EnvelopeForm, LengthForm, LimitForm, RuleForm};

impl EnvelopeForm {
    /// Presses the button `name`; gives the id of the element at which one goes on. A name that is no button's does nothing.
    pub fn press(&mut self, name: &str, contract: &Contract) -> Option<String> {
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["add-rule"] => {
                let rule = self.new_rule(contract);
                self.rules.push(rule);
                Some(format!("rule-{}", self.rules.len() - 1))
            }
            ["add-limit"] => {
                let limit = self.new_limit();
                self.limits.push(limit);
                Some(format!("limit-{}", self.limits.len() - 1))
            }
            ["rule", place, rest @ ..] => self.press_rule(place.parse().ok()?, rest),
            ["limit", place, "remove"] => {
                let place: usize = place.parse().ok()?;
                (place < self.limits.len()).then(|| drop(self.limits.remove(place)))?;
                Some(beside("limit", place, self.limits.len(), "limits"))
            }
            _ => None,
        }
    }

    fn press_rule(&mut self, place: usize, rest: &[&str]) -> Option<String> {
        let count = self.rules.len();
        let rule = self.rules.get_mut(place)?;
        match rest {
            ["up"] if place > 0 => {
                self.rules.swap(place, place - 1);
                Some(format!("rule-{}", place - 1))
            }
            ["down"] if place + 1 < count => {
                self.rules.swap(place, place + 1);
                Some(format!("rule-{}", place + 1))
            }
            ["copy"] => {
                let mut copy = rule.clone();
                copy.id = self.free_id(&copy.id.clone());
                self.rules.insert(place + 1, copy);
                Some(format!("rule-{}", place + 1))
            }
            ["remove"] => {
                self.rules.remove(place);
                Some(beside("rule", place, count - 1, "rules"))
            }
            ["add-when"] => {
                rule.when.push(ConditionForm {
                    of: "before".to_owned(),
                    is: "equal".to_owned(),
                    ..ConditionForm::default()
                });
                Some(format!("rule-{place}-when-{}-of", rule.when.len() - 1))
            }
            ["when", condition, "remove"] => {
                let condition: usize = condition.parse().ok()?;
                (condition < rule.when.len()).then(|| drop(rule.when.remove(condition)))?;
                Some(format!("rule-{place}"))
            }
            _ => Some(format!("rule-{place}")),
        }
    }

    /// A rule to begin with asks, for a rule that nobody has looked at yet should permit nothing by itself.
    fn new_rule(&self, contract: &Contract) -> RuleForm {
        let table = self.rules.last().map(|rule| rule.table.clone());
        let table = table.or_else(|| contract.tables.keys().next().map(ToString::to_string));
        RuleForm {
            id: self.free_id("rule"),
            effect: "ask".to_owned(),
            table: table.unwrap_or_default(),
            approval: self.approval.clone(),
            ..RuleForm::default()
        }
    }

    fn new_limit(&self) -> LimitForm {
        let window = LengthForm { count: "1".to_owned(), unit: "hours".to_owned() };
        LimitForm { id: self.free_id("limit"), window, ..LimitForm::default() }
    }

    /// A name that no rule or limit has yet, made of `stem`.
    fn free_id(&self, stem: &str) -> String {
        let stem = stem.trim_end_matches(|character: char| character.is_ascii_digit()).trim_end_matches('-');
        let taken = |id: &str| {
            self.rules.iter().any(|rule| rule.id == id) || self.limits.iter().any(|limit| limit.id == id)
        };
        (2..=u32::MAX).map(|number| format!("{stem}-{number}")).find(|id| !taken(id)).unwrap_or_default()
    }
}

/// Where one goes on after something was removed: at what took its place, or before it, or at the list.
fn beside(kind: &str, place: usize, left: usize, list: &str) -> String {
    match left {
        0 => list.to_owned(),
        left => format!("{kind}-{}", place.min(left - 1)),
    }
}
