//! Throttling: after a few tries, each further one has to wait, and longer each time. It is kept in the database, so that
//! servers on the same one count together.
//!
//! A try is counted before it is looked at, in one statement, and taken back if it was right: of many at the same moment no
//! more get through than one after the other.

use std::fmt::Write as _;

use sqlx::Row as _;

use super::{Accounts, DAY, Refused};
use crate::ledger::LedgerError;

/// How many tries at one e-mail address are forgiven.
const FORGIVEN: i64 = 5;
/// How many from one place: people of one office share an address.
const FORGIVEN_PLACE: i64 = 50;
/// The shortest wait, in seconds; it doubles.
const SHORTEST: i64 = 30;
/// The longest wait, in seconds.
const LONGEST: i64 = 15 * 60;
const MICROS: i64 = 1_000_000;
/// After how long without a try one is forgotten, in microseconds.
const MEMORY: i64 = DAY;
/// How many addresses and places are remembered; of more, those that waited longest ago are forgotten.
const MOST: i64 = 100_000;

impl Accounts {
    /// Counts a try; refuses while the subject has to wait.
    pub(super) async fn attempt(&self, subject: &str) -> Result<(), Refused> {
        let now = self.now();
        let statement = format!(
            "insert into failures (subject, count, until) values ($1, 1, {now}) on conflict (subject) \
             do update set count = failures.count + 1, until = {now} + {} where failures.until <= {now}",
            wait_after_next(forgiven(subject))
        );
        if self.store.tell(&statement, [subject]).await? > 0 {
            return Ok(());
        }
        let rows = self.store.ask("select until from failures where subject = $1", [subject]).await?;
        let until = rows.first().map_or(Ok(now), |row| row.try_get::<i64, _>("until"))?;
        Err(Refused::TooOften { seconds: ((until - now + MICROS - 1) / MICROS).max(1) })
    }

    /// Whoever got in has not failed.
    pub(super) async fn forget(&self, subject: &str) -> Result<(), LedgerError> {
        self.store.tell("delete from failures where subject = $1", [subject]).await?;
        Ok(())
    }

    /// A try from this place was right; what others tried from there stays counted.
    pub(super) async fn take_back(&self, subject: &str) -> Result<(), LedgerError> {
        let statement = format!(
            "update failures set count = count - 1, until = case when count <= {} then {} else until end \
             where subject = $1",
            forgiven(subject),
            self.now()
        );
        self.store.tell(&statement, [subject]).await?;
        Ok(())
    }

    /// Forgets what is long ago, and what is more than anybody needs to remember.
    pub(super) async fn forget_failures(&self) -> Result<(), LedgerError> {
        self.store.tell(&format!("delete from failures where until < {}", self.now() - MEMORY), []).await?;
        let statement = format!(
            "delete from failures where subject in \
             (select subject from failures order by until desc limit 1000000 offset {MOST})"
        );
        self.store.tell(&statement, []).await?;
        Ok(())
    }
}

fn forgiven(subject: &str) -> i64 {
    if subject.starts_with("from ") { FORGIVEN_PLACE } else { FORGIVEN }
}

/// How long to wait after so many tries, in seconds.
fn wait(count: i64, forgiven: i64) -> i64 {
    let beyond = (count - forgiven).clamp(-1, 10);
    if beyond < 0 { 0 } else { (SHORTEST << beyond).min(LONGEST) }
}

/// The same in microseconds for one more than `failures.count`, as SQL.
fn wait_after_next(forgiven: i64) -> String {
    let mut text = format!("case when failures.count + 1 < {forgiven} then 0");
    let mut count = forgiven;
    while wait(count, forgiven) < LONGEST {
        let _ = write!(text, " when failures.count + 1 = {count} then {}", wait(count, forgiven) * MICROS);
        count += 1;
    }
    let _ = write!(text, " else {} end", LONGEST * MICROS);
    text
}

#[cfg(test)]
mod tests {
    use super::{FORGIVEN, LONGEST, wait};

    #[test]
    fn a_few_tries_cost_nothing_and_many_a_quarter_of_an_hour() {
        assert_eq!([1, 4, 5, 6, 7].map(|count| wait(count, FORGIVEN)), [0, 0, 30, 60, 120]);
        assert_eq!(wait(i64::MAX, FORGIVEN), LONGEST);
    }
}
