//! Connectors: the only code that touches a system of record.
//!
//! A connector reads records before a verdict is formed and carries out the effect that an ALLOW permits. It forms no
//! opinion of its own: what it saw goes into the action, and what it did goes into the outcome, both as hashes that
//! anyone can check. Identifiers in its statements come from the contract, types from the catalog, values are always
//! bound.

mod attempt;
mod decimal;
mod directory;
pub mod draft;
pub mod effect;
pub mod lens;
pub mod live;
pub mod observation;
mod place;
pub mod postgres;
pub mod sqlite;
mod trouble;

pub use directory::Connectors;
pub use live::{ColumnChange, Difference, Obstacle};
pub use place::{AddressFault, Place};
pub use trouble::Trouble;

use std::collections::BTreeMap;
use std::path::Path;

use evidence::commitment::Key;
use evidence::contract::{Contract, Database};
use evidence::digest::Digest;
use evidence::name::Text;
use evidence::value::Value;
use sqlx::postgres::PgDatabaseError;

use crate::clock::Clock;
use attempt::System;
use effect::{Applied, Job};
use live::LiveTable;
use observation::Survey;
use postgres::Postgres;
use sqlite::Sqlite;

/// Why a connector could not answer. Its text is for the log and the operator only.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// The database could not be asked, or did not do what it was asked.
    #[error("the system of record could not be reached or read: {0}")]
    Database(#[from] sqlx::Error),
    /// There is no such address. It is not told, for it may hold a password.
    #[error(
        "the address is none: a URL as postgres://user:password@host/database, or the path of a SQLite file"
    )]
    Address,
    /// The address lies sealed in the portal's database, under another key than this portal's.
    #[error("the address can't be unsealed with this portal's key")]
    Sealed,
    /// There is no outbox, and none could be made.
    #[error("the outbox is missing, and this role may not make it; have the database's owner run: {0}")]
    Outbox(&'static str),
    /// The live schema changed while a write was under way. Nothing was written.
    #[error("the live schema changed while a write was under way")]
    Moved,
}

impl ConnectorError {
    /// Whether a connection was lost.
    fn is_loss(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Io(_)) => true,
            Self::Database(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| postgres::is_loss(&code))
            }
            _ => false,
        }
    }

    /// Whether the database has refused for good. Otherwise it is not known what became of what was asked, or asking again
    /// may help.
    fn is_refusal(&self) -> bool {
        let Self::Database(error) = self else { return false };
        match error {
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                match error.try_downcast_ref::<PgDatabaseError>() {
                    Some(_) => postgres::is_refusal(&code),
                    None => sqlite::is_refusal(&code),
                }
            }
            sqlx::Error::InvalidArgument(_) | sqlx::Error::Encode(_) => true,
            _ => false,
        }
    }
}

/// One system of record. Its answers are boxed: what a database needs to keep in mind while it is asked is large, and whoever
/// waits for it should not have to carry that along.
#[derive(Clone)]
pub enum Connector {
    /// A `PostgreSQL` database.
    Postgres(Postgres),
    /// A `SQLite` file.
    Sqlite(Sqlite),
}

impl Connector {
    /// Opens what is at `place`. Paths are seen from the folder `data`.
    pub async fn open(place: &Place, data: &Path) -> Result<Self, ConnectorError> {
        Ok(match place {
            Place::Postgresql(url) => Self::Postgres(Postgres::open(url).await?),
            Place::Sqlite(path) => Self::Sqlite(Sqlite::open(&data.join(path)).await?),
        })
    }

    /// The kind of database that it is.
    pub const fn database(&self) -> Database {
        match self {
            Self::Postgres(_) => Database::Postgresql,
            Self::Sqlite(_) => Database::Sqlite,
        }
    }

    /// Reads the records of `table` with these keys, how the database writes the values of `set`, and whether the live
    /// table is the contract's.
    pub async fn survey(
        &self,
        contract: (&Contract, Digest),
        table: &str,
        keys: &[Key],
        set: &BTreeMap<Text, Value>,
    ) -> Result<Survey, ConnectorError> {
        let Some(table) = contract.0.tables.get_key_value(table) else {
            return Ok(Survey::blind(keys.len()));
        };
        match self {
            Self::Postgres(postgres) => Box::pin(postgres.survey(contract, table, keys, set)).await,
            Self::Sqlite(sqlite) => Box::pin(sqlite.survey(contract, table, keys, set)).await,
        }
    }

    /// Carries out the effect of an allowed decision exactly once, however often it is asked to.
    pub async fn apply(&self, job: &Job<'_>, clock: &Clock) -> Result<Applied, ConnectorError> {
        match self {
            Self::Postgres(postgres) => Box::pin(attempt::apply(postgres, job, clock)).await,
            Self::Sqlite(sqlite) => Box::pin(attempt::apply(sqlite, job, clock)).await,
        }
    }

    /// What became of the effect of this decision. If nothing did yet, it becomes `otherwise`, for good.
    pub async fn settle(&self, decision: Digest, otherwise: Applied) -> Result<Applied, ConnectorError> {
        match self {
            Self::Postgres(postgres) => postgres.settle(decision, otherwise).await,
            Self::Sqlite(sqlite) => sqlite.settle(decision, otherwise).await,
        }
    }

    /// The tables that are there.
    pub async fn introspect(&self) -> Result<Vec<LiveTable>, ConnectorError> {
        match self {
            Self::Postgres(postgres) => postgres.introspect().await,
            Self::Sqlite(sqlite) => sqlite.introspect().await,
        }
    }

    /// What is different between `contract` and the live schema.
    pub async fn drift(&self, contract: &Contract) -> Result<Vec<Difference>, ConnectorError> {
        if contract.database != self.database() {
            return Ok(vec![Difference::Database]);
        }
        let live = self.introspect().await?;
        let tables = contract.tables.iter();
        let drift = tables.flat_map(|(name, terms)| {
            live::drift(name, terms, live.iter().find(|live| live.name == name.as_str()))
        });
        Ok(drift.collect())
    }
}
