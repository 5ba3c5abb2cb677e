//! Connectors: the only code that touches a system of record.
//!
//! A connector reads records before a verdict is formed and carries out the effect that an ALLOW permits. It forms no
//! opinion of its own: what it saw goes into the action, and what it did goes into the outcome, both as hashes that
//! anyone can check. Identifiers in its statements come from the contract, values are always bound.

pub mod effect;
pub mod lens;
pub mod observation;
mod place;
pub mod sqlite;

pub use place::Place;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use evidence::commitment::Key;
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::name::Name;

use crate::clock::Clock;
use crate::portal::StartError;
use effect::{Applied, Job};
use observation::Survey;
use sqlite::Sqlite;

/// Why a connector could not answer. Its text is for the log only.
#[derive(Debug, thiserror::Error)]
#[error("the system of record could not be reached or read: {0}")]
pub struct ConnectorError(#[from] pub sqlx::Error);

/// One system of record.
#[derive(Clone)]
pub enum Connector {
    /// A `SQLite` file.
    Sqlite(Sqlite),
}

impl Connector {
    /// Opens the `SQLite` file at `path`.
    pub async fn open_sqlite(path: &Path) -> Result<Self, ConnectorError> {
        Ok(Self::Sqlite(Sqlite::open(path).await?))
    }

    /// Reads the records of `table` with these keys, and whether the live schema is the contract's.
    pub async fn survey(
        &self,
        contract: (&Contract, Digest),
        table: &str,
        keys: &[Key],
    ) -> Result<Survey, ConnectorError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.survey(contract, table, keys).await,
        }
    }

    /// Carries out the effect of an allowed decision exactly once, however often it is asked to.
    pub async fn apply(&self, job: &Job<'_>, clock: &Clock) -> Result<Applied, ConnectorError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.apply(job, clock).await,
        }
    }

    /// What became of the effect of this decision. If nothing did yet, it becomes `otherwise`, for good.
    pub async fn settle(&self, decision: Digest, otherwise: Applied) -> Result<Applied, ConnectorError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.settle(decision, otherwise).await,
        }
    }
}

/// The connectors of every vendor, by vendor and name.
#[derive(Clone, Default)]
pub struct Connectors(Arc<BTreeMap<(Name, Name), Connector>>);

impl Connectors {
    /// Opens every connector that `data` knows of.
    pub async fn open(data: &Path) -> Result<Self, StartError> {
        let mut connectors = BTreeMap::new();
        for place in Place::read(data)? {
            let connector = Connector::open_sqlite(&data.join(&place.sqlite)).await?;
            connectors.insert((place.vendor, place.name), connector);
        }
        Ok(Self(Arc::new(connectors)))
    }

    /// The names of `vendor`'s connectors.
    pub fn names(&self, vendor: &Name) -> impl Iterator<Item = &Name> {
        self.0.keys().filter(move |(of, _)| of == vendor).map(|(_, name)| name)
    }

    /// The connector of `vendor` called `name`, if there is one.
    pub fn find(&self, vendor: &Name, name: &Name) -> Option<&Connector> {
        self.0.get(&(vendor.clone(), name.clone()))
    }
}

impl FromIterator<((Name, Name), Connector)> for Connectors {
    fn from_iter<I: IntoIterator<Item = ((Name, Name), Connector)>>(connectors: I) -> Self {
        Self(Arc::new(connectors.into_iter().collect()))
    }
}
