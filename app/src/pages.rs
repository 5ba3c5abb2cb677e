//! The pages, one a file.

mod compose;
mod home;
mod missing;
mod receipt;
mod receipts;
mod tenants;
mod tried;
mod try_boundary;

pub use home::Home;
pub use missing::Missing;
pub use receipt::Receipt;
pub use receipts::Receipts;
pub use tenants::Tenants;
pub use tried::Tried;
pub use try_boundary::Try;
