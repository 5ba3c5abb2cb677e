//! The pages, one a file: each asks first, and then renders in one go.

pub mod approvals;
mod compose;
pub mod connectors;
pub mod envelope;
pub mod home;
pub mod language;
mod reason;
pub mod receipt;
pub mod receipts;
pub mod set_up;
pub mod sign_in;
pub mod style;
pub mod tenancy;
pub mod tenants;
pub mod tried;
pub mod trust;
pub mod try_boundary;
