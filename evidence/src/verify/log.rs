//! Step 6: the root computed again equals the checkpoint's, and the checkpoint is signed.

use super::{Case, Halt, Work, expect, fail};
use crate::canonical;
use crate::checkpoint::SignedCheckpoint;
use crate::log::{LogError, RangeRoot, verify_inclusion};
use crate::pack::{Edges, file};
use crate::trust::Purpose;

#[derive(Default)]
pub(super) struct Rehashing {
    range: Option<RangeRoot>,
}

impl Work for Rehashing {
    fn total(&self, case: &Case) -> u64 {
        case.receipts().saturating_add(1)
    }

    /// The first unit reads checkpoint and edges; each other one takes a leaf.
    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let Some(place) = place.checked_sub(1) else {
            let edges = read_edges(case)?;
            let left = edges.as_ref().map(|edges| edges.left.clone()).unwrap_or_default();
            let range = RangeRoot::new(case.manifest()?.from, &left);
            self.range = Some(
                range.map_err(|error| fail(file::EDGES, "the left edge of the range", error.to_string()))?,
            );
            case.evidence.edges = edges;
            return read_checkpoint(case);
        };
        if !case.in_range(place) {
            return Ok(());
        }
        let item = case.receipt(place)?;
        let Some(range) = &mut self.range else { return Ok(()) };
        range.push(item.leaf).map_err(|error| fail(item.place(), "a leaf of the log", error.to_string()))
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        let Some(range) = self.range.take() else { return Ok(String::new()) };
        let Some(checkpoint) = &case.evidence.checkpoint else {
            return Err(unproven(case, "no checkpoint: nothing ties these receipts to a log"));
        };
        let checkpoint = checkpoint.checkpoint();
        let manifest = case.manifest()?;
        expect(file::CHECKPOINT, "size", &manifest.size, &checkpoint.size())?;
        expect(file::CHECKPOINT, "origin", &manifest.origin.as_str(), &checkpoint.origin())?;
        if !checkpoint.origin().ends_with(&format!("/{}", manifest.log)) {
            return Err(fail(
                file::CHECKPOINT,
                format!("an origin that ends in /{}", manifest.log),
                checkpoint.origin(),
            ));
        }
        let (size, root) = (checkpoint.size(), checkpoint.root());
        let right = case.evidence.edges.as_ref().map(|edges| edges.right.clone());
        let computed = range.finish(right.as_deref().unwrap_or_default(), size);
        if right.is_none() && matches!(computed, Err(LogError::HashCount { .. })) {
            return Err(unproven(case, "no edges: the receipts are not tied to the rest of the log"));
        }
        let computed =
            computed.map_err(|error| fail(file::EDGES, "the right edge of the range", error.to_string()))?;
        expect(file::CHECKPOINT, "root", &computed, &root)?;
        for item in &case.evidence.cited {
            verify_inclusion(item.leaf, item.receipt.entry().seq, size, &item.proof, root)
                .map_err(|error| fail(item.place(), "a proof that it is in the log", error.to_string()))?;
        }
        Ok(format!("the root of {size} receipts is {root}"))
    }
}

fn unproven(case: &mut Case, detail: &str) -> Halt {
    case.end_unproven = Some(detail.to_owned());
    Halt::NotPresent(detail.to_owned())
}

fn read_edges(case: &Case) -> Result<Option<Edges>, Halt> {
    let Some(bytes) = case.files.get(file::EDGES) else {
        return if case.starts_late() {
            Err(fail(file::EDGES, "the left edge of the range", "no such file"))
        } else {
            Ok(None)
        };
    };
    let edges = canonical::from_slice(bytes)
        .map_err(|error| fail(file::EDGES, "the edges of the range", error.to_string()))?;
    Ok(Some(edges))
}

fn read_checkpoint(case: &mut Case) -> Result<(), Halt> {
    let Some(bytes) = case.files.get(file::CHECKPOINT) else { return Ok(()) };
    let bad = |found: String| fail(file::CHECKPOINT, "a signed checkpoint", found);
    let checkpoint = SignedCheckpoint::parse(bytes).map_err(|error| bad(error.to_string()))?;
    let keys = case.trust()?.keys.iter().filter(|record| record.purposes.contains(&Purpose::Checkpoint));
    let mut signers = keys.filter(|record| checkpoint.verify(record.public_key.verifying_key()).is_ok());
    let signer = signers
        .next()
        .ok_or_else(|| bad("no signature by a key of trust.json that may sign checkpoints".into()))?;
    let id = signer.keyid;
    if case.revoked.contains(&id) {
        return Err(bad(format!("signed by {id}, which the log has revoked")));
    }
    case.signers.insert(id);
    case.evidence.checkpoint = Some(checkpoint);
    Ok(())
}
