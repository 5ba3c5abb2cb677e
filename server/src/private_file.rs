//! Files that only this process's user may read.

/// Why a key file can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct PrivateFileError {
    /// The file.
    pub path: String,
    /// What is wrong, and what to do.
    pub fault: String,
}
