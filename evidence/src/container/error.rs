//! What can be wrong with a container.

use super::{MAX_BYTES, MAX_ENTRIES};

/// Why bytes are not a container, or entries cannot be made into one. Offsets count bytes from the file's start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// More than [`MAX_BYTES`].
    #[error("a container has at most {MAX_BYTES} bytes, found {bytes}")]
    TooLarge {
        /// The size.
        bytes: u64,
    },
    /// More than [`MAX_ENTRIES`].
    #[error("a container has at most {MAX_ENTRIES} entries, found {entries}")]
    TooManyEntries {
        /// How many there were.
        entries: usize,
    },
    /// The file ends before the thing does that should be there.
    #[error("the file is cut off: at byte {offset} {expected} should follow")]
    Truncated {
        /// Where the thing should begin.
        offset: usize,
        /// What should be there.
        expected: &'static str,
    },
    /// A record that is not what names and contents call for.
    #[error("the bytes at {offset} are not the only permitted {expected}")]
    Record {
        /// Where the record should begin.
        offset: usize,
        /// Which record should be there.
        expected: &'static str,
    },
    /// A name outside the rule.
    #[error("an entry cannot be named {name:?}")]
    Name {
        /// The name, or its beginning.
        name: String,
    },
    /// A name that is not greater than the one before it.
    #[error("the entry {name:?} cannot follow {before:?}: names ascend")]
    Order {
        /// The name.
        name: String,
        /// The name before it.
        before: String,
    },
    /// An entry whose name is a folder of another's.
    #[error("the entry {name:?} lies inside {folder:?}, which is an entry itself")]
    Nested {
        /// The inner name.
        name: String,
        /// The outer name.
        folder: String,
    },
    /// Contents that are not those whose CRC-32 is stated.
    #[error("the contents of {name:?} are damaged: CRC-32 {expected:08x} stated, {found:08x} found")]
    Content {
        /// The entry.
        name: String,
        /// The CRC-32 stated in its header.
        expected: u32,
        /// The CRC-32 of the contents.
        found: u32,
    },
}
