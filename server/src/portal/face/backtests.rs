//! Backtests of envelopes, for one visitor.

use app::portal::Refusal as Refused;
use app::portal::envelopes::{At, Backtest, Example};
use evidence::name::Name;
use evidence::replay::Change;

use super::Face;
use crate::envelopes::{Checked, Place};

impl Face {
    pub(super) async fn begin_backtest(&self, _: &Place, _: &Checked) -> Result<Option<Backtest>, Refused> {
        Ok(None)
    }

    pub(super) async fn follow_backtest(&self, _: At, _: Name) -> Result<Backtest, Refused> {
        Err(Refused::NotFound)
    }

    pub(super) async fn end_backtest(&self, _: At, _: Name) -> Result<(), Refused> {
        Ok(())
    }

    pub(super) async fn more_examples(
        &self,
        _: At,
        _: Name,
        _: Change,
        _: Option<u64>,
    ) -> Result<Vec<Example>, Refused> {
        Err(Refused::NotFound)
    }
}
