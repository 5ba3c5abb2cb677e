//! The pages' building blocks: native elements with the right labels, and nothing that needs a script to be read.

mod copy;
mod diff;
mod empty;
mod field;
mod hash;
mod loaded;
mod refusal;
mod table;
mod text_area;
mod time;
mod untrusted;
mod verdict;

pub use copy::{Command, Copy};
pub use diff::{Cell, Diff, DiffRow};
pub use empty::Empty;
pub use field::Field;
pub use hash::Hash;
pub use loaded::loaded;
pub use refusal::{ErrorSummary, Refused};
pub use table::Table;
pub use text_area::TextArea;
pub use time::Time;
pub use untrusted::Untrusted;
pub use verdict::{Badge, Standing, Word};
