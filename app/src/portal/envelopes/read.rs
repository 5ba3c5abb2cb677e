//! The form of an envelope, from the pairs that a browser sends and back to them.

use std::collections::BTreeMap;

use super::form::{ApprovalForm, ConditionForm, EnvelopeForm, LengthForm, LimitForm, RuleForm};
use crate::visit::Form;

/// The most rules, limits or conditions that are read; envelopes have fewer.
const MOST: usize = 400;

impl EnvelopeForm {
    /// Reads a form. Unknown names are ignored; numbers in names say only what belongs together, and in which order.
    pub fn read(form: &Form) -> Self {
        let mut read = Self::default();
        let (mut rules, mut limits) = (BTreeMap::new(), BTreeMap::new());
        for (name, text) in form.pairs() {
            let parts: Vec<&str> = name.split('.').collect();
            match parts.as_slice() {
                ["rule", place, rest @ ..] => {
                    if let Some((rule, when)) = numbered::<(RuleForm, Conditions)>(&mut rules, place) {
                        rule.take(when, rest, text);
                    }
                }
                ["limit", place, rest @ ..] => {
                    if let Some(limit) = numbered::<LimitForm>(&mut limits, place) {
                        limit.take(rest, text);
                    }
                }
                ["approval", part] => read.approval.take(part, text),
                ["valid_from"] => read.valid_from.clone_from(text),
                ["valid_until"] => read.valid_until.clone_from(text),
                ["frozen"] => read.frozen = true,
                ["cedar"] => read.cedar.clone_from(text),
                ["reason"] => read.reason.clone_from(text),
                _ => {}
            }
        }
        read.rules = rules
            .into_values()
            .map(|(rule, when)| RuleForm { when: when.into_values().collect(), ..rule })
            .collect();
        read.limits = limits.into_values().collect();
        read
    }

    /// The pairs that [`EnvelopeForm::read`] reads.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut put = |name: String, text: &str| pairs.push((name, text.to_owned()));
        for (place, rule) in self.rules.iter().enumerate() {
            rule.put(&format!("rule.{place}"), &mut put);
        }
        for (place, limit) in self.limits.iter().enumerate() {
            limit.put(&format!("limit.{place}"), &mut put);
        }
        self.approval.put("approval", &mut put);
        put("valid_from".to_owned(), &self.valid_from);
        put("valid_until".to_owned(), &self.valid_until);
        if self.frozen {
            put("frozen".to_owned(), "yes");
        }
        put("cedar".to_owned(), &self.cedar);
        put("reason".to_owned(), &self.reason);
        pairs
    }
}

type Conditions = BTreeMap<usize, ConditionForm>;

/// The one with this number, which is there from now on; `None` for what is no number, or one too many.
fn numbered<'a, T: Default>(all: &'a mut BTreeMap<usize, T>, place: &str) -> Option<&'a mut T> {
    let place = place.parse().ok().filter(|place| *place < MOST)?;
    Some(all.entry(place).or_default())
}

impl RuleForm {
    fn take(&mut self, when: &mut Conditions, rest: &[&str], text: &str) {
        match rest {
            ["id"] => text.clone_into(&mut self.id),
            ["effect"] => text.clone_into(&mut self.effect),
            ["agent"] => self.agents.push(text.to_owned()),
            ["operation"] => self.operations.push(text.to_owned()),
            ["table"] => text.clone_into(&mut self.table),
            ["column"] => self.columns.push(text.to_owned()),
            ["max_rows"] => text.clone_into(&mut self.max_rows),
            ["when", place, part] => {
                if let Some(condition) = numbered(when, place) {
                    condition.take(part, text);
                }
            }
            [part] => self.approval.take(part, text),
            _ => {}
        }
    }

    fn put(&self, at: &str, put: &mut impl FnMut(String, &str)) {
        put(format!("{at}.id"), &self.id);
        put(format!("{at}.effect"), &self.effect);
        put(format!("{at}.table"), &self.table);
        put(format!("{at}.max_rows"), &self.max_rows);
        for (part, all) in
            [("agent", &self.agents), ("operation", &self.operations), ("column", &self.columns)]
        {
            for one in all {
                put(format!("{at}.{part}"), one);
            }
        }
        for (place, condition) in self.when.iter().enumerate() {
            let at = format!("{at}.when.{place}");
            put(format!("{at}.of"), &condition.of);
            put(format!("{at}.column"), &condition.column);
            put(format!("{at}.is"), &condition.is);
            put(format!("{at}.value"), &condition.value);
        }
        self.approval.put(at, put);
    }
}

impl ConditionForm {
    fn take(&mut self, part: &str, text: &str) {
        match part {
            "of" => text.clone_into(&mut self.of),
            "column" => text.clone_into(&mut self.column),
            "is" => text.clone_into(&mut self.is),
            "value" => text.clone_into(&mut self.value),
            _ => {}
        }
    }
}

impl ApprovalForm {
    fn take(&mut self, part: &str, text: &str) {
        match part {
            "group" => text.clone_into(&mut self.group),
            "quorum" => text.clone_into(&mut self.quorum),
            "expiry" => text.clone_into(&mut self.expiry.count),
            "expiry_unit" => text.clone_into(&mut self.expiry.unit),
            _ => {}
        }
    }

    fn put(&self, at: &str, put: &mut impl FnMut(String, &str)) {
        put(format!("{at}.group"), &self.group);
        put(format!("{at}.quorum"), &self.quorum);
        put(format!("{at}.expiry"), &self.expiry.count);
        put(format!("{at}.expiry_unit"), &self.expiry.unit);
    }
}

impl LimitForm {
    fn take(&mut self, rest: &[&str], text: &str) {
        match rest {
            ["id"] => text.clone_into(&mut self.id),
            ["agent"] => self.agents.push(text.to_owned()),
            ["operation"] => self.operations.push(text.to_owned()),
            ["table"] => text.clone_into(&mut self.table),
            ["max_rows"] => text.clone_into(&mut self.max_rows),
            ["window"] => text.clone_into(&mut self.window.count),
            ["window_unit"] => text.clone_into(&mut self.window.unit),
            _ => {}
        }
    }

    fn put(&self, at: &str, put: &mut impl FnMut(String, &str)) {
        let LengthForm { count, unit } = &self.window;
        put(format!("{at}.id"), &self.id);
        put(format!("{at}.table"), &self.table);
        put(format!("{at}.max_rows"), &self.max_rows);
        put(format!("{at}.window"), count);
        put(format!("{at}.window_unit"), unit);
        self.agents.iter().for_each(|one| put(format!("{at}.agent"), one));
        self.operations.iter().for_each(|one| put(format!("{at}.operation"), one));
    }
}
