//! Step 2: the manifest lists every file and nothing else, the digests match, the signature holds.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::chunk::{self, Chunk};
use super::{Case, Failure, Halt, Work, expect, fail};
use crate::digest::Digest;
use crate::dsse::{DsseError, Predicate as _, Signed};
use crate::pack::{FORMAT, Manifest, file};
use crate::trust::{Purpose, Trust};

#[derive(Default)]
pub(super) struct Listing {
    chunks: Vec<Chunk>,
    hash: Sha256,
}

impl Work for Listing {
    fn total(&self, case: &Case) -> u64 {
        chunk::count(&case.files).saturating_add(1)
    }

    /// The first unit reads the manifest; each other one digests a piece of a file.
    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let Some(place) = place.checked_sub(1) else {
            self.chunks = chunk::chunks(&case.files);
            return read(case);
        };
        let chunk = usize::try_from(place).ok().and_then(|place| self.chunks.get(place));
        let Some(Chunk { name, range, is_last }) =
            chunk.filter(|chunk| chunk.name != file::MANIFEST && chunk.name != file::MANIFEST_DSSE)
        else {
            return Ok(());
        };
        self.hash.update(case.file(name)?.get(range.clone()).unwrap_or_default());
        if !is_last {
            return Ok(());
        }
        let listed = case
            .manifest()?
            .files
            .get(name)
            .ok_or_else(|| fail(name, "listed in the manifest", "not listed"))?;
        expect(name, "digest", listed, &Digest(self.hash.finalize_reset().into()))
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        Ok(format!("{} files listed, none missing, none besides", case.manifest()?.files.len()))
    }
}

fn read(case: &mut Case) -> Result<(), Halt> {
    let signed = Signed::parse(case.file(file::MANIFEST_DSSE)?).map_err(|error| bad(&error))?;
    check_version(signed.payload())?;
    let manifest: Manifest = signed.predicate().map_err(|error| bad(&error))?;
    if signed.payload() != case.file(file::MANIFEST)? {
        return Err(fail(file::MANIFEST, "the bytes that manifest.dsse signs", "other bytes"));
    }
    if let Some(missing) = manifest.files.keys().find(|name| !case.files.contains_key(*name)) {
        return Err(fail(missing, "a file of the pack", "no such file"));
    }
    let trust = Trust::parse(case.file(file::TRUST)?)
        .map_err(|error| fail(file::TRUST, "a trust document", error.to_string()))?;
    check_signature(&signed, &trust, case)?;
    case.evidence.manifest = Some(manifest);
    case.evidence.trust = Some(trust);
    Ok(())
}

/// A later version is not a failure: it could not be checked here.
fn check_version(payload: &[u8]) -> Result<(), Halt> {
    #[derive(Deserialize)]
    struct Version {
        #[serde(rename = "predicateType")]
        predicate_type: String,
        predicate: Format,
    }
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let unknown = |found: String| {
        let expected = format!("{} with format {FORMAT}", Manifest::TYPE);
        Err(Halt::CouldNotCheck(Failure::new(file::MANIFEST, expected, found)))
    };
    match serde_json::from_slice::<Version>(payload) {
        Ok(version) if version.predicate_type != Manifest::TYPE => unknown(version.predicate_type),
        Ok(version) if version.predicate.format != FORMAT => {
            unknown(format!("format {}", version.predicate.format))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn check_signature(signed: &Signed, trust: &Trust, case: &mut Case) -> Result<(), Halt> {
    let mut signers = signed.signers();
    let (Some(id), None) = (signers.next(), signers.next()) else {
        return Err(fail(file::MANIFEST_DSSE, "one signature", "several"));
    };
    let record =
        trust.key(&id).ok_or_else(|| fail(file::MANIFEST_DSSE, "a key of trust.json", id.to_string()))?;
    if !record.purposes.contains(&Purpose::Pack) {
        return Err(fail(file::MANIFEST_DSSE, "a key that may sign packs", id.to_string()));
    }
    signed.verify(&record.public_key).map_err(|error| bad(&error))?;
    case.signers.insert(id);
    case.manifest_signer = Some(id);
    Ok(())
}

fn bad(error: &DsseError) -> Halt {
    fail(file::MANIFEST_DSSE, "a signed manifest", error.to_string())
}
