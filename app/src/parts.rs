//! The pages' building blocks: native elements with the right labels, and nothing that needs a script to be read.

mod copy;
mod diff;
mod empty;
mod field;
mod flash;
mod hash;
mod input;
mod refusal;
mod table;
mod text_area;
mod time;
mod title;
mod untrusted;
mod verdict;

pub use copy::{Command, Copy};
pub use diff::{Cell, Diff, DiffRow};
pub use empty::Empty;
pub use field::Field;
pub use flash::Flash;
pub use hash::Hash;
pub use input::Input;
pub use refusal::{ErrorSummary, Refused};
pub use table::Table;
pub use text_area::TextArea;
pub use time::Time;
pub use title::Title;
pub use untrusted::Untrusted;
pub use verdict::{Badge, Standing, Word};
