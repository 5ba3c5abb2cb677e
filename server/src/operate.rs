//! What an operator tells the portal to do: one command a file.
//!
//! What a person reads goes to the standard output, what failed is one sentence that says what to do.

pub mod backup;
pub mod check;
pub mod connectors;
pub mod erase;

mod manifest;
pub mod members;
pub mod migrate;
pub mod restore;

pub mod rotate;
pub mod serve;
mod sweep;
