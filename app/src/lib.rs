//! What a person sees in the portal.
//!
//! The pages render `evidence` values. They decide nothing, store nothing and speak no SQL; whatever they need to know
//! they ask through `portal::Portal`. Every page is complete without JavaScript; hydration (`wake`) adds what is only
//! convenient.
#![cfg_attr(
    feature = "ssr",
    expect(
        clippy::needless_pass_by_value,
        reason = "a component owns its properties, whatever it does with them"
    )
)]

#[cfg(feature = "ssr")]
mod app;
pub mod copy_button;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
pub mod portal;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
mod text;
#[cfg(feature = "ssr")]
pub mod try_form;
#[cfg(feature = "hydrate")]
mod wake;

#[cfg(feature = "ssr")]
pub use app::App;
#[cfg(feature = "hydrate")]
pub use wake::wake;
