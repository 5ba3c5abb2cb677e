//! `summary.html` of a pack: counts and coverage in words, for printing. It claims nothing that was checked.

use std::collections::BTreeMap;

use super::Contents;
use crate::action::Source;
use crate::dsse::Signed;
use crate::receipt::{OutcomeReceipt, Receipt};

/// How many receipts there are of each kind.
pub(super) struct Counts {
    kinds: BTreeMap<String, u64>,
    attested: u64,
}

/// The page; a function of the pack's contents alone. Every text from outside is escaped.
pub(super) fn page(contents: &Contents, to: u64, counts: &Counts) -> String {
    let Contents { trust, tenant, from, checkpoint, .. } = contents;
    let title = format!("Evidence of {} for {tenant}", trust.vendor_name);
    let rows: String = counts.kinds.iter().map(|(what, count)| row(what, *count)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>This summary was written by the vendor. It says what the pack contains; whether that holds is for \
         <code>verifier.html</code> or <code>evidence verify</code> to say.</p>\n\
         <p>Receipts #{from} to #{to} of a log of {size} receipts.</p>\n\
         <table>\n<caption>What the receipts are</caption>\n<thead><tr><th scope=\"col\">Kind</th><th scope=\"col\">Count</th>\
         </tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</body>\n</html>\n",
        title = escape(&title),
        size = checkpoint.checkpoint().size(),
    )
}

impl Counts {
    /// Reads the receipts of the range.
    pub(super) fn of(receipts: &[Vec<u8>]) -> Self {
        let mut counts = Self { kinds: BTreeMap::new(), attested: 0 };
        for bytes in receipts {
            let what = match Signed::parse(bytes).and_then(|signed| Receipt::read(&signed)) {
                Ok(Receipt::Decision(decision)) => format!("decision, {}", decision.decision.verdict),
                Ok(Receipt::Outcome(outcome)) => counts.outcome(&outcome),
                Ok(receipt) => receipt.kind().to_owned(),
                Err(_) => "unreadable".to_owned(),
            };
            let count: &mut u64 = counts.kinds.entry(what).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }

    /// How many outcomes rest on the vendor's word.
    pub(super) const fn attested(&self) -> u64 {
        self.attested
    }

    fn outcome(&mut self, outcome: &OutcomeReceipt) -> String {
        let status = outcome.status.as_str();
        match outcome.source {
            Source::Attested => {
                self.attested = self.attested.saturating_add(1);
                format!("outcome, {status}, attested by the vendor and not observed by HELM")
            }
            Source::Observed => format!("outcome, {status}"),
        }
    }
}

fn row(what: &str, count: u64) -> String {
    format!("<tr><th scope=\"row\">{}</th><td>{count}</td></tr>\n", escape(what))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
