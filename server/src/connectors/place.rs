//! Where the systems of record are: the file `connectors.json` in the data folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use evidence::name::Name;
use serde::{Deserialize, Serialize};

const FILE: &str = "connectors.json";

/// Where one system of record is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Whose it is.
    pub vendor: Name,
    /// The connector's name.
    pub name: Name,
    /// The `SQLite` file, seen from the data folder.
    pub sqlite: PathBuf,
}

impl Place {
    /// The places that `data` knows of.
    pub fn read(data: &Path) -> std::io::Result<Vec<Self>> {
        match std::fs::read(data.join(FILE)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Makes `data` know of `place`.
    pub fn add(data: &Path, place: Self) -> std::io::Result<()> {
        let mut places = Self::read(data)?;
        if places.contains(&place) {
            return Ok(());
        }
        places.push(place);
        let unfinished = data.join(FILE).with_extension("unfinished");
        std::fs::write(&unfinished, serde_json::to_vec_pretty(&places)?)?;
        std::fs::rename(unfinished, data.join(FILE))
    }
}
