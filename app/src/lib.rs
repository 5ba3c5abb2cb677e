//! What a person sees in the portal.
//!
//! The pages render `evidence` values. They decide nothing, store nothing and speak no SQL; whatever they need to know
//! they ask through [`portal::Portal`].

pub mod portal;
