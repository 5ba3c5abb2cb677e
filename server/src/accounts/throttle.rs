//! Throttling: after a few failures, each further try has to wait, and longer each time. It is kept in the database, so that
//! servers on the same one count together.

use sqlx::Row as _;

use super::{Accounts, Refused};
use crate::ledger::LedgerError;

/// How many failures are forgiven.
const FORGIVEN: i64 = 5;
/// The longest wait, in seconds.
const LONGEST: i64 = 15 * 60;
const MICROS: i64 = 1_000_000;
/// After how long without a failure one is forgotten, in microseconds: a day.
const MEMORY: i64 = 24 * 60 * 60 * MICROS;

impl Accounts {
    /// Refuses while one of the subjects has to wait.
    pub(super) async fn wait_over(&self, subjects: &[String; 2]) -> Result<(), Refused> {
        let now = self.now();
        let text = "select until from failures where subject in ($1, $2)";
        let rows = self.store.ask(text, [&subjects[0], &subjects[1]]).await?;
        let until = rows.iter().map(|row| row.try_get::<i64, _>("until")).collect::<Result<Vec<_>, _>>()?;
        match until.into_iter().max() {
            Some(until) if until > now => {
                Err(Refused::TooOften { seconds: (until - now + MICROS - 1) / MICROS })
            }
            _ => Ok(()),
        }
    }

    /// Counts a failure of each.
    pub(super) async fn failed(&self, subjects: &[String; 2]) -> Result<(), LedgerError> {
        let now = self.now();
        self.store.tell(&format!("delete from failures where until < {}", now - MEMORY), []).await?;
        for subject in subjects {
            let statement = format!(
                "insert into failures (subject, count, until) values ($1, 1, {now}) on conflict (subject) \
                 do update set count = failures.count + 1 returning count"
            );
            let rows = self.store.ask(&statement, [subject]).await?;
            let count = rows.first().map_or(Ok(1), |row| row.try_get::<i64, _>("count"))?;
            let until = now + wait(count) * MICROS;
            self.store
                .tell(&format!("update failures set until = {until} where subject = $1"), [subject])
                .await?;
        }
        Ok(())
    }

    /// Whoever got in has not failed.
    pub(super) async fn forget(&self, subjects: &[String; 2]) -> Result<(), LedgerError> {
        let text = "delete from failures where subject in ($1, $2)";
        self.store.tell(text, [&subjects[0], &subjects[1]]).await?;
        Ok(())
    }
}

/// How long to wait after so many failures, in seconds: it doubles.
fn wait(count: i64) -> i64 {
    let beyond = (count - FORGIVEN).clamp(-1, 10);
    if beyond < 0 { 0 } else { (30 << beyond).min(LONGEST) }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, wait};

    #[test]
    fn a_few_failures_cost_nothing_and_many_a_quarter_of_an_hour() {
        assert_eq!([1, 4, 5, 6, 7].map(wait), [0, 0, 30, 60, 120]);
        assert_eq!(wait(i64::MAX), LONGEST);
    }
}
