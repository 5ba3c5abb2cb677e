//! Cedar's own faults, told with the place in the text where they are.

use std::fmt::Display;

use cedar_policy::{
    ParseErrors, Policy, PolicyId, PolicySet, Schema, ValidationMode, ValidationWarning, Validator,
};
use miette::Diagnostic;

use super::{fault, handwritten};
use crate::envelope::EnvelopeError;

/// The most faults that one message tells.
const MAX_FAULTS: usize = 3;
/// Faults quote the text, so they are cut.
const MAX_CHARACTERS: usize = 300;

/// Validates all policies. For `cedar`, the hand-written part, a policy that can never apply is a fault as well.
pub(super) fn validate(schema: Schema, policies: &[Policy], cedar: &str) -> Result<(), EnvelopeError> {
    let mut faults = Vec::new();
    each_fault(schema, policies, |policy, error| faults.push(Fault::new(policy, error)))?;
    let (by_hand, of_rules): (Vec<_>, Vec<_>) = faults.into_iter().partition(|one| is_by_hand(&one.policy));
    if let Some(first) = of_rules.first() {
        return Err(fault(format!("rules.{}", first.policy), first.message.clone()));
    }
    if by_hand.is_empty() { Ok(()) } else { Err(told(cedar, by_hand)) }
}

/// Hands on what Cedar's validator finds in the policies.
pub(super) fn each_fault(
    schema: Schema,
    policies: &[Policy],
    mut tell: impl FnMut(&PolicyId, &dyn Diagnostic),
) -> Result<(), EnvelopeError> {
    let set = PolicySet::from_policies(policies.iter().cloned());
    let set = set.map_err(|error| fault("rules", error.to_string()))?;
    let result = Validator::new(schema).validate(&set, ValidationMode::Strict);
    for error in result.validation_errors() {
        tell(error.policy_id(), error);
    }
    for warning in result.validation_warnings().filter(|warning| is_fatal(warning)) {
        if is_by_hand(warning.policy_id().as_ref()) {
            tell(warning.policy_id(), warning);
        }
    }
    Ok(())
}

/// Why the hand-written part can't be read.
pub(super) fn parse_fault(cedar: &str, errors: &ParseErrors) -> EnvelopeError {
    let policy = PolicyId::new(handwritten::ID_PREFIX);
    told(cedar, errors.iter().map(|error| Fault::new(&policy, error)).collect())
}

/// `line 3, column 14` for a place in a text.
pub(super) fn position(text: &str, offset: usize) -> String {
    let (line, column) = line_and_column(text, offset);
    format!("line {line}, column {column}")
}

/// The line and the column, in characters, of a place in a text; both count from 1.
pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.chars().rev().take_while(|character| *character != '\n').count().saturating_add(1);
    (line, column)
}

/// Whether a policy can never apply, or looks like another than it is.
const fn is_fatal(warning: &ValidationWarning) -> bool {
    matches!(
        warning,
        ValidationWarning::ImpossiblePolicy(_)
            | ValidationWarning::InvalidActionApplication(_)
            | ValidationWarning::BidiCharsInString(_)
            | ValidationWarning::BidiCharsInIdentifier(_)
    )
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    offset: Option<usize>,
    message: String,
    policy: String,
}

impl Fault {
    fn new(policy: &PolicyId, error: &(impl Diagnostic + Display + ?Sized)) -> Self {
        let offset = error.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
        let message = error.to_string().chars().take(MAX_CHARACTERS).collect();
        Self { offset, message, policy: policy.to_string() }
    }
}

fn is_by_hand(policy: &str) -> bool {
    policy.starts_with(handwritten::ID_PREFIX)
}

fn told(cedar: &str, mut faults: Vec<Fault>) -> EnvelopeError {
    faults.sort();
    let tell = |one: &Fault| {
        let place = one.offset.map(|offset| position(cedar, offset) + ": ").unwrap_or_default();
        format!("{place}{}", one.message)
    };
    fault("cedar", faults.iter().take(MAX_FAULTS).map(tell).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one() {
        assert_eq!(position("abc", 0), "line 1, column 1");
        assert_eq!(position("ab\né\u{1f600}d", 9), "line 2, column 3");
        assert_eq!(position("ab", 99), "line 1, column 3");
    }
}
