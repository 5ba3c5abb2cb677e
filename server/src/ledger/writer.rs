//! The writer: the one thread that appends to logs.
//!
//! It takes everything that is in the queue, up to a batch, and answers when the batch is on disk. If that fails,
//! nobody gets an answer, and all that it believed about the logs is forgotten and read again: what the database says is
//! what happened.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use evidence::name::Name;
use evidence::trust::KeyRecord;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};
use tokio::sync::{mpsc, oneshot};

use super::answer::{LedgerError, Recorded, StoredAction};
use super::answers::{Answers, answers};
use super::cache::InForceCache;
use super::commit;
use super::draft::{Draft, Drafting, Known, Logs, Planned, idempotency_id};
use super::fault::Fault;
use super::follow::Bells;
use super::library::Library;
use super::load::{catch_up, load};
use super::parked::{self, Parked};
use super::proposal::Document;
use super::request::{Ask, Reply, Request};
use super::rows;
use super::seal::seal;
use super::trust;
use crate::clock::Clock;
use crate::keys::Signer;
use crate::metrics::Metrics;
use crate::registry::Tenant;
use crate::step::Step;
use crate::store::{Cell, PATIENCE, Rows, Store};

/// The most requests in one transaction.
const BATCH: usize = 256;
/// How often a batch is done again because another server has written to the same log. Once is enough, unless both begin
/// a log at the same moment.
const RACES: u32 = 4;
/// How many receipts of other servers are taken in one by one; beyond that a log is loaded anew.
const CATCH_UP: u64 = 4_096;
/// How many logs stay open; beyond that, all are closed and opened again as they are needed.
const OPEN_LOGS: usize = 4_096;

/// What the writer holds.
pub(super) struct Writer {
    pub store: Store,
    pub signer: Signer,
    pub key: KeyRecord,
    pub bells: Bells,
    pub clock: Clock,
    pub in_force: Arc<InForceCache>,
    /// How many threads may sign.
    pub cores: usize,
    pub connection: Option<AnyConnection>,
    pub library: Library,
    pub metrics: Metrics,
    pub logs: Logs,
}

type Asks = Vec<(Tenant, Ask)>;
/// The logs of a batch, and how far back each must know allowed writes.
type Touched<'a> = BTreeMap<&'a Name, (&'a Tenant, u32)>;

impl Writer {
    /// Serves the queue until every handle on the ledger is gone.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut batch, BATCH).await > 0 {
            let (asks, replies): (Asks, Vec<_>) =
                batch.drain(..).map(|request| ((request.tenant, request.ask), request.reply)).unzip();
            self.serve(&asks, replies).await;
        }
        if let Some(connection) = self.connection {
            let _ = sqlx::Connection::close(connection).await;
        }
    }

    async fn serve(&mut self, asks: &Asks, replies: Vec<oneshot::Sender<Result<Reply, LedgerError>>>) {
        let mut answers = self.settle(asks).await.unwrap_or_default().into_iter();
        // Whoever stopped waiting can still ask by id or idempotency key.
        for reply in replies {
            let _ = reply.send(answers.next().unwrap_or(Err(LedgerError::Unavailable)));
        }
    }

    /// Records what is asked and gives the answers; `None` if nothing could be recorded.
    async fn settle(&mut self, asks: &Asks) -> Option<Answers> {
        for _ in 0..RACES {
            let attempt = tokio::time::timeout(PATIENCE, self.attempt(asks)).await;
            let fault = match attempt.unwrap_or(Err(Fault::Late)) {
                Ok(answers) => return Some(answers),
                Err(fault) => fault,
            };
            self.forget();
            if matches!(fault, Fault::OtherKey(_)) && self.renew().await {
                continue;
            }
            if !fault.is_race() {
                tracing::error!(%fault, "nothing of this batch was recorded");
                return None;
            }
            tracing::debug!("another server wrote to the same log first");
        }
        tracing::error!("nothing of this batch was recorded, because other servers kept writing first");
        None
    }

    fn forget(&mut self) {
        self.logs.clear();
        self.connection = None;
        self.in_force.clear();
    }

    async fn attempt(&mut self, asks: &Asks) -> Result<Answers, Fault> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.store.connect().await?,
        };
        let touched = touched(asks);
        let store = self.store.clone();
        let logs = touched.keys().map(|log| log.as_str());
        let (mut begun, found) = store.begin(connection, logs, self.question(&touched, asks)).await?;
        let (sizes, repeated) = split(&found)?;
        self.open(begun.connection(), &touched, &sizes).await?;
        self.claim(begun.connection(), &touched).await?;
        let known = Known {
            actions: actions(begun.connection(), repeated).await?,
            outcomes: self.settled(begun.connection(), asks).await?,
            parked: self.parked(begun.connection(), asks).await?,
        };
        let (planned, drafts) = self.draft(asks, &known)?;
        let batch = seal(drafts, &mut self.logs, &self.signer, self.cores)?;
        Step::Drafted.reached();
        let since = self.clock.now();
        store.write(&mut begun, commit::statements(&store, &batch)?).await?;
        Step::Appended.reached();
        self.connection = Some(store.commit(begun).await?);
        Step::Durable.reached();
        self.bells.ring(touched.keys().copied());
        self.metrics.recorded(
            asks.len(),
            since,
            self.clock.now(),
            batch.entries.iter().map(|sealed| &sealed.receipt),
        );
        self.publish(asks)?;
        Ok(answers(planned, batch))
    }

    /// Whoever begins a log makes sure that its key is still the one that signs.
    async fn claim(&self, connection: &mut AnyConnection, touched: &Touched<'_>) -> Result<(), Fault> {
        let begins = |log: &&&Name| self.logs.get(**log).is_some_and(|state| state.next == 0);
        match touched.keys().find(begins) {
            Some(log) if !trust::claim(connection, &self.key.keyid).await? => {
                Err(Fault::OtherKey((*log).clone()))
            }
            _ => Ok(()),
        }
    }

    /// Takes up the key that has followed this one, if the key files hold it. Says whether it is worth another attempt.
    async fn renew(&mut self) -> bool {
        match self.followed().await {
            Ok(Some(key)) => {
                tracing::info!(key = %key.keyid, "another key signs from now on");
                self.key = key;
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::error!(%error, "the next signing key could not be taken up");
                false
            }
        }
    }

    async fn followed(&self) -> Result<Option<KeyRecord>, Fault> {
        let found = self.signer.reread().map_err(Fault::corrupt)?;
        if found.public_key().id() == self.key.keyid {
            return Ok(None);
        }
        let mut connection = self.store.connect().await?;
        let newest = trust::newest(&mut connection).await?;
        let _ = sqlx::Connection::close(connection).await;
        let newest = newest.filter(|key| key.keyid == found.public_key().id());
        if newest.is_some() {
            self.signer.adopt(&found);
        }
        Ok(newest)
    }

    fn draft(&mut self, asks: &Asks, known: &Known) -> Result<(Vec<Planned>, Vec<Draft>), Fault> {
        let mut drafting = Drafting {
            logs: &mut self.logs,
            library: &mut self.library,
            known,
            key: &self.key,
            outgoing: self.signer.outgoing().map(|key| key.public_key().id()),
            now: self.clock.now(),
            drafts: Vec::with_capacity(asks.len()),
            keys: HashMap::new(),
            settled: HashMap::new(),
        };
        let planned = asks.iter().enumerate().map(|(place, (tenant, ask))| drafting.plan(place, tenant, ask));
        let planned = planned.collect::<Result<_, _>>()?;
        Ok((planned, drafting.drafts))
    }

    /// Takes up the logs that are not in memory: after this, drafting need not wait for anything.
    async fn open(
        &mut self,
        connection: &mut AnyConnection,
        touched: &Touched<'_>,
        sizes: &HashMap<Name, u64>,
    ) -> Result<(), Fault> {
        if self.logs.len() > OPEN_LOGS {
            self.logs.clear();
        }
        for (log, (tenant, horizon)) in touched {
            let size = sizes.get(*log).copied().unwrap_or(0);
            match self.logs.get_mut(*log).filter(|state| state.horizon >= *horizon && state.next <= size) {
                Some(state) if state.next == size => continue,
                Some(state) if size - state.next <= CATCH_UP => {
                    let windows = catch_up(connection, &mut self.library, state).await?;
                    if windows.is_some() {
                        self.in_force.forget(log);
                    }
                    // Limits of a new envelope may reach further back than what is known.
                    if windows.is_none_or(|windows| windows <= state.horizon) {
                        continue;
                    }
                }
                _ => {}
            }
            let state = load(connection, &mut self.library, tenant, *horizon).await?;
            self.logs.insert((*log).clone(), state);
            self.in_force.forget(log);
        }
        Ok(())
    }

    /// How many receipts each log has now (other servers may have appended some since it was loaded), and the actions that
    /// were decided under the same idempotency keys earlier.
    fn question(&self, touched: &Touched<'_>, asks: &Asks) -> Rows {
        let mut logs = self.store.rows(
            "select t.log, (select r.seq from receipts r where r.log = t.log order by r.seq desc limit 1) as place, \
             null as idempotency, null as request from tenants t where t.log in ("
                .into(),
        );
        for log in touched.keys() {
            logs.item(&Cell::Text(log.as_str()));
        }
        let mut both = logs.end(
            ") union all select log, decision, idempotency, request from actions where idempotency in (null",
        );
        for (_, ask) in asks {
            if let Ask::Decide(decide) = ask
                && let Some(sent) = decide.proposal.idempotency
            {
                both.item(&Cell::Text(&idempotency_id(decide.proposal.tenant.log(), sent.key)));
            }
        }
        both.end(")")
    }

    /// The outcomes that were recorded earlier for decisions that are no longer open.
    async fn settled(
        &self,
        connection: &mut AnyConnection,
        asks: &Asks,
    ) -> Result<HashMap<(Name, u64), Reply>, Fault> {
        let mut found = HashMap::new();
        for (tenant, ask) in asks {
            let Ask::Outcome(draft) = ask else { continue };
            let state = self.logs.get(tenant.log());
            if state.is_some_and(|state| state.open(&draft.decision).is_some()) {
                continue;
            }
            let outcome = rows::outcome(connection, tenant.log().as_str(), draft.decision.seq).await?;
            let same = outcome.filter(|outcome| outcome.receipt().decision == draft.decision);
            if let Some((receipt, signed)) = same.map(Recorded::into_parts) {
                let reply = Reply::Recorded(Box::new(evidence::receipt::Receipt::Outcome(receipt)), signed);
                found.insert((tenant.log().clone(), draft.decision.seq), reply);
            }
        }
        Ok(found)
    }

    /// The escalated decisions that are voted on, or whose time may be over.
    async fn parked(
        &self,
        connection: &mut AnyConnection,
        asks: &Asks,
    ) -> Result<HashMap<(Name, u64), Parked>, Fault> {
        let mut found = HashMap::new();
        for (tenant, ask) in asks {
            let cited = match ask {
                Ask::Vote(vote) => &vote.draft.decision,
                Ask::Expire(expire) => &expire.decision,
                _ => continue,
            };
            if let Some(waiting) = parked::find(connection, tenant.log(), cited.seq).await? {
                found.insert((tenant.log().clone(), cited.seq), waiting);
            }
        }
        Ok(found)
    }

    /// Lets the boundary see what is in force now.
    fn publish(&self, asks: &Asks) -> Result<(), Fault> {
        for (tenant, ask) in asks {
            match ask {
                Ask::Activate(..) => self.in_force.forget(tenant.log()),
                Ask::InForce(connector) => {
                    let Some(state) = self.logs.get(tenant.log()) else { continue };
                    let found = self.library.in_force(&state.history, connector.as_str())?;
                    self.in_force.remember(tenant.log(), connector, found);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The logs that a batch touches, and how far back each must know allowed writes.
fn touched(asks: &Asks) -> Touched<'_> {
    let mut touched = Touched::new();
    for (tenant, ask) in asks {
        let horizon = match ask {
            Ask::Activate(draft, _) => match &draft.document {
                Document::Envelope(envelope) => {
                    envelope.limits.iter().map(|limit| limit.window_seconds).max().unwrap_or(0)
                }
                Document::Contract(_) => 0,
            },
            _ => 0,
        };
        let entry = touched.entry(tenant.log()).or_insert((tenant, 0));
        entry.1 = entry.1.max(horizon);
        if let Ask::Decide(decide) = ask {
            for notice in &decide.proposal.notices {
                touched.entry(notice.tenant.log()).or_insert((&notice.tenant, 0));
            }
        }
    }
    touched
}

/// An action that was decided earlier: where, under which idempotency key, and for which request.
struct Repeated {
    log: String,
    decision: u64,
    idempotency: String,
    request: Option<String>,
}

/// What the first question found: the sizes of the logs, and the actions that were decided earlier.
fn split(found: &[AnyRow]) -> Result<(HashMap<Name, u64>, Vec<Repeated>), Fault> {
    let (mut sizes, mut repeated) = (HashMap::new(), Vec::new());
    for row in found {
        let log: String = row.try_get("log")?;
        if let Some(idempotency) = row.try_get("idempotency")? {
            let (decision, request) = (rows::number(row, "place")?, row.try_get("request")?);
            repeated.push(Repeated { log, decision, idempotency, request });
        } else if row.try_get::<Option<i64>, _>("place")?.is_some() {
            sizes.insert(log.parse().map_err(Fault::corrupt)?, rows::number(row, "place")? + 1);
        }
    }
    Ok((sizes, repeated))
}

/// The actions by idempotency key, each with its request.
async fn actions(
    connection: &mut AnyConnection,
    repeated: Vec<Repeated>,
) -> Result<HashMap<String, (Option<String>, StoredAction)>, Fault> {
    let mut actions = HashMap::new();
    for Repeated { log, decision, idempotency, request } in repeated {
        let action = rows::decided(connection, &log, decision).await?;
        actions.insert(idempotency, (request, action));
    }
    Ok(actions)
}
