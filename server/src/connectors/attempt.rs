//! One attempt at an effect: the story that every database tells in its own words.
//!
//! Everything happens in one transaction of the system of record: the records are locked and must still be as they were
//! decided upon, are written, are read back, and must then be as they were planned. The outbox row that names the
//! decision is part of the same transaction, so the effect and the memory of it are one. Whoever writes that row first
//! has decided what the outcome is; everybody after only reads it.

use evidence::action::RecordKey;
use evidence::commitment::Key;
use evidence::contract::{OperationKind, Table};
use evidence::digest::Digest;
use evidence::name::Identifier;
use evidence::reason::Code;
use evidence::receipt::Effect as Change;

use super::ConnectorError;
use super::effect::{Applied, Job, Plan, Write};
use super::lens::{Lens, Row, names_tenant};
use super::observation::Sighting;
use crate::clock::Clock;
use crate::step::Step;

/// A system of record, as far as an attempt needs one.
pub trait System: Sync {
    /// A transaction on it.
    type Session: Session;

    /// Begins the transaction of this job's effect, which waits for any other that settles the same decision.
    fn begin(
        &self,
        job: &Job<'_>,
        table: (&Identifier, &Table),
    ) -> impl Future<Output = Result<Self::Session, ConnectorError>> + Send;

    /// What became of this decision. If nothing did yet, it becomes `otherwise`, for good.
    fn settle(
        &self,
        decision: Digest,
        otherwise: Applied,
    ) -> impl Future<Output = Result<Applied, ConnectorError>> + Send;
}

/// One transaction on a system of record.
pub trait Session: Send {
    /// What became of this decision, if the outbox knows; and otherwise whether the live table is not the contract's.
    fn look(
        &mut self,
        job: &Job<'_>,
        table: (&Identifier, &Table),
    ) -> impl Future<Output = Result<Found, ConnectorError>> + Send;

    /// Reads and locks the records with these keys, in their order.
    fn read(
        &mut self,
        table: (&Identifier, &Table),
        keys: &[&Key],
    ) -> impl Future<Output = Result<Vec<Sighting>, ConnectorError>> + Send;

    /// Writes records of the tenant and says how many.
    fn write(
        &mut self,
        table: (&Identifier, &Table),
        tenant: &str,
        write: &Write<'_>,
    ) -> impl Future<Output = Result<u64, ConnectorError>> + Send;

    /// Has the database do now whatever it would put off until the commit.
    fn finish(&mut self) -> impl Future<Output = Result<(), ConnectorError>> + Send;

    /// Puts the outcome into the outbox and commits.
    fn keep(
        self,
        decision: Digest,
        applied: &Applied,
    ) -> impl Future<Output = Result<(), ConnectorError>> + Send;

    /// Takes everything back.
    fn abandon(self) -> impl Future<Output = ()> + Send;
}

/// What a transaction finds first.
pub enum Found {
    /// The decision is settled.
    Settled(Applied),
    /// The live table is not the contract's.
    Drifted,
    /// Nothing stands in the way.
    Clear,
}

/// Carries out the effect of an allowed decision exactly once, however often it is asked to.
///
/// An error leaves it undone, or done and in the outbox: asking again finds out.
pub async fn apply<S: System>(system: &S, job: &Job<'_>, clock: &Clock) -> Result<Applied, ConnectorError> {
    let Some(attempt) = Attempt::new(job) else {
        return system.settle(job.decision, Applied::failed(Code::ProviderError)).await;
    };
    let mut session = system.begin(job, attempt.table).await?;
    let stop = match attempt.run(&mut session, clock).await {
        Ok(Settlement::Found(done)) => return Ok(done),
        Ok(Settlement::Made(applied)) => match session.keep(job.decision, &applied).await {
            Ok(()) => {
                Step::Applied.reached();
                return Ok(applied);
            }
            Err(error) => Stop::Error(error),
        },
        Err(stop) => {
            session.abandon().await;
            stop
        }
    };
    let code = match stop {
        Stop::Code(code) => code,
        Stop::Error(error) if error.is_refusal() => {
            tracing::warn!(%error, decision = %job.decision, "the system of record refused an effect");
            Code::ProviderError
        }
        Stop::Error(error) => return Err(error),
    };
    system.settle(job.decision, Applied::failed(code)).await
}

enum Settlement {
    Found(Applied),
    Made(Applied),
}

/// Why an attempt is broken off.
enum Stop {
    Code(Code),
    Error(ConnectorError),
}

impl From<ConnectorError> for Stop {
    fn from(error: ConnectorError) -> Self {
        Self::Error(error)
    }
}

struct Attempt<'a> {
    job: &'a Job<'a>,
    kind: OperationKind,
    table: (&'a Identifier, &'a Table),
    keys: Vec<&'a Key>,
}

impl<'a> Attempt<'a> {
    /// An allowed action is within its contract; `None` if this one is not, and then nothing is attempted.
    fn new(job: &'a Job<'a>) -> Option<Self> {
        let action = job.action;
        let table = job.contract.0.tables.get_key_value(action.table.as_str())?;
        let keys = action.records.iter().map(|record| match &record.key {
            RecordKey::Open(key) => Some(key),
            RecordKey::Foreign(_) => None,
        });
        let keys = keys.collect::<Option<_>>()?;
        let kind = OperationKind::parse(action.operation.as_str())?;
        Some(Self { job, kind, table, keys })
    }

    async fn run(&self, session: &mut impl Session, clock: &Clock) -> Result<Settlement, Stop> {
        match session.look(self.job, self.table).await? {
            Found::Settled(done) => return Ok(Settlement::Found(done)),
            Found::Drifted => return Ok(not_applied(Code::ConnectorContractDrift, Vec::new())),
            Found::Clear => {}
        }
        let before = self.read(session).await?;
        Step::Locked.reached();
        // The locks may have been long in coming.
        if clock.now() >= self.job.permit.expires_at {
            return Ok(not_applied(Code::PermitExpired, Vec::new()));
        }
        let found = self.hashes(&before)?;
        let records = &self.job.action.records;
        let expected = records.iter().map(|record| record.before.as_ref().map(|state| state.hash));
        if !expected.eq(found.iter().copied()) {
            return Ok(not_applied(Code::PreconditionFailed, self.unchanged(&before, &found)));
        }
        self.write(session, &before).await?;
        Step::Written.reached();
        let after = self.hashes(&self.read(session).await?)?;
        let planned = records.iter().map(|record| record.after.as_ref().map(|state| state.hash));
        if !planned.eq(after.iter().copied()) {
            return Err(Stop::Code(Code::ReadbackMismatch));
        }
        Ok(Settlement::Made(Applied::committed(self.changes(&found, &after))))
    }

    async fn read(&self, session: &mut impl Session) -> Result<Vec<Option<Row>>, Stop> {
        let sightings = session.read(self.table, &self.keys).await?;
        let rows = sightings.into_iter().map(|sighting| match sighting {
            Sighting::Found(row) => Ok(Some(row)),
            Sighting::Absent => Ok(None),
            Sighting::Unseen => Err(Stop::Code(Code::ProviderError)),
        });
        rows.collect()
    }

    /// Every record has to be written: a trigger that silently keeps one from it is no success.
    async fn write(&self, session: &mut impl Session, before: &[Option<Row>]) -> Result<(), Stop> {
        let (job, tenant) = (self.job, &self.job.action.tenant);
        let plan = Plan { kind: self.kind, table: self.table.1, tenant, effect: job.effect };
        let writes = plan.writes(&self.keys, before).ok_or(Stop::Code(Code::ProviderError))?;
        for write in writes {
            let written = session.write(self.table, tenant.as_str(), &write).await?;
            if usize::try_from(written) != Ok(write.rows()) {
                return Err(Stop::Code(Code::ProviderError));
            }
        }
        Ok(session.finish().await?)
    }

    fn hashes(&self, rows: &[Option<Row>]) -> Result<Vec<Option<Digest>>, Stop> {
        let action = self.job.action;
        let lens = Lens {
            connector: &action.connector,
            name: &action.table,
            secret: self.job.secret,
            table: self.table.1,
        };
        let hashes = rows
            .iter()
            .zip(&self.keys)
            .map(|(row, key)| row.as_ref().map(|row| lens.hash(key, row)).transpose());
        hashes.collect::<Result<_, _>>().map_err(|_| Stop::Code(Code::ProviderError))
    }

    fn changes(&self, before: &[Option<Digest>], after: &[Option<Digest>]) -> Vec<Change> {
        let pairs = before.iter().zip(after).zip(&self.keys);
        pairs
            .map(|((before, after), key)| Change { after: *after, before: *before, key: (*key).clone() })
            .collect()
    }

    /// The records as they were found and left. If one has meanwhile become another tenant's, nothing of it is told.
    fn unchanged(&self, rows: &[Option<Row>], found: &[Option<Digest>]) -> Vec<Change> {
        let tenant = &self.job.action.tenant;
        let is_own =
            |row: &Row| row.get(&self.table.1.tenant_column).is_some_and(|owner| names_tenant(owner, tenant));
        if rows.iter().flatten().all(is_own) { self.changes(found, found) } else { Vec::new() }
    }
}

const fn not_applied(code: Code, records: Vec<Change>) -> Settlement {
    Settlement::Made(Applied::not_applied(code, records))
}
