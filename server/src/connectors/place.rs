//! Where a system of record is: an address that may hold a password, so it is shown without.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use evidence::contract::Database;
use sqlx::postgres::PgConnectOptions;

use crate::store;

/// Where one system of record is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A `PostgreSQL` database, by URL.
    Postgresql(String),
    /// A `SQLite` file, seen from the data folder.
    Sqlite(PathBuf),
}

impl FromStr for Place {
    type Err = std::convert::Infallible;

    /// A URL of `PostgreSQL` begins like one; anything else is a path.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        Ok(if is_url { Self::Postgresql(text.to_owned()) } else { Self::Sqlite(text.into()) })
    }
}

impl Place {
    /// The kind of database that is there.
    pub const fn database(&self) -> Database {
        match self {
            Self::Postgresql(_) => Database::Postgresql,
            Self::Sqlite(_) => Database::Sqlite,
        }
    }

    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Postgresql(_) => "postgresql",
            Self::Sqlite(_) => "sqlite",
        }
    }

    pub(super) fn read(kind: &str, text: &str) -> Option<Self> {
        match kind {
            "postgresql" => Some(Self::Postgresql(text.to_owned())),
            "sqlite" => Some(Self::Sqlite(text.into())),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Postgresql(url) => url.clone(),
            Self::Sqlite(path) => path.to_string_lossy().into_owned(),
        }
    }
}

/// Parameters of a URL that a visitor may set. Others name files of this machine, or somebody else's server.
const PARAMETERS: [&str; 2] = ["sslmode", "options[search_path]"];

/// Why a visitor's address is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// It is neither of `PostgreSQL` nor a path.
    Kind,
    /// A URL without a user, a password, a host or a database: whatever is missing would be taken from this machine.
    Incomplete,
    /// A URL with a parameter that only an operator may set.
    Parameter(String),
    /// There is no such file below the data folder.
    NoFile,
    /// The file is the portal's own.
    Own,
}

impl Place {
    /// An address that somebody typed who is no operator of this machine: it must be complete, and reach nothing that this
    /// machine keeps for itself. Paths are seen from the folder `data`, and don't lead out of it.
    pub fn of_visitor(text: &str, data: &Path) -> Result<Self, AddressFault> {
        match text.parse() {
            Ok(Self::Postgresql(url)) => complete(&url).map(|()| Self::Postgresql(url)),
            Ok(Self::Sqlite(_)) if text.contains("://") => Err(AddressFault::Kind),
            Ok(Self::Sqlite(path)) => inside(&path, data).map(|()| Self::Sqlite(path)),
            Err(never) => match never {},
        }
    }

    /// The address without password and parameters, for people.
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => path.to_string_lossy().into_owned(),
            Self::Postgresql(url) => match url.parse::<PgConnectOptions>() {
                Ok(options) => format!(
                    "postgres://{}@{}:{}/{}",
                    options.get_username(),
                    options.get_host(),
                    options.get_port(),
                    options.get_database().unwrap_or_default()
                ),
                Err(_) => "postgres://…".to_owned(),
            },
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Place({})", self.shown())
    }
}

fn complete(url: &str) -> Result<(), AddressFault> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let parts = address.split_once('/').and_then(|(authority, database)| {
        let (user, host) = authority.rsplit_once('@')?;
        let (user, password) = user.split_once(':')?;
        Some([user, password, host, database])
    });
    let is_plain_host = |host: &str| {
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
            && !host.starts_with(':')
    };
    match parts {
        Some(parts) if parts.iter().all(|part| !part.is_empty()) && is_plain_host(parts[2]) => {}
        _ => return Err(AddressFault::Incomplete),
    }
    for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        if !PARAMETERS.contains(&name) {
            return Err(AddressFault::Parameter(name.chars().take(64).collect()));
        }
    }
    Ok(())
}

/// The file may be reached by a link, but it must lie below the folder, and not be one that the portal works with itself.
fn inside(path: &Path, data: &Path) -> Result<(), AddressFault> {
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if path.as_os_str().is_empty() || !is_plain {
        return Err(AddressFault::NoFile);
    }
    let (data, file) = match (data.canonicalize(), data.join(path).canonicalize()) {
        (Ok(data), Ok(file)) if file.starts_with(&data) && file.is_file() => (data, file),
        _ => return Err(AddressFault::NoFile),
    };
    let name = file.strip_prefix(&data).map(Path::to_string_lossy).unwrap_or_default();
    if name.starts_with(store::FILE) || name.starts_with("keys/") {
        return Err(AddressFault::Own);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn refused(text: &str, data: &Path) -> AddressFault {
        Place::of_visitor(text, data).unwrap_err()
    }

    #[test]
    fn an_address_is_complete_and_takes_nothing_from_this_machine() {
        let data = Path::new(".");
        for good in [
            "postgres://ada:secret@db.example/crm",
            "postgresql://ada:p%40ss@[::1]:5433/crm?sslmode=require&options[search_path]=crm",
        ] {
            assert!(Place::of_visitor(good, data).is_ok(), "{good}");
        }
        for incomplete in [
            "postgres://db.example/crm",
            "postgres://ada@db.example/crm",
            "postgres://ada:@db.example/crm",
            "postgres://ada:secret@db.example",
            "postgres://ada:secret@db.example/",
            "postgres://ada:secret@/crm",
            "postgres://ada:secret@%2Frun%2Fpostgresql/crm",
        ] {
            assert_eq!(refused(incomplete, data), AddressFault::Incomplete, "{incomplete}");
        }
        for parameter in ["host", "sslrootcert", "passfile", "options", "user"] {
            let url = format!("postgres://ada:secret@db.example/crm?sslmode=require&{parameter}=/etc/x");
            assert_eq!(refused(&url, data), AddressFault::Parameter(parameter.to_owned()));
        }
        for kind in ["mysql://a:b@c/d", "http://127.0.0.1/", "file:///etc/passwd"] {
            assert_eq!(refused(kind, data), AddressFault::Kind, "{kind}");
        }
    }

    #[test]
    fn a_path_stays_below_the_data_folder() {
        let (folder, elsewhere) = (Scratch::new(), Scratch::new());
        let data = folder.path();
        std::fs::create_dir(data.join("keys")).unwrap();
        for file in ["crm.db", "ledger.db", "ledger.db-wal", "keys/master.key"] {
            std::fs::write(data.join(file), b"").unwrap();
        }
        std::fs::write(elsewhere.path().join("other.db"), b"").unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("other.db"), data.join("out.db")).unwrap();
        std::os::unix::fs::symlink(data.join("ledger.db"), data.join("own.db")).unwrap();
        assert!(Place::of_visitor("crm.db", data).is_ok());
        assert!(Place::of_visitor("./crm.db", data).is_ok());
        let absolute = data.join("crm.db").display().to_string();
        for outside in ["", ".", "../other.db", "keys/../../other.db", "out.db", "none.db", "keys", &absolute]
        {
            assert_eq!(refused(outside, data), AddressFault::NoFile, "{outside}");
        }
        for own in ["ledger.db", "own.db", "ledger.db-wal", "keys/master.key"] {
            assert_eq!(refused(own, data), AddressFault::Own, "{own}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let place: Place = "postgres://ada:secret@db.example:5433/crm?sslmode=require".parse().unwrap();
        assert_eq!(place.shown(), "postgres://ada@db.example:5433/crm");
        assert_eq!(format!("{place:?}"), "Place(postgres://ada@db.example:5433/crm)");
        let odd: Place = "postgres://ada:secret@[".parse().unwrap();
        assert!(!odd.shown().contains("secret"));
    }
}
