//! One backtest: who waits for it, how far it is, what it has found.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use evidence::name::{Name, Text};
use evidence::replay::{Candidate, Tally};
use tokio::sync::watch;

use super::differences::Differences;
use super::plan::Plan;
use crate::registry::Tenant;

/// How far a backtest is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Whether it is at work.
    pub state: State,
    /// How many decisions were read. Some of them only for how much of a limit they spent.
    pub done: u64,
    /// How many there are to read.
    pub total: u64,
    /// What was counted so far.
    pub tally: Tally,
}

/// Whether a backtest is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn.
    Waiting,
    /// It is at work.
    Running,
    /// Everything was put to the candidate.
    Finished,
    /// Nobody waits for it any more, so it broke off.
    Cancelled,
    /// The log could not be read.
    Failed,
}

impl State {
    /// Whether nothing will change any more.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled | Self::Failed)
    }
}

/// A backtest.
pub(super) struct Run {
    pub(super) id: Name,
    pub(super) tenant: Tenant,
    pub(super) candidate: Arc<Candidate>,
    pub(super) plan: Plan,
    waiting: Mutex<BTreeSet<Text>>,
    stop: watch::Sender<bool>,
    progress: watch::Sender<Progress>,
    differences: Mutex<Differences>,
}

impl Run {
    pub(super) fn new(id: Name, tenant: Tenant, person: &Text, candidate: Candidate, plan: Plan) -> Self {
        let total = plan.total;
        let begun = Progress { state: State::Waiting, done: 0, total, tally: Tally::default() };
        Self {
            id,
            tenant,
            candidate: Arc::new(candidate),
            plan,
            waiting: Mutex::new(BTreeSet::from([person.clone()])),
            stop: watch::Sender::new(false),
            progress: watch::Sender::new(begun),
            differences: Mutex::default(),
        }
    }

    pub(super) fn is_of(&self, tenant: &Tenant) -> bool {
        self.tenant.log() == tenant.log()
    }

    /// Whether it has led, or still leads, to an answer.
    pub(super) fn can_be_joined(&self) -> bool {
        self.progress().state == State::Finished || self.is_at_work()
    }

    /// Whether somebody waits for what it has not told yet.
    pub(super) fn is_at_work(&self) -> bool {
        !(self.progress().state.is_end() || self.is_stopped())
    }

    pub(super) fn join(&self, person: &Text) {
        self.waiting().insert(person.clone());
    }

    /// It ends if nobody else waits for it.
    pub(super) fn leave(&self, person: &Text) {
        let mut waiting = self.waiting();
        if waiting.remove(person) && waiting.is_empty() {
            self.stop();
        }
    }

    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits until it is stopped.
    pub(super) async fn stopped(&self) {
        // The sender lives as long as the run does.
        let _ = self.stop.subscribe().wait_for(|stopped| *stopped).await;
    }

    pub(super) fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    pub(super) async fn wait(&self, until: impl FnMut(&Progress) -> bool) -> Progress {
        let mut progress = self.progress.subscribe();
        match progress.wait_for(until).await {
            Ok(now) => now.clone(),
            Err(_) => self.progress(),
        }
    }

    /// So many decisions more were read, and this is counted by now.
    pub(super) fn advance(&self, read: u64, tally: &Tally) {
        self.progress.send_modify(|now| {
            now.done += read;
            now.tally.clone_from(tally);
        });
    }

    pub(super) fn enter(&self, state: State) {
        self.progress.send_modify(|now| now.state = state);
    }

    pub(super) fn differences(&self) -> MutexGuard<'_, Differences> {
        self.differences.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeSet<Text>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
