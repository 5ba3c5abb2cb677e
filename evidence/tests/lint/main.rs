//! Lints: each is said where it holds, and not where it doesn't.

#[expect(dead_code, reason = "the compiler's tests need more of it")]
#[path = "../compile/fixture.rs"]
mod fixture;

mod each;
mod truth;
