//! The policies that a person wrote in Cedar itself.
//!
//! Their text comes from outside, and Cedar's own code calls itself as deep as a text nests. So the text is measured
//! before Cedar sees it.

use std::str::FromStr;

use cedar_policy::{ParseErrors, Policy, PolicyId, PolicySet};

use super::{fault, nesting, validation};
use crate::envelope::{EnvelopeError, MAX_RULES};

/// The longest text, in bytes.
pub(super) const MAX_BYTES: usize = 65_536;
/// The deepest nesting: each bracket is a level, and so is each operator of a chain. Cedar needs up to 20 KiB of stack
/// for one, and a browser has no more than 1 MiB.
const MAX_DEPTH: usize = 32;

/// What stands before them in the compiled text.
pub(super) const HEADING: &str = "// Written by hand: cedar/1, cedar/2 and so on, in order of appearance.\n";

/// What is said of a text as a whole.
pub(super) const TEMPLATE: &str = "has a template (?principal or ?resource); write the entity itself";
pub(super) const TOO_DEEP: &str =
    "nests deeper than 32 brackets or chained operators; split the policy, or write [a, b].contains(c)";
pub(super) const TOO_LONG: &str = "is longer than 65,536 bytes";
pub(super) const UNORDERED: &str = "can't be put in order";

/// The beginning of the ids that they get. No rule's id has a slash in it.
pub(super) const ID_PREFIX: &str = "cedar/";

/// Why a text is not taken.
pub(super) enum Refused {
    /// A character that can't be seen, and where.
    Deceptive { offset: usize, found: char },
    /// Cedar can't read it.
    Syntax(Box<ParseErrors>),
    /// A policy leaves open what it is about.
    Template,
    /// It nests too deep.
    TooDeep,
    /// It is too long.
    TooLong,
    /// It has too many policies.
    TooMany,
    /// Cedar lost count of its policies.
    Unordered,
}

/// The policies of `text`, in order of appearance.
pub(super) fn parse(text: &str) -> Result<Vec<Policy>, Refused> {
    if text.len() > MAX_BYTES {
        return Err(Refused::TooLong);
    }
    if let Some((offset, found)) = deceptive(text).next() {
        return Err(Refused::Deceptive { offset, found });
    }
    if is_too_deep(text) {
        return Err(Refused::TooDeep);
    }
    let parsed = PolicySet::from_str(text).map_err(|errors| Refused::Syntax(Box::new(errors)))?;
    if parsed.templates().next().is_some() {
        return Err(Refused::Template);
    }
    if parsed.num_of_policies() > MAX_RULES {
        return Err(Refused::TooMany);
    }
    // Cedar names parsed policies by their order, and keeps them in another.
    let named = (0..parsed.num_of_policies())
        .filter_map(|place| parsed.policy(&PolicyId::new(format!("policy{place}"))));
    let policies: Vec<Policy> = named
        .zip(1..)
        .map(|(policy, number)| policy.new_id(PolicyId::new(format!("{ID_PREFIX}{number}"))))
        .collect();
    if policies.len() == parsed.num_of_policies() { Ok(policies) } else { Err(Refused::Unordered) }
}

impl Refused {
    /// What is wrong and what to do, as the fault of an envelope.
    pub(super) fn fault(&self, text: &str) -> EnvelopeError {
        match self {
            Self::Deceptive { offset, found } => {
                let place = validation::position(text, *offset);
                fault("cedar", format!("{place}: U+{:04X} can't be seen; write \\u{{…}}", u32::from(*found)))
            }
            Self::Syntax(errors) => validation::parse_fault(text, errors),
            Self::Template => fault("cedar", TEMPLATE),
            Self::TooDeep => fault("cedar", TOO_DEEP),
            Self::TooLong => fault("cedar", TOO_LONG),
            Self::TooMany => fault("cedar", format!("has more than {MAX_RULES} policies")),
            Self::Unordered => fault("cedar", UNORDERED),
        }
    }
}

/// The characters of `text` that can't be seen, and where they are.
pub(super) fn deceptive(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, character)| is_deceptive(*character))
}

/// Whether Cedar would need too much stack for it.
pub(super) fn is_too_deep(text: &str) -> bool {
    nesting::depth(text) > MAX_DEPTH
}

/// Whether a character changes how the text looks without being seen itself.
fn is_deceptive(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{61c}'
        | '\u{feff}' => true,
        _ => character.is_control(),
    }
}
