//! What an envelope says, in sentences: the ones that people read in the portal, and that its receipts keep.

use std::fmt::Display;

use evidence::envelope::Envelope;
use evidence::lint::Lint;
use evidence::name::Name;
use evidence::timestamp::Timestamp;

use super::{Phrase, approval, limit, rule, tf};
use crate::portal::envelopes::{Difference, compare};

/// One thing that an envelope says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// By what it is found again in another envelope: `rule/contact-care`.
    pub key: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it says.
    pub says: Phrase,
}

/// Everything that an envelope says, in its order.
pub fn lines(envelope: &Envelope) -> Vec<Line> {
    let line = |key: String, name: Option<&Name>, says: Phrase| Line {
        key,
        name: name.map(ToString::to_string),
        says,
    };
    let rules = envelope.rules.iter().map(|one| line(format!("rule/{}", one.id), Some(&one.id), rule(one)));
    let limits =
        envelope.limits.iter().map(|one| line(format!("limit/{}", one.id), Some(&one.id), limit(one)));
    let mut lines: Vec<Line> = rules.chain(limits).collect();
    let otherwise = Phrase::of("envelopes.says.otherwise", &[("approval", approval(&envelope.approval))]);
    lines.push(line("approval".to_owned(), None, otherwise));
    lines.push(line("validity".to_owned(), None, Phrase::words(validity(envelope))));
    if envelope.frozen {
        lines.push(line("frozen".to_owned(), None, Phrase::of("envelopes.says.frozen", &[])));
    }
    if let Some(cedar) = &envelope.cedar {
        let by_hand = Phrase::of("envelopes.says.cedar", &[("text", Phrase::words(cedar))]);
        lines.push(line("cedar".to_owned(), None, by_hand));
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
                tf("envelopes.change.changed", &[("before", &named(before)), ("after", &after.says)])
            }
        })
    });
    told.collect()
}

/// From when until when it is in force.
pub fn validity(envelope: &Envelope) -> String {
    let from = moment(envelope.valid_from);
    match envelope.valid_until {
        None => tf("envelopes.says.from", &[("from", &from)]),
        Some(until) => tf("envelopes.says.until", &[("from", &from), ("until", &moment(until))]),
    }
}

/// What a lint says.
pub fn lint(lint: &Lint) -> String {
    let key = format!("envelopes.lint.{}", lint.code.as_str().to_lowercase());
    let facts: Vec<(&str, &dyn Display)> =
        lint.facts.iter().map(|(name, fact)| (*name, fact as &dyn Display)).collect();
    tf(&key, &facts)
}

/// A line with its name.
fn named(line: &Line) -> String {
    match &line.name {
        Some(name) => format!("{name}: {}", line.says),
        None => line.says.to_string(),
    }
}

fn moment(at: Timestamp) -> String {
    let text: String = at.to_string().chars().take(16).collect();
    format!("{} UTC", text.replace('T', " "))
}
