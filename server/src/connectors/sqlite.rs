//! A `SQLite` file as a system of record.
//!
//! `begin immediate` takes the file's one write lock, so between the check of the before-state and the commit nothing
//! else can write. The outbox row that names the decision is part of the same transaction: the effect and the memory
//! of it are one.

mod outbox;
mod rows;
mod schema;
mod statement;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use evidence::action::{LiveSchema, RecordKey};
use evidence::commitment::Key;
use evidence::contract::{Contract, OperationKind, Table};
use evidence::digest::Digest;
use evidence::reason::Code;
use evidence::receipt::Effect as Change;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Connection as _, Sqlite as Dialect, SqliteConnection, Transaction};

use super::ConnectorError;
use super::effect::{Applied, Job, planned};
use super::lens::{Lens, Row};
use super::observation::{Sighting, Survey};
use crate::clock::Clock;
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
            .connect_with(options)
            .await?;
        outbox::create(&mut *pool.acquire().await?).await?;
        Ok(Self { pool, checked: Arc::default() })
    }

    /// See [`super::Connector::survey`].
    pub async fn survey(
        &self,
        (contract, digest): (&Contract, Digest),
        table: &str,
        keys: &[Key],
    ) -> Result<Survey, ConnectorError> {
        let Some((name, table)) = contract.tables.get_key_value(table) else {
            return Ok(Survey::blind(keys.len()));
        };
        let mut read = self.pool.begin().await?;
        if !self.checked.matches(&mut read, contract, digest).await? {
            return Ok(Survey { schema: LiveSchema::Drifted, ..Survey::blind(keys.len()) });
        }
        let statements = Statements::new(name, table);
        let mut sightings = Vec::with_capacity(keys.len());
        for key in keys {
            sightings.push(rows::look(&mut read, &statements, key).await?);
        }
        Ok(Survey { schema: LiveSchema::Matches, sightings })
    }

    /// See [`super::Connector::apply`].
    pub async fn apply(&self, job: &Job<'_>, clock: &Clock) -> Result<Applied, ConnectorError> {
        let mut write = self.pool.begin_with("begin immediate").await?;
        if let Some(done) = outbox::find(&mut write, job.decision).await? {
            return Ok(done);
        }
        let attempt = match Attempt::new(job) {
            Some(attempt) => attempt.run(&mut write, clock).await,
            None => Err(Code::ProviderError),
        };
        match attempt {
            Ok(applied) => self.keep(write, job.decision, applied).await,
            Err(code) => {
                // If this fails the lock is gone all the same, and the next line says so.
                let _ = write.rollback().await;
                self.settle(job.decision, Applied::failed(code)).await
            }
        }
    }

    /// See [`super::Connector::settle`].
    pub async fn settle(&self, decision: Digest, otherwise: Applied) -> Result<Applied, ConnectorError> {
        let mut write = self.pool.begin_with("begin immediate").await?;
        if let Some(done) = outbox::find(&mut write, decision).await? {
            return Ok(done);
        }
        outbox::insert(&mut write, decision, &otherwise).await?;
        write.commit().await?;
        Ok(otherwise)
    }

    /// Commits the effect and the memory of it. A commit that reports an error may have happened, so the outbox is asked.
    async fn keep(
        &self,
        mut write: Transaction<'_, Dialect>,
        decision: Digest,
        applied: Applied,
    ) -> Result<Applied, ConnectorError> {
        let kept = match outbox::insert(&mut write, decision, &applied).await {
            Ok(()) => write.commit().await.map_err(ConnectorError::from),
            Err(error) => Err(error),
        };
        match kept {
            Ok(()) => Ok(applied),
            Err(error) => {
                tracing::warn!(%error, %decision, "an effect could not be committed");
                self.settle(decision, Applied::failed(Code::ProviderError)).await
            }
        }
    }
}

/// One attempt at an effect, inside the write's own transaction.
struct Attempt<'a> {
    job: &'a Job<'a>,
    kind: OperationKind,
    table: &'a Table,
    statements: Statements<'a>,
    keys: Vec<&'a Key>,
}

impl<'a> Attempt<'a> {
    /// An allowed action is within its contract; `None` if this one is not, and then nothing is attempted.
    fn new(job: &'a Job<'a>) -> Option<Self> {
        let action = job.action;
        let (name, table) = job.contract.tables.get_key_value(action.table.as_str())?;
        let keys = action.records.iter().map(|record| match &record.key {
            RecordKey::Open(key) => Some(key),
            RecordKey::Foreign(_) => None,
        });
        let keys = keys.collect::<Option<_>>()?;
        let kind = OperationKind::parse(action.operation.as_str())?;
        Some(Self { job, kind, table, statements: Statements::new(name, table), keys })
    }

    async fn run(&self, write: &mut SqliteConnection, clock: &Clock) -> Result<Applied, Code> {
        if clock.now() >= self.job.permit.expires_at {
            return Ok(Applied::not_applied(Code::PermitExpired, Vec::new()));
        }
        let before = self.read(write).await?;
        let found = self.hashes(&before)?;
        let records = &self.job.action.records;
        let expected = records.iter().map(|record| record.before.as_ref().map(|state| state.hash));
        if !expected.eq(found.iter().copied()) {
            return Ok(Applied::not_applied(Code::PreconditionFailed, self.unchanged(&before, &found)));
        }
        self.write(write, &before).await?;
        let after = self.hashes(&self.read(write).await?)?;
        let planned = records.iter().map(|record| record.after.as_ref().map(|state| state.hash));
        if !planned.eq(after.iter().copied()) {
            return Err(Code::ReadbackMismatch);
        }
        Ok(Applied::committed(self.changes(&found, &after)))
    }

    async fn read(&self, write: &mut SqliteConnection) -> Result<Vec<Option<Row>>, Code> {
        let mut found = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            found.push(match rows::look(write, &self.statements, key).await.map_err(provider_error)? {
                Sighting::Found(row) => Some(row),
                Sighting::Absent => None,
                Sighting::Unseen => return Err(Code::ProviderError),
            });
        }
        Ok(found)
    }

    async fn write(&self, write: &mut SqliteConnection, before: &[Option<Row>]) -> Result<(), Code> {
        let set = &self.job.effect.set;
        for (key, before) in self.keys.iter().zip(before) {
            let tenant = &self.job.action.tenant;
            let done = match self.kind {
                OperationKind::Delete => rows::delete(write, &self.statements, key, tenant).await,
                OperationKind::Update => rows::update(write, &self.statements, key, tenant, set).await,
                OperationKind::Insert => {
                    match planned(self.kind, self.table, tenant, key, set, before.as_ref()) {
                        Some(row) => rows::insert(write, &self.statements, &row).await,
                        None => return Err(Code::ProviderError),
                    }
                }
            };
            done.map_err(provider_error)?;
        }
        Ok(())
    }

    fn hashes(&self, rows: &[Option<Row>]) -> Result<Vec<Option<Digest>>, Code> {
        let action = self.job.action;
        let lens = Lens {
            connector: &action.connector,
            name: &action.table,
            secret: self.job.secret,
            table: self.table,
        };
        let hashes = rows
            .iter()
            .zip(&self.keys)
            .map(|(row, key)| row.as_ref().map(|row| lens.hash(key, row)).transpose());
        hashes.collect::<Result<_, _>>().map_err(|_| Code::ProviderError)
    }

    fn changes(&self, before: &[Option<Digest>], after: &[Option<Digest>]) -> Vec<Change> {
        let pairs = before.iter().zip(after).zip(&self.keys);
        pairs
            .map(|((before, after), key)| Change { after: *after, before: *before, key: (*key).clone() })
            .collect()
    }

    /// The records as they were found and left. If one has meanwhile become another tenant's, nothing of it is told.
    fn unchanged(&self, rows: &[Option<Row>], found: &[Option<Digest>]) -> Vec<Change> {
        let tenant = self.job.action.tenant.as_str();
        let is_own =
            |row: &Row| row.get(&self.table.tenant_column).is_some_and(|owner| *owner == tenant.into());
        if rows.iter().flatten().all(is_own) { self.changes(found, found) } else { Vec::new() }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn provider_error(error: ConnectorError) -> Code {
    tracing::warn!(%error, "the system of record refused an effect");
    Code::ProviderError
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
}
