//! The pages, one a file: each asks first, and then renders in one go.

pub mod account;
pub mod api_keys;
pub mod approvals;
pub mod audit;
mod compose;
pub mod connectors;
pub mod envelope;
pub mod home;
pub mod join;
pub mod language;
pub mod members;
mod reason;
pub mod receipt;
pub mod receipts;
pub mod reset;
pub mod set_up;
pub mod sign_in;
pub mod style;
pub mod tenancy;
pub mod tenants;
pub mod tried;
pub mod trust;
pub mod try_boundary;
