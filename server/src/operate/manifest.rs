//! The manifest of a backup: what is in it, and the digest of each file. It is written last, so a backup without one is not
//! complete and restores nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use evidence::digest::Digest;
use evidence::key::KeyId;
use evidence::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::portal::StartError;
use crate::private_file;

/// Its name.
const FILE: &str = "manifest.json";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form.
    pub format: u32,
    /// When the backup was begun.
    pub made_at: Timestamp,
    /// Which kind of database it came from.
    pub database: Kind,
    /// The step that its tables were at.
    pub step: i64,
    /// The key that signed then.
    pub signer: KeyId,
    /// The digest of every other file, by name.
    pub files: BTreeMap<String, Digest>,
}

/// The kinds of databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `PostgreSQL`.
    Postgres,
    /// A `SQLite` file.
    Sqlite,
}

impl Manifest {
    /// The version that is written and read.
    pub const FORMAT: u32 = 1;

    /// Writes it into the backup in `folder`, which is complete with that.
    pub fn write(&self, folder: &Path) -> Result<(), StartError> {
        Ok(private_file::write(&folder.join(FILE), &serde_json::to_vec_pretty(self)?)?)
    }

    /// Reads it, and compares every file with its digest.
    pub fn read(folder: &Path) -> Result<Self, StartError> {
        let bytes = std::fs::read(folder.join(FILE)).map_err(|error| {
            format!("{} holds no complete backup: {FILE} can't be read ({error})", folder.display())
        })?;
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|error| format!("{FILE} of the backup is not one that this program reads: {error}"))?;
        if manifest.format != Self::FORMAT {
            return Err(format!(
                "the backup has format {}; this program reads {}",
                manifest.format,
                Self::FORMAT
            )
            .into());
        }
        for (name, digest) in &manifest.files {
            if digest_of(&folder.join(name))? != *digest {
                return Err(format!(
                    "the backup's file {name} is not the one that was written; use another backup"
                )
                .into());
            }
        }
        Ok(manifest)
    }
}

/// The digest of a file, however large.
pub fn digest_of(path: &Path) -> Result<Digest, StartError> {
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = File::open(path).map_err(fault)?;
    let mut digester = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut piece).map_err(fault)?;
        if read == 0 {
            return Ok(Digest(digester.finalize().into()));
        }
        digester.update(piece.get(..read).unwrap_or_default());
    }
}
