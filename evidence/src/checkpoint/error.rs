//! What can be wrong with a checkpoint.

use super::{MAX_BYTES, MAX_ORIGIN, MAX_OTHER_SIGNATURES};
use crate::log::{HashError, MAX_SIZE};

/// Why bytes are not a signed checkpoint, or not one of this key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Longer than [`MAX_BYTES`].
    #[error("a signed checkpoint has at most {MAX_BYTES} bytes, found {bytes}")]
    TooLong {
        /// The length.
        bytes: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("a signed checkpoint is UTF-8 text, but is not from byte {offset} on")]
    NotText {
        /// Where the first bad byte is.
        offset: usize,
    },
    /// Not three lines, an empty line, and lines of signatures, each with its line end.
    #[error(
        "a signed checkpoint has an origin, a size, a root, an empty line and signatures, and nothing else"
    )]
    Shape,
    /// An origin that cannot name a log.
    #[error(
        "an origin is 1 to {MAX_ORIGIN} printable ASCII characters without space or plus, found {found:?}"
    )]
    Origin {
        /// The beginning of what was found.
        found: String,
    },
    /// A size that is not a plain decimal number up to [`MAX_SIZE`].
    #[error("a size is a decimal number up to {MAX_SIZE} without leading zeros, found {found:?}")]
    Size {
        /// The beginning of what was found.
        found: String,
    },
    /// A root that is not a hash.
    #[error(transparent)]
    Root(#[from] HashError),
    /// A line that is not `— <name> <base64>`.
    #[error("line {line} is not a signature")]
    SignatureLine {
        /// The number of the line, from 1.
        line: usize,
    },
    /// More signatures of others than [`MAX_OTHER_SIGNATURES`].
    #[error("a signed checkpoint has at most {MAX_OTHER_SIGNATURES} signatures of witnesses, found {found}")]
    TooManySignatures {
        /// How many there were.
        found: usize,
    },
    /// None, or several, signatures under the name of the origin.
    #[error("a checkpoint is signed once by its log, found {found} signatures")]
    LogSignatures {
        /// How many there were.
        found: usize,
    },
    /// A signature of another key than the one asked for.
    #[error("signed by key {found:02x?}, not by {expected:02x?}")]
    OtherKey {
        /// The hash of the key asked for.
        expected: [u8; 4],
        /// The hash of the key that the signature names.
        found: [u8; 4],
    },
    /// A signature that does not hold.
    #[error("the signature of the checkpoint does not hold")]
    Signature,
}
