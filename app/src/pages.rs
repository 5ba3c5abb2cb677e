//! The pages, one a file: each asks first, and then renders in one go.

mod compose;
pub mod home;
pub mod receipt;
pub mod receipts;
pub mod tenants;
pub mod tried;
pub mod try_boundary;
