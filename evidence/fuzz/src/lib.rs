//! The bodies of the fuzz targets. `evidence/tests/fuzz_smoke.rs` runs them too, over vectors and seeded changes, so that
//! they are exercised without a nightly compiler.

pub mod targets;
pub mod walls;
