//! What is wrong with a hand-written text, told place by place for whoever is writing it.
//!
//! [`compile`](super::compile) says enough for a refusal: the first few faults, as one sentence. An editor wants each of
//! them beside its line. Nothing that verifies a pack comes here.

use std::fmt;

use cedar_policy::Schema;

use super::handwritten::{self, MAX_BYTES, Refused, TEMPLATE, TOO_DEEP, TOO_LONG, UNORDERED};
use super::{nesting, schema, validation};
use crate::contract::Contract;
use crate::envelope::MAX_RULES;

/// The most faults that are told.
const MAX_DIAGNOSTICS: usize = 50;
/// Cedar's sentences quote the text, so they are cut.
const MAX_CHARACTERS: usize = 300;

/// One fault of a hand-written text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
    /// How many characters it is about; it may run on into later lines. 0 if it is about a place between two
    /// characters, the end for example, or about the text as a whole.
    pub length: usize,
    /// What is wrong. It may quote the text.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// What is wrong with the hand-written Cedar policies `cedar` of an envelope for `contract`, in the text's order; at most
/// 50 faults. Nothing, if they may be put in force. Whatever the rules beside them are, it is the same.
pub fn diagnose(contract: &Contract, cedar: &str) -> Vec<Diagnostic> {
    let policies = match handwritten::parse(cedar) {
        Ok(policies) => policies,
        Err(refused) => return told(cedar, refused_at(cedar, &refused)),
    };
    let schema = match Schema::from_cedarschema_str(&schema::text(contract)) {
        Ok((schema, _)) => schema,
        Err(error) => return told(cedar, vec![Fault::whole(error.to_string())]),
    };
    let mut faults = Vec::new();
    let validated = validation::each_fault(schema, &policies, |_, error| faults.push(Fault::of(error)));
    faults.extend(validated.err().map(|error| Fault::whole(error.fault)));
    told(cedar, faults)
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}: {}", self.line, self.column, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(formatter, " ({help})"))
    }
}

/// A fault at some bytes of a text.
struct Fault {
    offset: usize,
    bytes: usize,
    message: String,
    help: Option<String>,
}

impl Fault {
    fn whole(message: impl Into<String>) -> Self {
        Self::at(0, 0, message)
    }

    fn at(offset: usize, bytes: usize, message: impl Into<String>) -> Self {
        Self { offset, bytes, message: message.into(), help: None }
    }

    /// What Cedar says. What it expected instead stands beside the place, so it helps as much as its own advice.
    fn of(error: &dyn miette::Diagnostic) -> Self {
        let label = error.labels().and_then(|mut labels| labels.next());
        let (offset, bytes) = label.as_ref().map_or((0, 0), |label| (label.offset(), label.len()));
        let beside = label.as_ref().and_then(|label| label.label()).map(str::to_owned);
        let help = error.help().map(|help| help.to_string()).or(beside);
        Self { help: help.map(|help| cut(&help)), ..Self::at(offset, bytes, cut(&error.to_string())) }
    }
}

/// Where and why a text was not taken.
fn refused_at(text: &str, refused: &Refused) -> Vec<Fault> {
    match refused {
        Refused::Deceptive { .. } => handwritten::deceptive(text).take(MAX_DIAGNOSTICS).map(unseen).collect(),
        Refused::Syntax(errors) => errors.iter().map(|error| Fault::of(error)).collect(),
        Refused::Template => vec![Fault::at(nesting::find(text, '?').unwrap_or_default(), 1, TEMPLATE)],
        Refused::TooDeep => vec![Fault::at(deepest(text), 1, TOO_DEEP)],
        Refused::TooLong => vec![Fault::at(text.floor_char_boundary(MAX_BYTES), 1, TOO_LONG)],
        Refused::TooMany => vec![Fault::whole(format!("has more than {MAX_RULES} policies"))],
        Refused::Unordered => vec![Fault::whole(UNORDERED)],
    }
}

fn unseen((offset, found): (usize, char)) -> Fault {
    let code = u32::from(found);
    let help = format!("take it out, or write \\u{{{code:x}}} in a string");
    let fault = Fault::at(offset, found.len_utf8(), format!("U+{code:04X} can't be seen"));
    Fault { help: Some(help), ..fault }
}

/// The place from which on a text nests too deep, found by halving.
fn deepest(text: &str) -> usize {
    let (mut fits, mut is_over) = (0, text.len());
    while let Some(middle) = between(text, fits, is_over) {
        if handwritten::is_too_deep(text.get(..middle).unwrap_or(text)) {
            is_over = middle;
        } else {
            fits = middle;
        }
    }
    fits
}

/// A place between two characters that lies between two others, if there is one.
fn between(text: &str, low: usize, high: usize) -> Option<usize> {
    let middle = text.floor_char_boundary(low.midpoint(high));
    let middle = if middle > low { middle } else { text.ceil_char_boundary(low.saturating_add(1)) };
    (low < middle && middle < high).then_some(middle)
}

/// The faults in the text's order, with their places as people count them.
fn told(text: &str, faults: Vec<Fault>) -> Vec<Diagnostic> {
    let place = |fault: Fault| {
        let offset = text.floor_char_boundary(fault.offset.min(text.len()));
        let end = text.ceil_char_boundary(offset.saturating_add(fault.bytes).min(text.len()));
        let (line, column) = validation::line_and_column(text, offset);
        let length = text.get(offset..end).unwrap_or_default().chars().count();
        Diagnostic { line, column, length, message: fault.message, help: fault.help }
    };
    let mut told: Vec<Diagnostic> = faults.into_iter().take(MAX_DIAGNOSTICS).map(place).collect();
    told.sort();
    told
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_CHARACTERS).collect()
}
