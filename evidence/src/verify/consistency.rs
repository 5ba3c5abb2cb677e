//! Step 12: the log continues the one whose checkpoint this reader kept.

use super::{Case, Halt, Work, expect, fail};
use crate::checkpoint::SignedCheckpoint;
use crate::log::RangeRoot;

/// Where the kept checkpoint stands in messages.
const KEPT: &str = "the kept checkpoint";

#[derive(Default)]
pub(super) struct Continuing {
    range: Option<RangeRoot>,
}

impl Work for Continuing {
    fn total(&self, case: &Case) -> u64 {
        if case.expectations.since.is_some() { case.receipts().saturating_add(1) } else { 0 }
    }

    /// The first unit looks at the two checkpoints; each other one takes a leaf, up to the kept size.
    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let Some(kept) = case.expectations.since.as_ref().map(SignedCheckpoint::checkpoint) else {
            return Ok(());
        };
        let Some(place) = place.checked_sub(1) else {
            check_kept(case)?;
            let left = case.evidence.edges.as_ref().map(|edges| edges.left.clone()).unwrap_or_default();
            self.range = RangeRoot::new(case.manifest()?.from, &left).ok();
            return Ok(());
        };
        let Some(range) =
            self.range.as_mut().filter(|range| case.in_range(place) && range.position() < kept.size())
        else {
            return Ok(());
        };
        let item = case.receipt(place)?;
        range.push(item.leaf).map_err(|error| fail(item.place(), "a leaf of the log", error.to_string()))
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        let Some(kept) = case.expectations.since.as_ref().map(SignedCheckpoint::checkpoint) else {
            return Err(Halt::NotPresent("you named no checkpoint from an earlier time".into()));
        };
        let from = case.manifest()?.from;
        let reached = self.range.take().filter(|range| range.position() == kept.size());
        let Some(range) = reached.filter(|_| kept.size() >= from) else {
            return beyond(case);
        };
        let root = range.finish(&[], kept.size()).map_err(|error| fail(KEPT, "a root", error.to_string()))?;
        expect(KEPT, "root", &kept.root(), &root)?;
        Ok(format!("the log of {} receipts that you kept is its beginning", kept.size()))
    }
}

/// The kept size lies outside the range: equal checkpoints can still be compared, others not.
fn beyond(case: &mut Case) -> Result<String, Halt> {
    let current = case.evidence.checkpoint.as_ref().map(SignedCheckpoint::checkpoint);
    let kept = case.expectations.since.as_ref().map(SignedCheckpoint::checkpoint);
    if let (Some(current), Some(kept)) = (current, kept)
        && current.size() == kept.size()
    {
        expect(KEPT, "root", &kept.root(), &current.root())?;
        return Ok(format!("the log still has the {} receipts that you kept", kept.size()));
    }
    let detail = "whether the log continues the kept checkpoint, whose size lies outside the range";
    case.not_checked.insert(detail.into());
    Err(Halt::NotPresent(detail.into()))
}

/// The kept checkpoint is one of this log, signed by a key of its vendor, and not larger than the log is now.
fn check_kept(case: &Case) -> Result<(), Halt> {
    let Some(signed) = &case.expectations.since else { return Ok(()) };
    let (manifest, kept) = (case.manifest()?, signed.checkpoint());
    expect(KEPT, "origin", &manifest.origin.as_str(), &kept.origin())?;
    let mut keys = case.trust()?.keys.iter();
    if !keys.any(|record| signed.verify(record.public_key.verifying_key()).is_ok()) {
        return Err(fail(KEPT, "a signature by a key of trust.json", "none that holds"));
    }
    if kept.size() > manifest.size {
        return Err(fail(
            "checkpoint",
            format!("a log of at least {} receipts", kept.size()),
            manifest.size.to_string(),
        ));
    }
    Ok(())
}
