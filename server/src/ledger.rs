//! The ledger: what was decided, appended and never altered.
//!
//! Every tenant has one log, and one writer serves them all: it takes whatever has queued up, decides each in order on
//! top of what the logs already say, and puts the whole batch down in one transaction with one fsync. Only then do the
//! answers leave. So a verdict that anybody has seen is on disk, and a limit can't be spent twice by two writes that
//! arrive together.

mod answer;
mod answers;
mod cache;
mod check;
mod commit;
mod draft;
mod erasure;
mod fault;
mod follow;
mod handover;
mod image;
mod lately;
mod library;
mod load;
mod moment;
mod page;
mod parked;
mod past;
mod pending;
mod proposal;
mod query;
mod range;
mod request;
mod rows;
mod seal;
mod standings;
mod state;
mod tile;
mod trust;
mod version;
mod writer;

use std::collections::HashMap;
use std::sync::Arc;

use evidence::action::Citation;
use evidence::canonical;
use evidence::checkpoint::SignedCheckpoint;
use evidence::contract::Contract;
use evidence::digest::{Digest, to_hex};
use evidence::envelope::Envelope;
use evidence::name::Name;
use evidence::receipt::{
    ActivationReceipt, DecisionReceipt, MAX_RECEIPT_BYTES, OutcomeReceipt, Receipt, StandingReceipt,
};
use evidence::timestamp::Timestamp;
use evidence::trust::Trust;
use sqlx::Any;
use sqlx::pool::PoolConnection;
use tokio::sync::{mpsc, oneshot, watch};

pub use answer::{Answer, LedgerError, PendingEffect, Recorded, StoredAction, Vote, Waiting};
pub use check::{Checked, Told, check};
pub use follow::{Followed, Follower};
pub use library::InForce;
pub use proposal::{
    ActivationDraft, ApprovalDraft, Document, Idempotency, Notice, OutcomeDraft, Proposal, StandingDraft,
};
pub use query::{PAGE_ROWS, Page, Range, ReceiptQuery, Row};

use crate::clock::Clock;
use crate::keys::Signer;
use crate::metrics::Metrics;
use crate::registry::{Tenant, Vendor};
use crate::store::Store;
use crate::vault::Vault;
use cache::InForceCache;
use fault::Fault;
use follow::Bells;
use request::{Ask, Decide, Expire, Granted, Kept, Replaces, Reply, Request, Voting};
use writer::Writer;

/// How many requests may wait for the writer; whoever comes then waits to get in.
const QUEUE: usize = 1_024;

/// The largest action, in canonical bytes: a receipt holds it once, with everything else, in base64.
pub const MAX_ACTION_BYTES: usize = MAX_RECEIPT_BYTES / 2;

/// The ledger. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Ledger {
    queue: mpsc::Sender<Request>,
    bells: Bells,
    versions: version::Versions,
    in_force: Arc<InForceCache>,
    store: Store,
    vault: Vault,
    clock: Clock,
    metrics: Metrics,
    /// Closed when the writer has ended.
    end: watch::Receiver<()>,
}

impl Ledger {
    /// Opens the ledger in `store` and starts its writer, which ends with the last handle.
    pub async fn open(store: Store, signer: Signer, vault: Vault, clock: Clock) -> Result<Self, LedgerError> {
        let key = handover::enter(&store, &signer, clock.now()).await?;
        let (queue, inbox) = mpsc::channel(QUEUE);
        let metrics = Metrics::default();
        let in_force = Arc::new(InForceCache::default());
        let bells = Bells::default();
        let writer = Writer {
            store: store.clone(),
            signer,
            key,
            bells: bells.clone(),
            clock: clock.clone(),
            in_force: Arc::clone(&in_force),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            connection: None,
            library: library::Library::default(),
            metrics: metrics.clone(),
            logs: HashMap::new(),
        };
        let (running, end) = watch::channel(());
        start(writer, inbox, running)?;
        let versions = version::Versions::default();
        Ok(Self { queue, bells, versions, in_force, store, vault, clock, metrics, end })
    }

    /// Decides a proposed action and records the decision, with the notices that go to other tenants' logs.
    pub async fn decide(&self, proposal: Proposal) -> Result<Answer, LedgerError> {
        let tenant = proposal.tenant.clone();
        match self.ask(&tenant, Ask::Decide(Box::new(prepare(proposal)?))).await? {
            Reply::Recorded(receipt, signed) => match *receipt {
                Receipt::Decision(decision) => Ok(Answer::Decided(Recorded::new(decision, signed))),
                other => Err(unexpected(&other)),
            },
            Reply::Repeated(action) => {
                let StoredAction { decision, outcome } = *action;
                Ok(Answer::Repeated { decision, outcome })
            }
            Reply::Conflict => Ok(Answer::Conflict),
            Reply::Stale => Ok(Answer::Stale),
            Reply::Expired(_) | Reply::HandedOver | Reply::InForce(_) | Reply::Voted(_) => {
                Err(LedgerError::Unavailable)
            }
        }
    }

    /// Records what became of an allowed effect. A decision has one outcome: whoever asks again gets the first.
    pub async fn record_outcome(
        &self,
        tenant: &Tenant,
        outcome: OutcomeDraft,
    ) -> Result<Recorded<OutcomeReceipt>, LedgerError> {
        match self.record(tenant, Ask::Outcome(Box::new(outcome))).await? {
            (Receipt::Outcome(receipt), signed) => Ok(Recorded::new(receipt, signed)),
            (other, _) => Err(unexpected(&other)),
        }
    }

    /// Puts a contract or an envelope in force.
    pub async fn activate(
        &self,
        tenant: &Tenant,
        activation: ActivationDraft,
    ) -> Result<Recorded<ActivationReceipt>, LedgerError> {
        self.put_in_force(tenant, activation, Replaces::Anything).await
    }

    /// Puts a document in force if the one it replaces is `base`, or if it is the first and `base` is none. Somebody who asks
    /// twice, or is overtaken by somebody else, gets an error that [is](LedgerError::is_overtaken) about that.
    pub async fn replace(
        &self,
        tenant: &Tenant,
        activation: ActivationDraft,
        base: Option<Digest>,
    ) -> Result<Recorded<ActivationReceipt>, LedgerError> {
        self.put_in_force(tenant, activation, Replaces::Only(base)).await
    }

    async fn put_in_force(
        &self,
        tenant: &Tenant,
        activation: ActivationDraft,
        replaces: Replaces,
    ) -> Result<Recorded<ActivationReceipt>, LedgerError> {
        match self.record(tenant, Ask::Activate(Box::new(activation), replaces)).await? {
            (Receipt::Activation(receipt), signed) => Ok(Recorded::new(receipt, signed)),
            (other, _) => Err(unexpected(&other)),
        }
    }

    /// Registers, suspends or freezes.
    pub async fn stand(
        &self,
        tenant: &Tenant,
        standing: StandingDraft,
    ) -> Result<Recorded<StandingReceipt>, LedgerError> {
        match self.record(tenant, Ask::Stand(Box::new(standing))).await? {
            (Receipt::Standing(receipt), signed) => Ok(Recorded::new(receipt, signed)),
            (other, _) => Err(unexpected(&other)),
        }
    }

    /// Records a person's vote on an action that waits, and with it the decision that follows, if one does.
    pub async fn vote(&self, tenant: &Tenant, draft: ApprovalDraft) -> Result<Vote, LedgerError> {
        let grant = Granted { permit: permit()?, seconds: draft.permit_seconds };
        match self.ask(tenant, Ask::Vote(Box::new(Voting { draft, grant }))).await? {
            Reply::Voted(vote) => Ok(*vote),
            _ => Err(LedgerError::Unavailable),
        }
    }

    /// Decides an action again for which nobody answered in time. `None` if there is time left, or somebody did.
    pub async fn expire(
        &self,
        tenant: &Tenant,
        decision: Citation,
    ) -> Result<Option<Recorded<DecisionReceipt>>, LedgerError> {
        let grant = Granted { permit: permit()?, seconds: 0 };
        match self.ask(tenant, Ask::Expire(Box::new(Expire { decision, grant }))).await? {
            Reply::Expired(decision) => Ok(decision.map(|decision| *decision)),
            _ => Err(LedgerError::Unavailable),
        }
    }

    /// The contract and the envelope in force for a connector: what a boundary needs to look at records.
    pub async fn in_force(&self, tenant: &Tenant, connector: &Name) -> Result<InForce, LedgerError> {
        match self.in_force.find(tenant.log(), connector) {
            Some(found) => Ok(found),
            None => self.in_force_now(tenant, connector).await,
        }
    }

    /// The same, as the log says at this moment: another server may have put something in force that this one has not
    /// seen yet.
    pub async fn in_force_now(&self, tenant: &Tenant, connector: &Name) -> Result<InForce, LedgerError> {
        match self.ask(tenant, Ask::InForce(connector.clone())).await? {
            Reply::InForce(found) => Ok(found),
            _ => Err(LedgerError::Unavailable),
        }
    }

    /// The vendor's keys, for whoever wants to check what they signed.
    pub async fn trust(&self, vendor: &Vendor) -> Result<Trust, LedgerError> {
        Ok(trust::read(&mut *self.reader().await?, vendor).await?)
    }

    /// The action of this tenant with this id, with its latest decision and its outcome.
    pub async fn action(&self, tenant: &Tenant, id: &Name) -> Result<Option<StoredAction>, LedgerError> {
        let mut reader = self.reader().await?;
        let row = sqlx::query("select decision from actions where log = $1 and id = $2")
            .bind(tenant.log().to_string())
            .bind(id.to_string())
            .fetch_optional(&mut *reader)
            .await
            .map_err(Fault::from)?;
        let Some(row) = row else { return Ok(None) };
        let decision = rows::number(&row, "decision")?;
        Ok(Some(rows::decided(&mut reader, tenant.log().as_str(), decision).await?))
    }

    /// The allowed decisions of every tenant that have no outcome yet and are due at `now`: what recovery has to finish.
    pub async fn pending(&self, now: Timestamp) -> Result<Vec<PendingEffect>, LedgerError> {
        Ok(pending::read(&mut *self.reader().await?, &self.vault, now).await?)
    }

    /// One page of a tenant's receipts, newest first.
    pub async fn receipts(&self, tenant: &Tenant, query: &ReceiptQuery) -> Result<Page, LedgerError> {
        Ok(page::read(&mut *self.reader().await?, tenant, query).await?)
    }

    /// One receipt of a tenant.
    pub async fn receipt(&self, tenant: &Tenant, seq: u64) -> Result<Option<Recorded<Receipt>>, LedgerError> {
        let found = rows::receipt(&mut *self.reader().await?, tenant.log().as_str(), seq).await?;
        Ok(found.map(|(receipt, signed)| Recorded::new(receipt, signed)))
    }

    /// The signed head of a tenant's log; `None` while the log is empty.
    pub async fn checkpoint(&self, tenant: &Tenant) -> Result<Option<SignedCheckpoint>, LedgerError> {
        Ok(load::head(&mut *self.reader().await?, tenant.log()).await?)
    }

    /// What a pack of the receipts `from` to `to` (both included; to the end if `None`) is made of. `None` if the range
    /// has no receipt.
    pub async fn range(
        &self,
        tenant: &Tenant,
        from: u64,
        to: Option<u64>,
    ) -> Result<Option<Range>, LedgerError> {
        Ok(range::read(&mut *self.reader().await?, tenant, from, to).await?)
    }

    /// The envelope with this digest, which some receipt of a log has put in force.
    pub async fn envelope(&self, digest: Digest) -> Result<Option<Envelope>, LedgerError> {
        let body = rows::document(&mut *self.reader().await?, digest).await?;
        let envelope = body.map(|body| Envelope::parse(body.as_bytes()).map_err(Fault::corrupt));
        Ok(envelope.transpose()?)
    }

    /// The contract with this digest, likewise.
    pub async fn contract(&self, digest: Digest) -> Result<Option<Contract>, LedgerError> {
        let body = rows::document(&mut *self.reader().await?, digest).await?;
        let contract = body.map(|body| Contract::parse(body.as_bytes()).map_err(Fault::corrupt));
        Ok(contract.transpose()?)
    }

    /// Waits until the last handle is gone and everything that was asked is on disk or refused.
    pub fn ended(&self) -> impl Future<Output = ()> + use<> {
        let mut end = self.end.clone();
        async move { while end.changed().await.is_ok() {} }
    }

    /// What is counted.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How many requests wait for the writer.
    pub fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// How many effects have no outcome yet, in all logs.
    pub async fn pending_effects(&self) -> Result<u64, LedgerError> {
        let mut reader = self.reader().await?;
        let row = sqlx::query("select count(*) as effects from effects").fetch_one(&mut *reader).await;
        Ok(rows::number(&row.map_err(Fault::from)?, "effects")?)
    }

    pub(crate) const fn clock(&self) -> &Clock {
        &self.clock
    }

    async fn reader(&self) -> Result<PoolConnection<Any>, LedgerError> {
        Ok(self.store.pool().acquire().await.map_err(Fault::from)?)
    }

    async fn record(
        &self,
        tenant: &Tenant,
        ask: Ask,
    ) -> Result<(Receipt, evidence::dsse::Signed), LedgerError> {
        match self.ask(tenant, ask).await? {
            Reply::Recorded(receipt, signed) => Ok((*receipt, signed)),
            _ => Err(LedgerError::Unavailable),
        }
    }

    async fn ask(&self, tenant: &Tenant, ask: Ask) -> Result<Reply, LedgerError> {
        let (reply, answer) = oneshot::channel();
        let request = Request { tenant: tenant.clone(), ask, reply };
        self.queue.send(request).await.map_err(|_| LedgerError::Unavailable)?;
        answer.await.map_err(|_| LedgerError::Unavailable)?
    }
}

/// The writer has a thread of its own, because deciding and signing keep one busy.
fn start(
    writer: Writer,
    inbox: mpsc::Receiver<Request>,
    running: watch::Sender<()>,
) -> Result<(), LedgerError> {
    let fault = |error: std::io::Error| Fault::corrupt(error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fault)?;
    let thread = std::thread::Builder::new().name("ledger".to_owned());
    let work = move || {
        runtime.block_on(writer.run(inbox));
        drop(running);
    };
    thread.spawn(work).map_err(fault)?;
    Ok(())
}

/// Whatever can be worked out about a proposal before it takes its place in the queue.
fn prepare(proposal: Proposal) -> Result<Decide, LedgerError> {
    if proposal.action.tenant != *proposal.tenant.name() {
        return Err(LedgerError::refused("tenant", "the action is of another tenant than the proposal"));
    }
    let bytes = canonical::to_vec(&proposal.action).map_err(|error| LedgerError::refused("action", error))?;
    if bytes.len() > MAX_ACTION_BYTES {
        let fault = format!("has {} bytes with all its records; {MAX_ACTION_BYTES} is the most", bytes.len());
        return Err(LedgerError::refused("action", fault));
    }
    let kept = Kept {
        effect: seal(&proposal, &pending::place(&proposal.action.id), proposal.effect.as_deref())?,
        image: seal(&proposal, &image::place(&proposal.action.id), proposal.image.as_deref())?,
    };
    let grant = Granted { permit: permit()?, seconds: proposal.permit_seconds };
    Ok(Decide { digest: Digest::of(&bytes), grant, kept, proposal })
}

fn seal(proposal: &Proposal, place: &str, kept: Option<&str>) -> Result<Option<String>, LedgerError> {
    let vault = proposal.tenant.vault()?;
    let sealed = kept.map(|kept| vault.seal(place, kept.as_bytes()));
    Ok(sealed.transpose().map_err(Fault::corrupt)?)
}

/// A new permit's id.
fn permit() -> Result<Name, LedgerError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Fault::corrupt)?;
    to_hex(&bytes).parse().map_err(|error| Fault::corrupt(error).into())
}

fn unexpected(receipt: &Receipt) -> LedgerError {
    Fault::corrupt(format!("an answer with another receipt, {}", receipt.kind())).into()
}
