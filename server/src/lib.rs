//! The house: where the world is let in.
//!
//! It knows the hour, keeps the keys, remembers, guards the write path and answers HTTP. It asks `evidence` what is true
//! and never forms an opinion of its own.

pub mod accounts;
pub mod audit;
pub mod backtest;
pub mod boundary;
pub mod clock;
pub mod config;
pub mod connectors;
pub mod contracts;
pub mod demo;
pub mod envelopes;
pub mod http;
pub mod keys;
pub mod ledger;
pub mod metrics;
pub mod operate;
pub mod portal;
pub mod private_file;
pub mod problem;
pub mod proxies;
pub mod registry;
pub mod step;
pub mod store;
pub mod streams;
pub mod telemetry;
pub mod vault;

#[cfg(test)]
mod scratch;
