//! Which receipts of a log a person asked for. It is the query of the page's address, so every view has a link.

use evidence::action::RecordKey;
use evidence::commitment::Key;
use evidence::decision::Verdict;
use evidence::name::Text;
use evidence::receipt::Receipt;
use evidence::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::row::{key_text, plain};
use crate::visit::query;

/// Which receipts a person asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Only decisions with this verdict.
    pub verdict: Option<Verdict>,
    /// Only receipts of this kind.
    pub kind: Option<String>,
    /// Only actions of this agent.
    pub agent: Option<String>,
    /// Only actions on this table.
    pub table: Option<String>,
    /// Only receipts whose first reason has this code.
    pub code: Option<String>,
    /// Only receipts about this record: its key, or one value of it.
    pub record: Option<String>,
    /// Only actions on behalf of this person.
    pub on_behalf_of: Option<String>,
    /// Only receipts recorded at or after this.
    pub from: Option<Timestamp>,
    /// Only receipts recorded before this.
    pub to: Option<Timestamp>,
    /// Only receipts below this number: where a page begins.
    pub before: Option<u64>,
}

impl Filter {
    /// What a query asks for. A word that means nothing is as good as none, as the form then shows.
    pub fn asked<'a>(word: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name: &str| word(name).map(str::to_owned);
        // The number from which on a page goes down is one less than the one before which it begins.
        let at = word("at").and_then(|text| text.trim_start_matches('#').parse::<u64>().ok());
        Self {
            verdict: word("verdict")
                .and_then(|text| Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == text)),
            kind: text("kind"),
            agent: text("agent"),
            table: text("table"),
            code: text("code"),
            record: text("record"),
            on_behalf_of: text("on_behalf_of"),
            from: word("from").and_then(moment),
            to: word("to").and_then(moment),
            before: word("before")
                .and_then(|text| text.parse().ok())
                .or_else(|| at.map(|at| at.saturating_add(1))),
        }
    }

    /// The address of this view of what is at `path`.
    pub fn address(&self, path: &str) -> String {
        let text = |word: Option<&dyn ToString>| word.map(ToString::to_string);
        let words = [
            ("verdict", text(self.verdict.as_ref().map(|verdict| verdict as _))),
            ("kind", self.kind.clone()),
            ("agent", self.agent.clone()),
            ("table", self.table.clone()),
            ("code", self.code.clone()),
            ("record", self.record.clone()),
            ("on_behalf_of", self.on_behalf_of.clone()),
            ("from", self.from.map(minute)),
            ("to", self.to.map(minute)),
            ("before", text(self.before.as_ref().map(|before| before as _))),
        ];
        let words = words.iter().filter_map(|(name, word)| word.as_deref().map(|word| (*name, word)));
        query::address(path, words)
    }

    /// Whether anything but the position is asked for.
    pub fn narrows(&self) -> bool {
        *self != Self { before: self.before, ..Self::default() }
    }

    /// Whether a receipt is about the record and the person that are asked for: what only the receipt itself says.
    pub fn admits(&self, receipt: &Receipt) -> bool {
        self.record.as_deref().is_none_or(|record| keys(receipt).any(|key| is_key(&key, record)))
            && self.on_behalf_of.as_deref().is_none_or(|person| person_of(receipt) == Some(person))
    }
}

/// The records that a receipt names in the clear.
fn keys(receipt: &Receipt) -> impl Iterator<Item = Key> {
    let keys: Vec<Key> = match receipt {
        Receipt::Decision(decision) => {
            let open = decision.action.records.iter().filter_map(|record| match &record.key {
                RecordKey::Open(key) => Some(key.clone()),
                RecordKey::Foreign(_) => None,
            });
            open.collect()
        }
        Receipt::Outcome(outcome) => outcome.records.iter().map(|effect| effect.key.clone()).collect(),
        Receipt::Notice(notice) => notice.records.clone(),
        _ => Vec::new(),
    };
    keys.into_iter()
}

fn is_key(key: &Key, asked: &str) -> bool {
    key_text(key) == asked || key.values().any(|value| plain(value) == asked)
}

fn person_of(receipt: &Receipt) -> Option<&str> {
    match receipt {
        Receipt::Decision(decision) => decision.action.on_behalf_of.as_ref().map(Text::as_str),
        _ => None,
    }
}

/// A moment as a form writes it, in UTC: `2026-11-25`, `2026-11-25T06:30` or to the second.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let rest = match text.len() {
        10 => "T00:00:00.000000Z",
        16 => ":00.000000Z",
        19 => ".000000Z",
        _ => "",
    };
    format!("{text}{rest}").parse().ok()
}

/// A moment as a form takes it.
pub fn minute(at: Timestamp) -> String {
    at.to_string().chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Filter {
        let pairs = query::pairs(query.as_bytes());
        Filter::asked(|name| pairs.iter().find(|(known, _)| known == name).map(|(_, word)| word.as_str()))
    }

    #[test]
    fn a_view_survives_its_address() {
        let query =
            "verdict=DENY&table=a%26b%3Dc+d&record=%22x%22&on_behalf_of=Ada&from=2026-11-25T06%3A30&before=7";
        let filter = asked(query);
        assert_eq!(filter.table.as_deref(), Some("a&b=c d"));
        assert_eq!(filter.address("/tenants/acme/receipts"), format!("/tenants/acme/receipts?{query}"));
        assert_eq!(Filter::default().address("/x"), "/x");
    }

    #[test]
    fn words_that_mean_nothing_are_not_filters() {
        for query in ["verdict=MAYBE", "before=-1", "from=yesterday", "to=2026-13-01", "at=x", "from=%ff%ff"]
        {
            assert_eq!(asked(query), Filter::default(), "{query}");
        }
        assert_eq!(asked("at=%2341"), asked("before=42"));
    }
}
