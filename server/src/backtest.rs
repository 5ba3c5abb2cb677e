//! The backtest: what another envelope would have answered to the decisions that a tenant's log really has.
//!
//! [`evidence::replay`] says what that means; here it is done for a whole log, on other threads than those that answer
//! requests, with progress and an end that can be called for. The log is the server's own, so its signatures are not
//! checked once more.
//!
//! Whoever may ask about a tenant holds a [`Tenant`]: no backtest is started or found without one, and none is found with
//! another's.

mod chunk;
mod course;
mod differences;
mod plan;
mod run;
mod shelf;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use evidence::decision::Decision;
use evidence::name::{Name, Text};
use evidence::receipt::{DecisionReceipt, Receipt};
use evidence::replay::{Candidate, Change};
use tokio::sync::Semaphore;

pub use run::{Progress, State};

use crate::ledger::{Ledger, LedgerError};
use crate::registry::Tenant;
use plan::Plan;
use run::Run;
use shelf::Shelf;

/// How many backtests are remembered, unless more are at work.
const KEPT: usize = 32;

/// How many backtests of one vendor are at work or wait for their turn, so that none keeps the others from theirs.
const AT_WORK: usize = 8;

/// The most examples on one page.
pub const PAGE_EXAMPLES: usize = 100;

/// All backtests of a server. A clone is another handle on the same ones; with the last handle they all end.
#[derive(Clone)]
pub struct Backtests(Arc<Desk>);

struct Desk {
    ledger: Ledger,
    runs: Mutex<Vec<Arc<Run>>>,
    shelf: Arc<Shelf>,
    slots: Arc<Semaphore>,
}

/// One backtest. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Backtest {
    ledger: Ledger,
    run: Arc<Run>,
}

/// A decision whose verdict would be another.
#[derive(Clone, Debug)]
pub struct Example {
    /// As it was recorded.
    pub recorded: DecisionReceipt,
    /// What the candidate would have answered.
    pub would: Decision,
}

impl Backtests {
    /// None yet. At most `at_once` are at work at a time; the others wait for their turn.
    pub fn new(ledger: Ledger, at_once: usize) -> Self {
        let (runs, shelf) = (Mutex::default(), Arc::default());
        Self(Arc::new(Desk { ledger, runs, shelf, slots: Arc::new(Semaphore::new(at_once)) }))
    }

    /// Begins to put the tenant's decisions of the last `days` days to `candidate`, for `person`. If that is being done
    /// already, or was done and the log has not grown since, it is joined. Another backtest of this tenant that the same
    /// person waits for is given up, and ends if nobody else waits for it.
    pub async fn start(
        &self,
        tenant: &Tenant,
        person: &Text,
        candidate: Candidate,
        days: u32,
    ) -> Result<Backtest, LedgerError> {
        if candidate.envelope().envelope().tenant != *tenant.name() {
            return Err(LedgerError::refused("tenant", format!("must be {}", tenant.name())));
        }
        let plan = Plan::of(&self.0.ledger, tenant, &candidate, days).await?;
        let id = plan.id(tenant, &candidate)?;
        let mut runs = self.0.runs();
        let others = runs.iter().filter(|run| run.is_of(tenant) && run.id != id);
        others.for_each(|run| run.leave(person));
        if let Some(run) = runs.iter().find(|run| run.id == id && run.can_be_joined()) {
            run.join(person);
            return Ok(self.backtest(run));
        }
        make_room(&mut runs, tenant)?;
        let run = Arc::new(Run::new(id, tenant.clone(), person, candidate, plan));
        runs.push(Arc::clone(&run));
        let Desk { ledger, shelf, slots, .. } = &*self.0;
        tokio::spawn(course::follow(Arc::clone(&run), ledger.clone(), Arc::clone(shelf), Arc::clone(slots)));
        Ok(self.backtest(&run))
    }

    /// The backtest of this tenant with this id, if it is remembered.
    pub fn find(&self, tenant: &Tenant, id: &Name) -> Option<Backtest> {
        let runs = self.0.runs();
        runs.iter().rfind(|run| run.id == *id && run.is_of(tenant)).map(|run| self.backtest(run))
    }

    fn backtest(&self, run: &Arc<Run>) -> Backtest {
        Backtest { ledger: self.0.ledger.clone(), run: Arc::clone(run) }
    }
}

impl Desk {
    fn runs(&self) -> MutexGuard<'_, Vec<Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.runs().iter().for_each(|run| run.stop());
    }
}

/// Room for one more of this tenant's vendor, for which the oldest that has ended is forgotten.
fn make_room(runs: &mut Vec<Arc<Run>>, tenant: &Tenant) -> Result<(), LedgerError> {
    let of_vendor = runs.iter().filter(|run| run.tenant.vendor() == tenant.vendor());
    if of_vendor.filter(|run| run.is_at_work()).count() >= AT_WORK {
        let fault = "too many backtests are at work; wait until one of them has ended";
        return Err(LedgerError::refused("backtest", fault));
    }
    if runs.len() >= KEPT
        && let Some(oldest) = runs.iter().position(|run| !run.is_at_work())
    {
        runs.remove(oldest);
    }
    Ok(())
}

impl Backtest {
    /// Its id, under which it is found again as long as it is remembered.
    pub fn id(&self) -> &Name {
        &self.run.id
    }

    /// How far it is, and what was counted so far.
    pub fn progress(&self) -> Progress {
        self.run.progress()
    }

    /// Waits until it is further than `seen`, or has ended.
    pub async fn beyond(&self, seen: &Progress) -> Progress {
        self.run.wait(|now| now.state.is_end() || now != seen).await
    }

    /// Waits until it has ended.
    pub async fn ended(&self) -> Progress {
        self.run.wait(|now| now.state.is_end()).await
    }

    /// `person` waits for it no longer. If nobody does, it ends.
    pub fn cancel(&self, person: &Text) {
        self.run.leave(person);
    }

    /// The candidate.
    pub fn candidate(&self) -> &Candidate {
        &self.run.candidate
    }

    /// The decisions that change in this way, newest first: at most `limit` (and [`PAGE_EXAMPLES`]) with a number smaller
    /// than `before`. The last one's number is where the next page begins. There are none of [`Change::Same`].
    pub async fn examples(
        &self,
        change: Change,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Example>, LedgerError> {
        let page = self.run.differences().page(change, before, limit.min(PAGE_EXAMPLES));
        let mut examples = Vec::with_capacity(page.len());
        for (seq, would) in page {
            let found = self.ledger.receipt(&self.run.tenant, seq).await?;
            match found.map(|recorded| recorded.receipt().clone()) {
                Some(Receipt::Decision(recorded)) => examples.push(Example { recorded, would }),
                _ => return Err(LedgerError::Unavailable),
            }
        }
        Ok(examples)
    }
}
