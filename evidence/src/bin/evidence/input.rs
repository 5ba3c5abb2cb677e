//! Reading files that strangers sent, within limits, with a sentence for everything that can go wrong.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use evidence::checkpoint::{CheckpointError, SignedCheckpoint};
use evidence::container::{Container, ContainerError, MAX_BYTES};
use evidence::helm_receipt::{HelmReceipt, HelmReceiptError};
use evidence::pack::file;
use evidence::trust::{Trust, TrustError};

/// Why a file is of no use. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("there is no file {0:?}")]
    Missing(String),
    #[error("{0:?} is a folder; name a file")]
    Folder(String),
    #[error("{name:?} has more than {most} bytes, the most that can be read here")]
    TooLarge { name: String, most: u64 },
    #[error("{name:?} could not be read: {source}")]
    Io { name: String, source: io::Error },
    #[error("{name:?} is not an EvidencePack: {source}")]
    Container { name: String, source: ContainerError },
    #[error("{name:?} has no {missing}")]
    Lacks { name: String, missing: &'static str },
    #[error("{name:?} is not a trust document: {source}")]
    Trust { name: String, source: TrustError },
    #[error("{name:?} is not a receipt in HELM's format: {source}")]
    HelmReceipt { name: String, source: HelmReceiptError },
    #[error("{name:?} is neither a signed checkpoint nor a pack with one: {source}")]
    Checkpoint { name: String, source: CheckpointError },
}

/// The longest trust document or receipt of HELM's that is read, in bytes: far more than its 256 keys and rotations take.
const MAX_TRUST_BYTES: u64 = 4 * 1024 * 1024;

/// The first bytes of every pack.
const PACK: &[u8] = b"PK\x03\x04";

/// The bytes of a file that may be a pack.
pub fn bytes(path: &Path) -> Result<Vec<u8>, InputError> {
    at_most(MAX_BYTES, path)
}

/// A trust document, or the one in a pack.
pub fn trust_or_pack(path: &Path) -> Result<Trust, InputError> {
    let bytes = bytes(path)?;
    if !bytes.starts_with(PACK) {
        return parse_trust(&bytes, path);
    }
    parse_trust(part(&container(&bytes, path)?, file::TRUST, path)?, path)
}

/// A trust document that came by another way than the pack. A pack is refused: it can't vouch for itself.
pub fn trust(path: &Path) -> Result<Trust, InputError> {
    parse_trust(&at_most(MAX_TRUST_BYTES, path)?, path)
}

/// A checkpoint that was kept, or the one in a pack that was kept.
pub fn checkpoint(path: &Path) -> Result<SignedCheckpoint, InputError> {
    let bytes = bytes(path)?;
    let fault = |source| InputError::Checkpoint { name: name(path), source };
    if !bytes.starts_with(PACK) {
        return SignedCheckpoint::parse(&bytes).map_err(fault);
    }
    SignedCheckpoint::parse(part(&container(&bytes, path)?, file::CHECKPOINT, path)?).map_err(fault)
}

/// A receipt in HELM's format.
pub fn helm_receipt(path: &Path) -> Result<HelmReceipt, InputError> {
    let bytes = at_most(MAX_TRUST_BYTES, path)?;
    HelmReceipt::parse(&bytes).map_err(|source| InputError::HelmReceipt { name: name(path), source })
}

/// The files in a pack, not checked any further.
pub fn container<'a>(bytes: &'a [u8], path: &Path) -> Result<Container<'a>, InputError> {
    Container::open(bytes).map_err(|source| InputError::Container { name: name(path), source })
}

/// One file of a pack.
pub fn part<'a>(container: &Container<'a>, part: &'static str, path: &Path) -> Result<&'a [u8], InputError> {
    container.get(part).ok_or_else(|| InputError::Lacks { name: name(path), missing: part })
}

fn parse_trust(bytes: &[u8], path: &Path) -> Result<Trust, InputError> {
    // Editors and shells put a line feed at the end of a text.
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    Trust::parse(bytes).map_err(|source| InputError::Trust { name: name(path), source })
}

fn at_most(most: u64, path: &Path) -> Result<Vec<u8>, InputError> {
    let fault = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => InputError::Missing(name(path)),
        io::ErrorKind::IsADirectory => InputError::Folder(name(path)),
        _ => InputError::Io { name: name(path), source },
    };
    let file = File::open(path).map_err(fault)?;
    let about = file.metadata().map_err(fault)?;
    if about.is_dir() {
        return Err(InputError::Folder(name(path)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(most)).unwrap_or_default());
    // A pipe does not say how long it is, so the limit holds while reading, too.
    file.take(most + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > most {
        return Err(InputError::TooLarge { name: name(path), most });
    }
    Ok(bytes)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
