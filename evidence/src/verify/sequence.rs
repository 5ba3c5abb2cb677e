//! Step 5: dense, one tenant, one log, time never backwards.

use super::{Case, Halt, Work, expect, fail};
use crate::timestamp::Timestamp;

#[derive(Default)]
pub(super) struct Counting {
    last: Option<(u64, Timestamp)>,
}

impl Work for Counting {
    fn total(&self, case: &Case) -> u64 {
        case.receipts()
    }

    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let (manifest, item) = (case.manifest()?, case.receipt(place)?);
        let (entry, at) = (item.receipt.entry(), item.place());
        expect(&at, "tenant", &manifest.tenant, &entry.tenant)?;
        expect(&at, "log", &manifest.log, &entry.log)?;
        if case.in_range(place) {
            let offset = place.saturating_sub(u64::try_from(case.evidence.cited.len()).unwrap_or(u64::MAX));
            expect(&at, "sequence number", &manifest.from.saturating_add(offset), &entry.seq)?;
        } else if entry.seq >= manifest.from || self.last.is_some_and(|(seq, _)| entry.seq <= seq) {
            return Err(fail(at, "an earlier receipt, in ascending order", entry.seq.to_string()));
        }
        if let Some((_, time)) = self.last
            && entry.time < time
        {
            return Err(fail(at, format!("a time not before {time}"), entry.time.to_string()));
        }
        self.last = Some((entry.seq, entry.time));
        Ok(())
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        let manifest = case.manifest()?;
        let last = self.last.map(|(seq, _)| seq);
        if case.evidence.items.is_empty() || last != Some(manifest.to) {
            let found = last.map_or_else(|| "no receipt".to_owned(), |seq| format!("#{seq}"));
            return Err(fail("receipts.jsonl", format!("the last receipt to be #{}", manifest.to), found));
        }
        Ok(format!("#{} to #{} without a gap", manifest.from, manifest.to))
    }
}
