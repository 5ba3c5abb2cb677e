//! Envelopes on their way into force: drafts, proposals, saved cases, and what a change would mean.

mod ask;
mod case;
mod compare;
mod form;
mod parse;
mod press;
mod read;
mod story;
#[cfg(test)]
mod tests;
mod values;

pub use ask::{
    At, Backtest, BacktestState, Bench, Blocked, Check, Copy, Draft, Envelopes, Example, Shelf, ShelfLine,
};
pub use case::{Case, Tried, Write};
pub use compare::{Difference, compare};
pub use form::{ApprovalForm, ConditionForm, EnvelopeForm, LengthForm, LimitForm, RuleForm, UNITS};
pub use parse::Ground;
pub use story::{Outcome, Proposal, Stage, Version};
