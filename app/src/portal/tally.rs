//! How many decisions there were, by verdict.

use evidence::decision::Verdict;

/// Decisions by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// `ALLOW`.
    pub allow: u64,
    /// `DENY`.
    pub deny: u64,
    /// `ESCALATE`.
    pub escalate: u64,
}

/// One day's decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day, in UTC: `2026-11-23`.
    pub date: String,
    /// Its decisions.
    pub tally: Tally,
}

impl Tally {
    /// How many had this verdict.
    pub const fn of(&self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Allow => self.allow,
            Verdict::Deny => self.deny,
            Verdict::Escalate => self.escalate,
        }
    }

    /// How many there were.
    pub const fn total(&self) -> u64 {
        self.allow.saturating_add(self.deny).saturating_add(self.escalate)
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            allow: self.allow.saturating_add(other.allow),
            deny: self.deny.saturating_add(other.deny),
            escalate: self.escalate.saturating_add(other.escalate),
        }
    }
}
