//! A `SQLite` file as a system of record.
//!
//! `begin immediate` takes the file's one write lock, so between the check of the before-state and the commit nothing
//! else can write.

mod form;
mod outbox;
mod rows;
mod schema;
mod statement;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use evidence::action::LiveSchema;
use evidence::commitment::Key;
use evidence::contract::{Contract, Table};
use evidence::digest::Digest;
use evidence::name::{Identifier, Text};
use evidence::value::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite as Dialect, Transaction};

use super::ConnectorError;
use super::attempt::{Found, Session, System};
use super::effect::{Applied, Job, Write};
use super::live::LiveTable;
use super::observation::{Sighting, Survey};
use crate::step::Step;
use schema::Checked;
use statement::Statements;

/// How long a statement waits for the file's lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// A `SQLite` file.
#[derive(Clone)]
pub struct Sqlite {
    pool: SqlitePool,
    checked: Arc<Checked>,
}

impl Sqlite {
    /// Opens an existing file and makes sure that it has an outbox.
    pub async fn open(path: &Path) -> Result<Self, ConnectorError> {
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(PATIENCE);
        // A transaction that the database itself gave up (a full disk, say) leaves its connection believing that it is
        // still inside one. Such a connection would refuse every later write, so it is replaced.
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.disable_statement_logging())
            .await?;
        outbox::create(&mut *pool.acquire().await?).await?;
        Ok(Self { pool, checked: Arc::default() })
    }

    /// See [`super::Connector::survey`].
    pub async fn survey(
        &self,
        contract: (&Contract, Digest),
        table: (&Identifier, &Table),
        keys: &[Key],
        set: &BTreeMap<Text, Value>,
    ) -> Result<Survey, ConnectorError> {
        let mut read = self.pool.begin().await?;
        let Some(live) = self.checked.table(&mut read, contract, table).await? else {
            return Ok(Survey::drifted(keys.len()));
        };
        let statements = Statements::new(table);
        let mut sightings = Vec::with_capacity(keys.len());
        for key in keys {
            sightings.push(rows::look(&mut read, &statements, key).await?);
        }
        Ok(Survey { schema: LiveSchema::Matches, sightings, set: form::own(table.1, &live, set) })
    }

    /// See [`super::Connector::introspect`].
    pub async fn introspect(&self) -> Result<Vec<LiveTable>, ConnectorError> {
        schema::introspect(&mut *self.pool.acquire().await?).await
    }
}

impl System for Sqlite {
    type Session = Writing;

    async fn begin(&self, _: &Job<'_>, _: (&Identifier, &Table)) -> Result<Writing, ConnectorError> {
        let transaction = self.pool.begin_with("begin immediate").await?;
        Ok(Writing { transaction, checked: self.checked.clone() })
    }

    async fn settle(&self, decision: Digest, otherwise: Applied) -> Result<Applied, ConnectorError> {
        let mut write = self.pool.begin_with("begin immediate").await?;
        if let Some(done) = outbox::find(&mut write, decision).await? {
            return Ok(done);
        }
        outbox::insert(&mut write, decision, &otherwise).await?;
        write.commit().await?;
        Ok(otherwise)
    }
}

/// A transaction that holds the file's write lock.
pub struct Writing {
    transaction: Transaction<'static, Dialect>,
    checked: Arc<Checked>,
}

impl Session for Writing {
    async fn look(&mut self, job: &Job<'_>, table: (&Identifier, &Table)) -> Result<Found, ConnectorError> {
        if let Some(done) = outbox::find(&mut self.transaction, job.decision).await? {
            return Ok(Found::Settled(done));
        }
        let live = self.checked.table(&mut self.transaction, job.contract, table).await?;
        Ok(if live.is_some() { Found::Clear } else { Found::Drifted })
    }

    async fn read(
        &mut self,
        table: (&Identifier, &Table),
        keys: &[&Key],
    ) -> Result<Vec<Sighting>, ConnectorError> {
        let statements = Statements::new(table);
        let mut sightings = Vec::with_capacity(keys.len());
        for key in keys {
            sightings.push(rows::look(&mut self.transaction, &statements, key).await?);
        }
        Ok(sightings)
    }

    async fn write(
        &mut self,
        table: (&Identifier, &Table),
        tenant: &str,
        write: &Write<'_>,
    ) -> Result<u64, ConnectorError> {
        let statements = Statements::new(table);
        let mut written = 0;
        match write {
            Write::Delete(keys) => {
                for key in keys {
                    written += rows::delete(&mut self.transaction, &statements, key, tenant).await?;
                }
            }
            Write::Insert(rows) => {
                for row in rows {
                    written += rows::insert(&mut self.transaction, &statements, row).await?;
                }
            }
            Write::Update(set, keys) => {
                for key in keys {
                    written += rows::update(&mut self.transaction, &statements, key, tenant, set).await?;
                }
            }
        }
        Ok(written)
    }

    /// What `SQLite` puts off are foreign keys, and those change no record.
    async fn finish(&mut self) -> Result<(), ConnectorError> {
        Ok(())
    }

    async fn keep(mut self, decision: Digest, applied: &Applied) -> Result<(), ConnectorError> {
        outbox::insert(&mut self.transaction, decision, applied).await?;
        Step::Settled.reached();
        Ok(self.transaction.commit().await?)
    }

    async fn abandon(self) {
        // If this fails the lock is gone all the same, and whatever comes next says so.
        let _ = self.transaction.rollback().await;
    }
}

/// Whether this result code says that the database has refused for good; otherwise asking again may help: the file was
/// locked, could not be written, or its disk was full.
pub fn is_refusal(code: &str) -> bool {
    const PASSING: [u32; 8] = [4, 5, 6, 7, 8, 10, 13, 14];
    code.parse().is_ok_and(|code: u32| !PASSING.contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[tokio::test]
    async fn a_connection_that_lost_its_transaction_is_replaced() {
        let folder = Scratch::new();
        let path = folder.path().join("records.db");
        std::fs::write(&path, b"").unwrap();
        let sqlite = Sqlite::open(&path).await.unwrap();
        let mut write = sqlite.pool.begin_with("begin immediate").await.unwrap();
        sqlx::query("rollback").execute(&mut *write).await.unwrap();
        assert!(write.commit().await.is_err());
        assert!(sqlite.pool.begin_with("begin immediate").await.is_ok());
    }

    #[test]
    fn only_what_will_not_pass_is_a_refusal() {
        assert!(is_refusal("2067") && is_refusal("1299") && is_refusal("1"));
        assert!(!is_refusal("5") && !is_refusal("517") && !is_refusal("13") && !is_refusal("6410"));
    }
}
