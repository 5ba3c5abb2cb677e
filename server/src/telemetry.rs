//! Structured logs on the standard error output. What they hold is for whoever runs the portal, so no secret and no value of
//! a record is ever handed to them.

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::step::{Halt, Step};

/// Begins to log what `filter` lets through, one JSON object a line, and to halt where a test wants it.
pub fn begin(filter: &str, halt: Option<Halt>) {
    let logs = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr);
    let halting = halt.map(|halt| halt.layer().with_filter(filter_fn(Step::are)));
    tracing_subscriber::registry().with(logs.with_filter(EnvFilter::new(filter))).with(halting).init();
}
