//! Structured logs on the standard error output. What they hold is for whoever runs the portal, so no secret and no value of
//! a record is ever handed to them.

use tracing_subscriber::EnvFilter;

/// Begins to log what `filter` lets through, one JSON object a line.
pub fn begin(filter: &str) {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::new(filter))
        .init();
}
