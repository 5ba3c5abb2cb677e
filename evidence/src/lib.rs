//! The law: what was decided about a proposed database write, and how anyone can check it.
//!
//! Given the same bytes this crate gives the same answer on a server, in a browser and in ten years. Time, keys,
//! randomness and history come in as arguments; verdicts go out as values. It does no I/O, cannot panic, cannot wait
//! and holds no secret key. `SPEC.md` beside it is the normative text; each module is one noun or one verb of it.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod action;
pub mod canonical;
pub mod checkpoint;
pub mod commitment;
pub mod compile;
pub mod container;
pub mod contract;
pub mod decide;
pub mod decision;
pub mod digest;
pub mod dsse;
pub mod envelope;
pub mod helm_receipt;
pub mod history;
pub mod key;
pub mod lint;
pub mod log;
pub mod name;
pub mod pack;
pub mod reason;
pub mod receipt;
pub mod replay;
pub mod standing;
mod text;
pub mod timestamp;
pub mod trust;
pub mod value;
pub mod verify;
pub mod words;
