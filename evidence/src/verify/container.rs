//! Step 1: the container within its limits.

use std::collections::BTreeMap;

use super::chunk::{self, Chunk};
use super::{Case, Failure, Halt, Work};
use crate::container::{Container, Crc32};
use crate::pack::file;

/// Files that every pack has.
const REQUIRED: [&str; 8] = [
    file::README,
    file::CITED,
    file::DISCLOSURES,
    file::MANIFEST_DSSE,
    file::MANIFEST,
    file::RECEIPTS,
    file::SUMMARY,
    file::TRUST,
];
/// Files that a pack may have. Without the checkpoint or the edges its end is unproven.
const OPTIONAL: [&str; 3] = [file::CHECKPOINT, file::EDGES, file::VERIFIER];

#[derive(Default)]
pub(super) struct Opening {
    chunks: Vec<Chunk>,
    /// What is said of each file.
    stated: BTreeMap<String, u32>,
    crc: Crc32,
}

impl Work for Opening {
    fn total(&self, case: &Case) -> u64 {
        chunk::count(&case.files).saturating_add(1)
    }

    /// The first unit lays the files out; each other one looks at a piece of one.
    fn unit(&mut self, case: &mut Case, place: u64) -> Result<(), Halt> {
        let Some(place) = place.checked_sub(1) else {
            return self.lay_out(case);
        };
        let chunk = usize::try_from(place).ok().and_then(|place| self.chunks.get(place));
        let Some(Chunk { name, range, is_last }) = chunk else { return Ok(()) };
        self.crc.update(case.file(name)?.get(range.clone()).unwrap_or_default());
        if !is_last {
            return Ok(());
        }
        let crc = std::mem::take(&mut self.crc);
        let stated = self.stated.get(name).copied().unwrap_or_default();
        crc.check(name, stated).map_err(|error| no_pack("the file", error.to_string()))
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        Ok(format!("{} files", case.files.len()))
    }
}

impl Opening {
    fn lay_out(&mut self, case: &mut Case) -> Result<(), Halt> {
        let pack = std::mem::take(&mut case.pack);
        let container = Container::laid_out(&pack).map_err(|error| no_pack("the file", error.to_string()))?;
        if let Some(name) = container.names().find(|name| !is_known(name)) {
            return Err(no_pack(name, "a file that this version does not know".into()));
        }
        if let Some(name) = REQUIRED.into_iter().find(|name| container.get(name).is_none()) {
            return Err(no_pack(name, "no such file".into()));
        }
        case.files = container.entries().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
        self.stated = container.stated().map(|(name, _, crc)| (name.to_owned(), crc)).collect();
        self.chunks = chunk::chunks(&case.files);
        Ok(())
    }
}

fn is_known(name: &str) -> bool {
    REQUIRED.contains(&name)
        || OPTIONAL.contains(&name)
        || stem(name, file::CONTRACTS, &[".json"])
        || stem(name, file::ENVELOPES, &[".json", ".cedar", ".cedarschema"])
}

/// Whether `name` is a digest in this folder with one of these endings.
fn stem(name: &str, folder: &str, endings: &[&str]) -> bool {
    let Some(name) = name.strip_prefix(folder) else { return false };
    let mut stems = endings.iter().filter_map(|ending| name.strip_suffix(ending));
    stems.any(|stem| crate::digest::Digest::from_hex(stem).is_ok())
}

fn no_pack(at: &str, found: String) -> Halt {
    Halt::CouldNotCheck(Failure::new(at, "an EvidencePack of format 1, in its one encoding", found))
}
