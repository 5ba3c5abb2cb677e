//! Envelopes on their way into force: drafts, proposals, saved cases, and what a change would mean.

mod case;
mod compare;
mod story;

pub use case::{Case, Tried, Write};
pub use compare::{Difference, compare};
pub use story::{Outcome, Proposal, Stage, Version};
