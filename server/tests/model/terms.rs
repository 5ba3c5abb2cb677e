//! What the two envelopes of `cast` come to, said once more without rules.

use evidence::contract::OperationKind::{self, Delete, Insert, Update};

use crate::cast::Table;

/// What becomes of a write that nothing else stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    Now,
    /// When so many people agree.
    Ask(u32),
    /// A rule says never, or there are more records than any rule lets.
    No,
    /// No rule speaks of it.
    Unmatched,
}

/// How many records may be written within how long, all of these tables together.
pub struct Limit {
    pub tables: &'static [Table],
    pub max_rows: u64,
    pub window_seconds: u64,
}

/// The terms of a write of so many rows, one that would make somebody a VIP or not.
pub fn terms(tight: bool, table: Table, kind: OperationKind, rows: usize, vip: bool) -> Terms {
    match (tight, table, kind) {
        (false, Table::Notes, Update | Insert) if vip => Terms::No,
        (false, Table::Notes, Update) if rows > 2 => Terms::Ask(2),
        // A line that is gone is gone for good.
        (false, Table::Notes | Table::Lines, Delete) | (true, Table::Notes, Update) => Terms::Ask(1),
        (true, Table::Notes, Delete) => Terms::No,
        (true, Table::Notes, Insert) if rows > 1 => Terms::No,
        (true, Table::Lines, Insert) if rows > 2 => Terms::No,
        (true, Table::Lines, Delete) => Terms::Unmatched,
        _ => Terms::Now,
    }
}

/// The limit that counts writes to this table.
pub fn limit(tight: bool, table: Table) -> Option<Limit> {
    match (tight, table) {
        (_, Table::Parts) | (false, Table::Lines) => None,
        (false, Table::Notes) => Some(Limit { tables: &[Table::Notes], max_rows: 12, window_seconds: 3_600 }),
        (true, _) => {
            Some(Limit { tables: &[Table::Lines, Table::Notes], max_rows: 5, window_seconds: 1_800 })
        }
    }
}
