//! The doors: two small WASM entries, never both in one build.
//!
//! `portal` wakes the pages that the server rendered; `verifier` is the sealed page. They share nothing, so that what a
//! reviewer must trust is `evidence` and one module here.

#[cfg(feature = "portal")]
mod portal;
#[cfg(feature = "verifier")]
mod verifier;
