//! Files that only this process's user may read: where the signing key and the vault's key lie.
//!
//! A key that others can read is no key, so a file or folder with looser permissions stops the start instead of
//! being quietly put right: nobody can say who has read it in the meantime.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use evidence::digest::{from_hex, to_hex};
use zeroize::Zeroizing;

/// The length of every secret key here, in bytes.
pub const KEY_BYTES: usize = 32;

/// A secret key, wiped when it is dropped.
pub type KeyBytes = Zeroizing<[u8; KEY_BYTES]>;

/// Why a key file can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct PrivateFileError {
    /// The file.
    pub path: String,
    /// What is wrong, and what to do.
    pub fault: String,
}

/// The key in the file at `path`, which is made with a random one if it does not exist.
pub fn key(path: &Path) -> Result<KeyBytes, PrivateFileError> {
    let fault = |fault: String| PrivateFileError { path: path.display().to_string(), fault };
    let folder = path.parent().unwrap_or(Path::new("."));
    self::folder(folder).map_err(|error| fault(error.to_string()))?;
    if !path.exists() {
        create(path, folder).map_err(|error| fault(error.to_string()))?;
    }
    existing(path)?.ok_or_else(|| fault("has gone while it was read".to_owned()))
}

/// The key in the file at `path`, if there is one.
pub fn existing(path: &Path) -> Result<Option<KeyBytes>, PrivateFileError> {
    let fault = |fault: String| PrivateFileError { path: path.display().to_string(), fault };
    let text = match read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| fault(error.to_string()))?,
    };
    for place in [path.parent().unwrap_or(Path::new(".")), path] {
        refuse_if_others_may_read(place)?;
    }
    let key = parse(text.trim_end());
    key.map(Some).ok_or_else(|| fault(format!("must hold {} hex digits", 2 * KEY_BYTES)))
}

/// Puts the file `from` in the place of `to`, whose key is gone then. If `from` is not there, somebody else has done it.
pub fn replace(from: &Path, to: &Path) -> Result<(), PrivateFileError> {
    let done = match std::fs::rename(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        renamed => renamed.and_then(|()| File::open(from.parent().unwrap_or(Path::new(".")))?.sync_all()),
    };
    done.map_err(|error| PrivateFileError { path: to.display().to_string(), fault: error.to_string() })
}

/// Writes a new file that only this user may read. Its folder is made if it does not exist.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), PrivateFileError> {
    let written = path.parent().map_or(Ok(()), folder).and_then(|()| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| PrivateFileError { path: path.display().to_string(), fault: error.to_string() })
}

/// Makes sure that there is a folder at `path`; a new one only this user may enter.
pub fn folder(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A key as text.
pub fn text(key: &KeyBytes) -> Zeroizing<String> {
    Zeroizing::new(to_hex(key.as_ref()))
}

/// The key that is written as `text`.
pub fn parse(text: &str) -> Option<KeyBytes> {
    let bytes = Zeroizing::new(from_hex(text)?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

/// A new random key.
pub fn random() -> std::io::Result<KeyBytes> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(bytes.as_mut()).map_err(std::io::Error::other)?;
    Ok(bytes)
}

/// The file appears under its name whole or not at all, and never in place of another: whoever comes second uses the
/// first one's.
fn create(path: &Path, folder: &Path) -> std::io::Result<()> {
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let text = text(&random()?);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    File::open(folder)?.sync_all()?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    File::open(path)?.take(1_024).read_to_string(&mut text)?;
    Ok(text)
}

fn refuse_if_others_may_read(path: &Path) -> Result<(), PrivateFileError> {
    let fault = |fault: String| PrivateFileError { path: path.display().to_string(), fault };
    let found = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?;
    let mode = found.permissions().mode() & 0o777;
    let wanted = if found.is_dir() { 0o700 } else { 0o600 };
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    Err(fault(format!(
        "others may read this (mode {mode:o}); decide whether its keys are still secret, then chmod {wanted:o} it"
    )))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let scratch = Scratch::new();
        let path = scratch.path().join("keys/some.key");
        let first = key(&path).unwrap();
        assert_eq!(key(&path).unwrap(), first);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let scratch = Scratch::new();
        let path = scratch.path().join("keys/some.key");
        key(&path).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        assert!(key(&path).unwrap_err().fault.contains("mode 640"));
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        std::fs::set_permissions(path.parent().unwrap(), Permissions::from_mode(0o755)).unwrap();
        assert!(key(&path).unwrap_err().fault.contains("mode 755"));
    }

    #[test]
    fn anything_but_64_hex_digits_is_refused() {
        let scratch = Scratch::new();
        let path = scratch.path().join("keys/some.key");
        key(&path).unwrap();
        std::fs::write(&path, "0123").unwrap();
        assert!(key(&path).unwrap_err().fault.contains("64 hex digits"));
        assert!(parse(&"AB".repeat(32)).is_none());
    }
}
