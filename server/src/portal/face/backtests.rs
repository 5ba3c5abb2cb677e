//! Backtests of envelopes, for one visitor.
//!
//! A backtest is found with a tenant and a connector that this visitor may ask about, or not at all.

use app::portal::Refusal as Refused;
use app::portal::envelopes::{At, Backtest, BacktestState, Example};
use app::text::Said;
use evidence::name::{Name, Text};
use evidence::replay::{Candidate, Change};

use super::{Face, broken, unavailable};
use crate::backtest::{self, PAGE_EXAMPLES, State};
use crate::envelopes::{Checked, Place};
use crate::ledger::LedgerError;

/// How far back an envelope is tried.
const DAYS: u32 = 30;

/// How many decisions of each change are shown before one asks for more.
const FIRST_EXAMPLES: usize = 5;

impl Face {
    pub(super) async fn begin_backtest(
        &self,
        place: &Place,
        checked: &Checked,
    ) -> Result<Option<Backtest>, Refused> {
        let candidate = Candidate::new((*checked.contract).clone(), (*checked.compiled).clone());
        let backtests = &self.portal().backtests;
        let begun = backtests.start(&place.tenant, &self.waiting()?, candidate, DAYS).await;
        self.told(&begun.map_err(busy)?).await.map(Some)
    }

    pub(super) async fn follow_backtest(&self, at: At, id: Name) -> Result<Backtest, Refused> {
        self.told(&self.run(&at, &id).await?).await
    }

    pub(super) async fn end_backtest(&self, at: At, id: Name) -> Result<(), Refused> {
        self.run(&at, &id).await?.cancel(&self.waiting()?);
        Ok(())
    }

    pub(super) async fn more_examples(
        &self,
        at: At,
        id: Name,
        change: Change,
        before: Option<u64>,
    ) -> Result<Vec<Example>, Refused> {
        examples(&self.run(&at, &id).await?, change, before, PAGE_EXAMPLES).await
    }

    /// A backtest of this very place: one of another connector of the same tenant is no answer either.
    async fn run(&self, at: &At, id: &Name) -> Result<backtest::Backtest, Refused> {
        let place = self.place(at).await?;
        let found = self.portal().backtests.find(&place.tenant, id);
        found.filter(|run| *run.candidate().connector() == place.connector).ok_or(Refused::NotFound)
    }

    /// By what those who wait are told apart. Names are not, as two people may share one.
    fn waiting(&self) -> Result<Text, Refused> {
        self.visitor.me.id.parse().map_err(broken)
    }

    async fn told(&self, run: &backtest::Backtest) -> Result<Backtest, Refused> {
        let progress = run.progress();
        let mut shown = Vec::new();
        for change in Change::ALL.into_iter().filter(|change| *change != Change::Same) {
            let few = examples(run, change, None, FIRST_EXAMPLES).await?;
            if !few.is_empty() {
                shown.push((change, few));
            }
        }
        Ok(Backtest {
            id: run.id().clone(),
            state: match progress.state {
                State::Waiting | State::Running => BacktestState::Running,
                State::Finished => BacktestState::Finished,
                State::Cancelled => BacktestState::Cancelled,
                State::Failed => BacktestState::Failed,
            },
            done: progress.done,
            total: progress.total,
            tally: progress.tally,
            examples: shown,
        })
    }
}

async fn examples(
    run: &backtest::Backtest,
    change: Change,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<Example>, Refused> {
    let page = run.examples(change, before, limit).await.map_err(unavailable)?;
    Ok(page.into_iter().map(|one| Example { recorded: one.recorded, would: one.would }).collect())
}

/// The tenant is the visitor's, and the candidate is the tenant's: all that is refused is one more at a time.
fn busy(error: LedgerError) -> Refused {
    match error {
        LedgerError::Refused { .. } => Refused::Conflict(Said::new("envelopes.backtest.busy")),
        error => unavailable(error),
    }
}
