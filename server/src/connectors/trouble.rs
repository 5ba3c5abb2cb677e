//! What is the matter with a system of record, as far as somebody can be told who may set it right. The database's own words
//! are for the log.

use super::ConnectorError;

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The address can't be read.
    Address,
    /// There is no such database.
    Database,
    /// The file is not there or is no database.
    File,
    /// User or password are refused.
    Login,
    /// The role may not make the outbox.
    Outbox,
    /// The address lies sealed under another key.
    Sealed,
    /// No encrypted connection came about.
    Tls,
    /// Nobody answers there, or not in time.
    Unreachable,
    /// The database answered, but not as it should.
    Other,
}

impl ConnectorError {
    /// What is the matter.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Address => Trouble::Address,
            Self::Outbox(_) => Trouble::Outbox,
            Self::Sealed => Trouble::Sealed,
            Self::Moved => Trouble::Other,
            Self::Database(error) => of_database(error),
        }
    }
}

fn of_database(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Configuration(_) => Trouble::Address,
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Trouble::Unreachable,
        sqlx::Error::Tls(_) => Trouble::Tls,
        sqlx::Error::Database(error) => match error.code().unwrap_or_default().as_ref() {
            code if code.starts_with("28") => Trouble::Login,
            code if code.starts_with("08") || code.starts_with("57P") || code == "53300" => {
                Trouble::Unreachable
            }
            "3D000" => Trouble::Database,
            "14" | "26" => Trouble::File,
            _ => Trouble::Other,
        },
        _ => Trouble::Other,
    }
}
