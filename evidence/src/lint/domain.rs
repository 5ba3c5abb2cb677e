//! The values of one column that satisfy all of a rule's conditions on it.

use std::collections::BTreeSet;

use crate::contract::ColumnType;
use crate::envelope::Comparison;
use crate::value::Value;

/// A set of values, none of them null: a null satisfies no condition.
pub(super) struct Domain {
    is_integer: bool,
    least: i64,
    most: i64,
    /// `None` for any.
    only: Option<BTreeSet<Value>>,
    not: BTreeSet<Value>,
}

impl Domain {
    /// Every value of a column.
    pub(super) fn of(kind: ColumnType) -> Self {
        let truths = || BTreeSet::from([Value::Bool(false), Value::Bool(true)]);
        Self {
            is_integer: kind == ColumnType::Integer,
            least: i64::MIN,
            most: i64::MAX,
            only: (kind == ColumnType::Boolean).then(truths),
            not: BTreeSet::new(),
        }
    }

    /// Leaves those that satisfy a comparison.
    pub(super) fn narrow(&mut self, is: &Comparison) {
        match is {
            Comparison::AtLeast(value) => self.least = self.least.max(value.as_integer().unwrap_or(i64::MIN)),
            Comparison::AtMost(value) => self.most = self.most.min(value.as_integer().unwrap_or(i64::MAX)),
            Comparison::Equal(value) => self.keep(&BTreeSet::from([value.clone()])),
            Comparison::NotEqual(value) => drop(self.not.insert(value.clone())),
            Comparison::OneOf(values) => self.keep(&values.iter().cloned().collect()),
        }
    }

    /// Whether no value is left.
    pub(super) fn is_empty(&self) -> bool {
        if let Some(only) = &self.only {
            return !only.iter().any(|value| self.has(value));
        }
        if !self.is_integer {
            return false;
        }
        let excluded = self.not.iter().filter(|value| self.is_in_range(value)).count();
        i128::from(self.most) - i128::from(self.least) < i128::try_from(excluded).unwrap_or(i128::MAX)
    }

    /// Whether every value is one of `wider`'s, as far as can be told.
    pub(super) fn is_within(&self, wider: &Self) -> bool {
        match (&self.only, &wider.only) {
            (Some(only), _) => only.iter().filter(|value| self.has(value)).all(|value| wider.has(value)),
            (None, Some(_)) => self.is_empty(),
            (None, None) => {
                let is_in_range = wider.least <= self.least && self.most <= wider.most;
                is_in_range && !wider.not.iter().any(|value| self.has(value))
            }
        }
    }

    fn keep(&mut self, values: &BTreeSet<Value>) {
        let only = match &self.only {
            None => values.clone(),
            Some(only) => only.intersection(values).cloned().collect(),
        };
        self.only = Some(only);
    }

    fn has(&self, value: &Value) -> bool {
        self.is_in_range(value)
            && !self.not.contains(value)
            && self.only.as_ref().is_none_or(|only| only.contains(value))
    }

    fn is_in_range(&self, value: &Value) -> bool {
        !self.is_integer
            || value.as_integer().is_some_and(|number| (self.least..=self.most).contains(&number))
    }
}
