//! Following a log: its receipts from some number on, and then each new one as soon as it is durable.
//!
//! What is handed out was read from the database, in the log's order and without a gap, so it is the same after every
//! interruption and whichever server wrote it. The writer's bell only says when it is worth looking.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use evidence::name::Name;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::fault::Fault;
use super::query::Row;
use super::rows::signed;
use super::{Ledger, LedgerError, page};
use crate::registry::{ERASED, Tenant};

/// How many receipts are read at once. It bounds what one follower holds in memory.
const HANDFUL: usize = 16;
/// How long a follower waits at most before it looks by itself: other servers ring no bell here.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a follower lets receipts gather, so that a busy log is not read once for each batch.
const BREATH: Duration = Duration::from_millis(50);

/// Rings for whoever follows a log when something was appended to it. A clone is another handle on the same bells.
#[derive(Clone, Default)]
pub(super) struct Bells(Arc<Mutex<HashMap<Name, watch::Sender<()>>>>);

impl Bells {
    /// Something of these logs is durable now.
    pub fn ring<'a>(&self, logs: impl Iterator<Item = &'a Name>) {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bells.is_empty() {
            return;
        }
        for log in logs {
            // Nobody listens any more.
            if bells.get(log).is_some_and(|bell| bell.send(()).is_err()) {
                bells.remove(log);
            }
        }
    }

    fn listen(&self, log: &Name) -> watch::Receiver<()> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(log.clone()).or_insert_with(|| watch::Sender::new(())).subscribe()
    }
}

/// Somebody who follows a log.
pub struct Follower {
    ledger: Ledger,
    tenant: Tenant,
    next: u64,
    bell: watch::Receiver<()>,
    /// Whether everything that there was has been handed out.
    is_level: bool,
}

/// What a follower is handed.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    /// The next receipts, oldest first; none if there was nothing new for a moment.
    pub rows: Vec<Row>,
    /// Whether nothing more will come, because the tenant's secret was erased.
    pub is_over: bool,
}

impl Ledger {
    /// Follows a tenant's log from the receipt `from` on, which may be the one that is written next.
    pub fn follow(&self, tenant: &Tenant, from: u64) -> Follower {
        let bell = self.bells.listen(tenant.log());
        Follower { ledger: self.clone(), tenant: tenant.clone(), next: from, bell, is_level: false }
    }

    /// How many receipts a tenant's log has.
    pub async fn size(&self, tenant: &Tenant) -> Result<u64, LedgerError> {
        Ok(page::size(&mut *self.reader().await?, tenant).await?)
    }
}

impl Follower {
    /// The next receipts. Gives nothing after a second without any, so that whoever asks can look after other things.
    pub async fn next(&mut self) -> Result<Followed, LedgerError> {
        if self.is_level {
            self.wait().await;
        }
        let followed = read(&mut *self.ledger.reader().await?, &self.tenant, self.next).await?;
        self.is_level = followed.rows.len() < HANDFUL;
        self.next = followed.rows.last().map_or(self.next, |row| row.seq + 1);
        Ok(followed)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a breath gathers receipts, and without a bell only time tells"
    )]
    async fn wait(&mut self) {
        match timeout(PATIENCE, self.bell.changed()).await {
            Ok(Ok(())) => sleep(BREATH).await,
            Ok(Err(_)) => sleep(PATIENCE).await,
            Err(_) => {}
        }
    }
}

async fn read(connection: &mut AnyConnection, tenant: &Tenant, from: u64) -> Result<Followed, Fault> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "select t.secret, r.seq, r.time, r.kind, r.action, r.verdict, r.code, r.agent, r.target, r.operation, r.records, \
         r.body from tenants t left join receipts r on r.log = t.log and r.seq >= $2 where t.log = $1 \
         order by r.seq limit {HANDFUL}"
    )))
    .bind(tenant.log().to_string())
    .bind(signed(from))
    .fetch_all(connection)
    .await?;
    let mut rows = Vec::new();
    for row in &found {
        if let Some(row) = receipt(row)?.filter(|row| row.seq == from + rows.len() as u64) {
            rows.push(row);
        }
    }
    let is_erased = match found.first() {
        Some(row) => row.try_get::<String, _>("secret")? == ERASED,
        None => true,
    };
    let is_over = is_erased && rows.len() < HANDFUL;
    Ok(Followed { rows, is_over })
}

/// The receipt in a row, which has none where a log has ended.
fn receipt(row: &AnyRow) -> Result<Option<Row>, Fault> {
    if row.try_get::<Option<i64>, _>("seq")?.is_none() {
        return Ok(None);
    }
    page::row(row).map(Some)
}
