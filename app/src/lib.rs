//! What a person sees in the portal.
//!
//! The pages render `evidence` values. They decide nothing, store nothing and speak no SQL; whatever they need to know
//! they ask through `portal::Portal`. A page first asks, then renders in one go: it is a document, complete without
//! JavaScript. Hydration (`wake`) adds what is only convenient.
#![cfg_attr(
    feature = "ssr",
    expect(
        clippy::needless_pass_by_value,
        reason = "a component owns its properties, whatever it does with them"
    )
)]

pub mod copy_button;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod doors;
#[cfg(feature = "ssr")]
mod frame;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
pub mod portal;
#[cfg(feature = "ssr")]
pub mod text;
#[cfg(feature = "ssr")]
pub mod visit;
#[cfg(feature = "hydrate")]
mod wake;

#[cfg(feature = "hydrate")]
pub use wake::wake;
