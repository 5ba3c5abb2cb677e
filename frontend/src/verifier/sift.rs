//! Which receipts to list: by what they are, and by words in them.

use std::collections::BTreeMap;

use evidence::action::{Action, RecordKey};
use evidence::commitment::Key;
use evidence::decision::{Decision, Verdict};
use evidence::receipt::{Receipt, StandingSubject};
use evidence::value::Value;
use evidence::verify::{Evidence, Item};

/// What to list: value and words. The first lists everything in the range.
pub const KINDS: [(&str, &str); 11] = [
    ("", "All receipts"),
    ("ALLOW", "Decisions: ALLOW"),
    ("DENY", "Decisions: DENY"),
    ("ESCALATE", "Decisions: ESCALATE"),
    ("outcome", "Outcomes"),
    ("approval", "Approvals"),
    ("activation", "Documents put in force"),
    ("notice", "Attempts by other tenants"),
    ("standing", "Freezes and suspensions"),
    ("key", "Keys"),
    ("cited", "Earlier receipts that these rely on"),
];

/// How many receipts each of [`KINDS`] lists.
pub fn counts(evidence: &Evidence) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut add = |kind| *counts.entry(kind).or_default() += 1;
    for item in &evidence.items {
        add("");
        add(kind(&item.receipt));
    }
    evidence.cited.iter().for_each(|_| add("cited"));
    counts
}

/// The sequence numbers of the receipts that are of `wanted` and say `words`.
pub fn sift(evidence: &Evidence, wanted: &str, words: &str) -> Vec<u64> {
    let items = if wanted == "cited" { &evidence.cited } else { &evidence.items };
    let of_kind = |item: &&Item| matches!(wanted, "" | "cited") || kind(&item.receipt) == wanted;
    let words: Vec<&str> = words.split_whitespace().collect();
    let found = items.iter().filter(of_kind).filter(|item| words.iter().all(|word| says(item, word)));
    found.map(|item| item.receipt.entry().seq).collect()
}

/// The receipt with this sequence number, in the range or before it.
pub fn find(evidence: &Evidence, seq: u64) -> Option<&Item> {
    let of = |items: &[Item]| items.binary_search_by_key(&seq, |item| item.receipt.entry().seq).ok();
    match of(&evidence.items) {
        Some(place) => evidence.items.get(place),
        None => of(&evidence.cited).and_then(|place| evidence.cited.get(place)),
    }
}

/// A verdict for a decision, its kind for anything else.
pub const fn kind(receipt: &Receipt) -> &'static str {
    match receipt {
        Receipt::Decision(decision) => decision.decision.verdict.as_str(),
        other => other.kind(),
    }
}

/// What to call it in a column: the word of a decision is its verdict, that of an outcome its status.
pub const fn word(receipt: &Receipt) -> &'static str {
    match receipt {
        Receipt::Decision(decision) => decision.decision.verdict.as_str(),
        Receipt::Outcome(outcome) => outcome.status.as_str(),
        other => other.kind(),
    }
}

/// The colour of that word, as an attribute's value.
pub const fn tone(receipt: &Receipt) -> &'static str {
    match receipt {
        Receipt::Decision(decision) => match decision.decision.verdict {
            Verdict::Allow => "allow",
            Verdict::Deny => "deny",
            Verdict::Escalate => "escalate",
        },
        _ => "neutral",
    }
}

fn says(item: &Item, word: &str) -> bool {
    if let Some(seq) = word.strip_prefix('#') {
        return seq.parse() == Ok(item.receipt.entry().seq);
    }
    let is = |text: &str| contains(text, word);
    let said = match &item.receipt {
        Receipt::Decision(receipt) => {
            action_says(&receipt.action, word) || decision_says(&receipt.decision, word)
        }
        Receipt::Outcome(outcome) => {
            is(outcome.status.as_str())
                || outcome.code.is_some_and(|code| is(code.as_str()))
                || outcome.records.iter().any(|record| key_says(&record.key, word))
        }
        Receipt::Approval(approval) => {
            is(approval.approver.as_str()) || is(approval.group.as_str()) || is(approval.reason.as_str())
        }
        Receipt::Activation(activation) => {
            is(activation.by.as_str())
                || is(activation.connector.as_str())
                || is(activation.reason.as_str())
                || activation.changes.iter().any(|change| is(change.as_str()))
        }
        Receipt::Key(key) => is(key.reason.as_str()) || is(&key.key.keyid.to_string()),
        Receipt::Notice(notice) => {
            is(notice.table.as_str())
                || is(notice.operation.as_str())
                || notice.records.iter().any(|key| key_says(key, word))
        }
        Receipt::Standing(standing) => {
            is(standing.by.as_str())
                || is(standing.reason.as_str())
                || matches!(&standing.subject, StandingSubject::Agent(agent) if is(agent.as_str()))
        }
    };
    said || is(item.receipt.kind()) || (word.len() >= 8 && is(&item.digest.hex()))
}

fn action_says(action: &Action, word: &str) -> bool {
    let texts = [
        action.agent.as_str(),
        action.id.as_str(),
        action.operation.as_str(),
        action.table.as_str(),
        action.reason.as_str(),
    ];
    texts.iter().any(|text| contains(text, word))
        || action.on_behalf_of.as_ref().is_some_and(|person| contains(person.as_str(), word))
        || action.columns().any(|column| contains(column, word))
        || action
            .records
            .iter()
            .any(|record| matches!(&record.key, RecordKey::Open(key) if key_says(key, word)))
}

fn decision_says(decision: &Decision, word: &str) -> bool {
    contains(decision.verdict.as_str(), word)
        || decision.reasons.iter().any(|reason| contains(reason.code.as_str(), word))
        || decision.rules.iter().any(|rule| contains(rule.as_str(), word))
}

fn key_says(key: &Key, word: &str) -> bool {
    key.values().any(|value| match value {
        Value::Text(text) => contains(text, word),
        other => other.to_string() == word,
    })
}

/// Whether `text` has `word` in it, whatever the case of ASCII letters. It allocates nothing: lists are long.
fn contains(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    word.is_empty() || text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}
