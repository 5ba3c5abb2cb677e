//! The policies that a person wrote in Cedar itself.
//!
//! Their text comes from outside, and Cedar's own code calls itself as deep as a text nests. So the text is measured
//! before Cedar sees it.

use std::str::FromStr;

use cedar_policy::{Policy, PolicyId, PolicySet};

use super::{fault, nesting, validation};
use crate::envelope::{EnvelopeError, MAX_RULES};

/// The longest text, in bytes.
const MAX_BYTES: usize = 65_536;
/// The deepest nesting: each bracket is a level, and so is each operator of a chain. Cedar needs up to 20 KiB of stack
/// for one, and a browser has no more than 1 MiB.
const MAX_DEPTH: usize = 32;

/// What stands before them in the compiled text.
pub(super) const HEADING: &str = "// Written by hand: cedar/1, cedar/2 and so on, in order of appearance.\n";

/// The beginning of the ids that they get. No rule's id has a slash in it.
pub(super) const ID_PREFIX: &str = "cedar/";

/// The policies of `text`, in order of appearance.
pub(super) fn parse(text: &str) -> Result<Vec<Policy>, EnvelopeError> {
    if text.len() > MAX_BYTES {
        return Err(fault("cedar", "is longer than 65,536 bytes"));
    }
    if let Some((offset, found)) = text.char_indices().find(|(_, character)| is_deceptive(*character)) {
        let place = validation::position(text, offset);
        return Err(fault(
            "cedar",
            format!("{place}: U+{:04X} can't be seen; write \\u{{…}}", u32::from(found)),
        ));
    }
    if nesting::depth(text) > MAX_DEPTH {
        return Err(fault(
            "cedar",
            "nests deeper than 32 brackets or chained operators; split the policy, or write [a, b].contains(c)",
        ));
    }
    let parsed = PolicySet::from_str(text).map_err(|errors| validation::parse_fault(text, &errors))?;
    if parsed.templates().next().is_some() {
        return Err(fault("cedar", "has a template (?principal or ?resource); write the entity itself"));
    }
    if parsed.num_of_policies() > MAX_RULES {
        return Err(fault("cedar", format!("has more than {MAX_RULES} policies")));
    }
    // Cedar names parsed policies by their order, and keeps them in another.
    let named = (0..parsed.num_of_policies())
        .filter_map(|place| parsed.policy(&PolicyId::new(format!("policy{place}"))));
    let policies: Vec<Policy> = named
        .zip(1..)
        .map(|(policy, number)| policy.new_id(PolicyId::new(format!("{ID_PREFIX}{number}"))))
        .collect();
    if policies.len() == parsed.num_of_policies() {
        Ok(policies)
    } else {
        Err(fault("cedar", "can't be put in order"))
    }
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
