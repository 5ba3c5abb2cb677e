//! What a person sees in the portal.
//!
//! The pages render `evidence` values. They decide nothing, store nothing and speak no SQL; whatever they need to know
//! they ask through [`portal::Portal`]. Every page is complete without JavaScript; hydration adds what is only
//! convenient.
#![expect(
    clippy::needless_pass_by_value,
    reason = "a component owns its properties, whatever it does with them"
)]

mod app;
mod pages;
mod parts;
pub mod portal;
pub mod shell;
mod text;
#[cfg(feature = "ssr")]
pub mod try_form;

pub use app::App;
