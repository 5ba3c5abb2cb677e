//! How long a process has kept a core busy, as `/proc` tells it.

use std::time::Duration;

/// How many of the kernel's ticks are a second, on every Linux.
const TICKS: u64 = 100;

/// For how long `process` (a number, or `self`) has kept a core busy so far.
pub fn of(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second column is a name that may hold anything, in brackets.
    let columns = stat.rsplit_once(") ").map_or("", |(_, columns)| columns).split(' ');
    let ticks: u64 = columns.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1_000 / TICKS)
}
