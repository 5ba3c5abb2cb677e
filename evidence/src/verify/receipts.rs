//! Step 4: receipts are canonical and signed by a key that was valid at that position.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Case, Failure, Halt, Item, Work, expect, fail};
use crate::canonical;
use crate::dsse::{DsseError, Signed};
use crate::key::KeyId;
use crate::log::leaf_hash;
use crate::pack::{Cited, file};
use crate::receipt::{KeyChange, MAX_RECEIPT_BYTES, Receipt};
use crate::trust::{KeyRecord, Purpose};

#[derive(Default)]
pub(super) struct Reading {
    lines: Option<Lines>,
    /// The keys that the log itself has added, and whether each has since been revoked or rotated away.
    keys: BTreeMap<KeyId, (KeyRecord, bool)>,
    /// The keys that the log has revoked. Nothing that is about the whole of it can be signed by one of them.
    revoked: BTreeSet<KeyId>,
}

/// Where the lines of the two files are.
struct Lines {
    cited: Vec<Range<usize>>,
    range: Vec<Range<usize>>,
}

impl Work for Reading {
    fn total(&self, _case: &Case) -> u64 {
        let lines =
            self.lines.as_ref().map_or(0, |lines| lines.cited.len().saturating_add(lines.range.len()));
        u64::try_from(lines).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// The first unit finds the lines; each other one reads a receipt.
    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let Some(place) = place.checked_sub(1) else {
            let cited = split(case.file(file::CITED)?, file::CITED)?;
            self.lines = Some(Lines { cited, range: split(case.file(file::RECEIPTS)?, file::RECEIPTS)? });
            return Ok(());
        };
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let Some(lines) = &self.lines else { return Ok(()) };
        if let Some(line) = lines.cited.get(place) {
            let bytes = case.file(file::CITED)?.get(line.clone()).unwrap_or_default();
            let item = self.cited(case, bytes, place)?;
            case.signers.insert(item.signer);
            case.evidence.cited.push(item);
            return Ok(());
        }
        let place = place.saturating_sub(lines.cited.len());
        let Some(line) = lines.range.get(place) else { return Ok(()) };
        let bytes = case.file(file::RECEIPTS)?.get(line.clone()).unwrap_or_default();
        let at = format!("receipts.jsonl line {}", place.saturating_add(1));
        let signed = Signed::parse(bytes)
            .map_err(|error| fail(&at, "a canonical DSSE envelope", error.to_string()))?;
        let item = self.item(case, &signed, &at)?;
        case.signers.insert(item.signer);
        case.evidence.items.push(item);
        Ok(())
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        // The receipts are read; their text is not needed again.
        case.files.remove(file::RECEIPTS);
        case.files.remove(file::CITED);
        case.revoked = std::mem::take(&mut self.revoked);
        if let Some(id) = case.manifest_signer.filter(|id| case.revoked.contains(id)) {
            let expected = "signed by a key that the log has not revoked";
            return Err(fail(file::MANIFEST_DSSE, expected, id.to_string()));
        }
        let (range, cited) = (case.evidence.items.len(), case.evidence.cited.len());
        Ok(format!("{range} receipts and {cited} earlier ones, every signature holds"))
    }
}

impl Reading {
    fn cited(&mut self, case: &Case, bytes: &[u8], place: usize) -> Result<Item, Halt> {
        let at = format!("cited.jsonl line {}", place.saturating_add(1));
        let cited: Cited = canonical::from_slice(bytes)
            .map_err(|error| fail(&at, "an earlier receipt", error.to_string()))?;
        let mut item = self.item(case, &cited.receipt, &at)?;
        expect(&at, "sequence number", &cited.seq, &item.receipt.entry().seq)?;
        item.proof = cited.proof;
        Ok(item)
    }

    fn item(&mut self, case: &Case, signed: &Signed, at: &str) -> Result<Item, Halt> {
        if signed.bytes().len() > MAX_RECEIPT_BYTES {
            return Err(fail(
                at,
                format!("at most {MAX_RECEIPT_BYTES} bytes"),
                signed.bytes().len().to_string(),
            ));
        }
        let receipt = Receipt::read(signed).map_err(|error| unread(at, &error))?;
        let key = self.check_signature(case, signed, &receipt, at)?;
        self.learn(case, &receipt, key, at)?;
        Ok(Item {
            digest: signed.digest(),
            leaf: leaf_hash(signed.bytes()),
            proof: Vec::new(),
            receipt,
            signer: key,
        })
    }

    fn check_signature(
        &self,
        case: &Case,
        signed: &Signed,
        receipt: &Receipt,
        at: &str,
    ) -> Result<KeyId, Halt> {
        let mut signers = signed.signers();
        let (Some(id), None) = (signers.next(), signers.next()) else {
            return Err(fail(at, "one signature", "several"));
        };
        let record = case.trust()?.key(&id).ok_or_else(|| fail(at, "a key of trust.json", id.to_string()))?;
        if !record.may_sign(Purpose::Receipt, receipt.entry().time) {
            return Err(fail(at, "a key that may sign receipts at this time", id.to_string()));
        }
        let adds_itself = matches!(receipt, Receipt::Key(key)
            if key.change == KeyChange::Added && key.key.keyid == id && receipt.entry().seq == 0);
        if !adds_itself && self.keys.get(&id).is_none_or(|(_, retired)| *retired) {
            return Err(fail(
                at,
                "a key that the log has added and neither revoked nor rotated away",
                id.to_string(),
            ));
        }
        signed
            .verify(&record.public_key)
            .map_err(|error| fail(at, "a signature that holds", error.to_string()))?;
        Ok(id)
    }

    /// Follows the log's own word on keys; it must be that of the trust document.
    fn learn(&mut self, case: &Case, receipt: &Receipt, signer: KeyId, at: &str) -> Result<(), Halt> {
        let Receipt::Key(change) = receipt else { return Ok(()) };
        let id = change.key.keyid;
        let listed = case.trust()?.key(&id).ok_or_else(|| fail(at, "a key of trust.json", id.to_string()))?;
        expect(at, "public key", &listed.public_key, &change.key.public_key)?;
        expect(at, "purposes", &listed.purposes, &change.key.purposes)?;
        if change.change == KeyChange::Rotated
            && let Some((_, retired)) = self.keys.get_mut(&signer)
        {
            *retired = true;
        }
        let is_revoked = change.change == KeyChange::Revoked;
        if is_revoked {
            self.revoked.insert(id)
        } else {
            self.revoked.remove(&id)
        };
        self.keys.insert(id, (change.key.clone(), is_revoked));
        Ok(())
    }
}

/// A kind that this version does not know may mean something to a later one.
fn unread(at: &str, error: &DsseError) -> Halt {
    match error {
        DsseError::Kind { found, .. } => {
            Halt::CouldNotCheck(Failure::new(at, "a kind of receipt that this version knows", found))
        }
        other => fail(at, "a receipt", other.to_string()),
    }
}

/// The lines of a file in which every line ends in a line feed.
fn split(bytes: &[u8], name: &str) -> Result<Vec<Range<usize>>, Halt> {
    if bytes.last().is_some_and(|last| *last != b'\n') {
        return Err(fail(name, "a line feed at the end", "none"));
    }
    let mut start = 0;
    let mut lines = Vec::new();
    for (place, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
        lines.push(start..place);
        start = place.saturating_add(1);
    }
    Ok(lines)
}
