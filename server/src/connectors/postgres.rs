//! A `PostgreSQL` database as a system of record.
//!
//! Records are locked in the order of their keys, so that two actions on the same records wait for each other and never
//! in a circle. Every wait is bounded: whoever gives up leaves the effect pending, and it is tried again. A survey is
//! one statement, because every write waits for one.

mod catalog;
mod checked;
mod form;
mod outbox;
mod rows;
mod statement;
mod survey;

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use evidence::commitment::Key;
use evidence::contract::Table;
use evidence::digest::Digest;
use evidence::name::Identifier;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Postgres as Dialect, Transaction};

use super::ConnectorError;
use super::attempt::{Found, Session, System};
use super::effect::{Applied, Job, Write};
use super::live::LiveTable;
use super::observation::Sighting;
use crate::step::Step;
use checked::{Checked, Known};
use statement::Statements;

/// One way to write each value: what a database or a role has set for itself may not change how a receipt reads.
const SETTINGS: [(&str, &str); 6] = [
    ("datestyle", "iso,mdy"),
    ("timezone", "utc"),
    ("intervalstyle", "postgres"),
    ("bytea_output", "hex"),
    ("default_transaction_isolation", "read committed"),
    ("client_min_messages", "error"),
];

/// Bounds for every wait. The address may set others.
const BOUNDS: [(&str, &str); 3] =
    [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")];

/// How many connections there are at most.
const CONNECTIONS: u32 = 16;

/// How long anyone waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that was idle for longer is asked whether it is still there before it is used.
const TRUST: Duration = Duration::from_secs(1);

/// A `PostgreSQL` database.
#[derive(Clone)]
pub struct Postgres {
    pool: PgPool,
    checked: Arc<Checked>,
}

impl Postgres {
    /// Connects to the database at `url` and makes sure that it has an outbox.
    pub async fn open(url: &str) -> Result<Self, ConnectorError> {
        // The error would quote the URL, and the URL holds a password.
        let options = PgConnectOptions::from_str(url).map_err(|_| ConnectorError::Address)?;
        let given = options.get_options().unwrap_or_default().to_owned();
        let bounds = BOUNDS.into_iter().filter(|(name, _)| !given.contains(name));
        let options =
            options.application_name("helm").extra_float_digits(1).options(bounds).options(SETTINGS);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|connection, known| {
                Box::pin(async move { Ok(known.idle_for < TRUST || connection.ping().await.is_ok()) })
            })
            .connect_with(options.disable_statement_logging())
            .await?;
        outbox::create(&mut *pool.acquire().await?).await?;
        Ok(Self { pool, checked: Arc::default() })
    }

    /// See [`super::Connector::introspect`].
    pub async fn introspect(&self) -> Result<Vec<LiveTable>, ConnectorError> {
        let tables = catalog::load(&mut *self.pool.acquire().await?, None).await?;
        Ok(tables.into_iter().map(|table| table.live).collect())
    }
}

impl System for Postgres {
    type Session = Writing;

    async fn begin(&self, job: &Job<'_>, _: (&Identifier, &Table)) -> Result<Writing, ConnectorError> {
        let mut transaction = self.pool.begin().await?;
        // Only in a later statement than the one that waited is everything visible that it waited for.
        let turn = format!("select pg_advisory_xact_lock({})", turn(job.decision));
        sqlx::raw_sql(AssertSqlSafe(turn)).execute(&mut *transaction).await?;
        Ok(Writing { transaction, checked: self.checked.clone(), known: None })
    }

    async fn settle(&self, decision: Digest, otherwise: Applied) -> Result<Applied, ConnectorError> {
        let mut write = self.pool.begin().await?;
        outbox::insert_if_absent(&mut write, decision, &otherwise).await?;
        let settled = outbox::find(&mut write, decision).await?;
        write.commit().await?;
        settled.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }
}

/// The number by which servers that settle the same decision wait for each other.
fn turn(decision: Digest) -> i64 {
    decision.0.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

/// A transaction.
pub struct Writing {
    transaction: Transaction<'static, Dialect>,
    checked: Arc<Checked>,
    /// The live table, once it was found to be the contract's.
    known: Option<Arc<Known>>,
}

impl Writing {
    fn statements<'a>(
        &'a self,
        table: (&'a Identifier, &'a Table),
    ) -> Result<Statements<'a>, ConnectorError> {
        let known = self.known.as_deref().ok_or_else(rows::outside_contract)?;
        Ok(Statements::new(table, &known.forms))
    }
}

impl Session for Writing {
    async fn look(&mut self, job: &Job<'_>, table: (&Identifier, &Table)) -> Result<Found, ConnectorError> {
        let (settled, fingerprint) =
            outbox::find_and_fingerprint(&mut self.transaction, job.decision, table.0).await?;
        if let Some(done) = settled {
            return Ok(Found::Settled(done));
        }
        let known = match self.checked.recall(job.contract.1, table.0) {
            Some(known) if known.fingerprint == fingerprint => known,
            _ => self.checked.load(&mut self.transaction, job.contract, table).await?,
        };
        if !known.matches {
            return Ok(Found::Drifted);
        }
        self.known = Some(known);
        Ok(Found::Clear)
    }

    async fn read(
        &mut self,
        table: (&Identifier, &Table),
        keys: &[&Key],
    ) -> Result<Vec<Sighting>, ConnectorError> {
        let known = self.known.clone().ok_or_else(rows::outside_contract)?;
        rows::lock(&mut self.transaction, &Statements::new(table, &known.forms), keys).await
    }

    async fn write(
        &mut self,
        table: (&Identifier, &Table),
        tenant: &str,
        write: &Write<'_>,
    ) -> Result<u64, ConnectorError> {
        let (sql, params) = rows::write(&self.statements(table)?, tenant, write)?;
        Ok(rows::bind(sql, params).execute(&mut *self.transaction).await?.rows_affected())
    }

    /// Constraint triggers may have been put off until the commit, and a trigger can change records.
    async fn finish(&mut self) -> Result<(), ConnectorError> {
        sqlx::raw_sql("set constraints all immediate").execute(&mut *self.transaction).await?;
        Ok(())
    }

    async fn keep(mut self, decision: Digest, applied: &Applied) -> Result<(), ConnectorError> {
        let seen = self.known.as_deref().map(|known| (known.live.as_str(), known.fingerprint.as_deref()));
        outbox::insert(&mut self.transaction, decision, applied, seen).await?;
        Step::Settled.reached();
        Ok(self.transaction.commit().await?)
    }

    async fn abandon(self) {
        // If this fails the connection is gone, and the transaction with it.
        let _ = self.transaction.rollback().await;
    }
}

/// Whether this `SQLSTATE` is the last that a connection says.
pub fn is_loss(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("57P")
}

/// Whether this `SQLSTATE` says that the database has refused for good. Otherwise asking again may help: the connection
/// was lost, resources were short, somebody else held a lock or was served first, the database was about to stop.
pub fn is_refusal(code: &str) -> bool {
    const PASSING: [&str; 8] = ["08", "25", "28", "3D", "40", "53", "57", "58"];
    code != "55P03" && !PASSING.iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_will_not_pass_is_a_refusal() {
        for refusal in ["23505", "22P02", "42501", "P0001"] {
            assert!(is_refusal(refusal), "{refusal}");
        }
        for passing in ["40001", "40P01", "55P03", "57014", "57P01", "08006", "53100"] {
            assert!(!is_refusal(passing), "{passing}");
        }
    }
}
