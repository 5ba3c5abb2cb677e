//! Sessions: 256 random bits, of which only the hash is kept.

use app::portal::What;
use sqlx::Row as _;

use super::member::{COLUMNS, member};
use super::{Accounts, DAY, HOUR, Member, actor_of, secret};
use crate::audit::Note;
use crate::ledger::LedgerError;
use crate::registry::Desk;
use crate::store::row::Together;

/// How long a session lasts without being used, in microseconds.
pub(super) const IDLE: i64 = 12 * HOUR;
/// How long it lasts at the most, in microseconds.
pub(super) const WHOLE: i64 = 7 * DAY;
/// How old the note of its last use may be before it is written again: a minute.
const SEEN: i64 = 60 * 1_000_000;
/// How much of what a browser says of itself is kept, in characters.
const BROWSER: usize = 200;

impl Accounts {
    /// Begins a session of this member. Its secret is in what comes back and nowhere else.
    pub(super) async fn begin(&self, member: &str) -> Result<String, LedgerError> {
        let mut together = self.store.together().await?;
        let secret = self.begin_in(&mut together, member).await?;
        together.done().await?;
        Ok(secret)
    }

    /// The same together with whatever else makes it begin.
    pub(super) async fn begin_in(
        &self,
        together: &mut Together,
        member: &str,
    ) -> Result<String, LedgerError> {
        let (secret, now) = (secret::fresh()?, self.now());
        together.tell(&format!("update members set signed_in_at = {now} where id = $1"), [member]).await?;
        let statement =
            format!("insert into sessions (hash, member, begun_at, seen_at) values ($1, $2, {now}, {now})");
        together.tell(&statement, [&secret::hash(&secret), member]).await?;
        let rows = together.ask("select id, vendor, name from members where id = $1", [member]).await?;
        let by = rows.first().map(actor_of).transpose()?.ok_or(LedgerError::Unavailable)?;
        self.audit.note_in(together, &Note::new(by, What::SignedIn)).await?;
        Ok(secret)
    }

    /// Notes what the browser that has begun this session says of itself, by which its member tells sessions apart.
    pub async fn begun_by(&self, secret: &str, browser: &str) -> Result<(), LedgerError> {
        let browser: String = browser.chars().take(BROWSER).collect();
        let statement = "update sessions set browser = $1 where hash = $2";
        self.store.tell(statement, [&browser, &secret::hash(secret)]).await?;
        Ok(())
    }

    /// Whose session this is; `None` if it is nobody's, or no longer.
    pub async fn session(&self, secret: &str) -> Result<Option<Member>, LedgerError> {
        let (hash, now) = (secret::hash(secret), self.now());
        let text = format!(
            "select {COLUMNS}, s.seen_at from sessions s join members m on m.id = s.member \
             join vendors v on v.name = m.vendor where s.hash = $1 and m.ended_at is null and {}",
            self.lasts()
        );
        let rows = self.store.ask(&text, [&hash]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        if now - row.try_get::<i64, _>("seen_at")? > SEEN {
            self.store.tell(&format!("update sessions set seen_at = {now} where hash = $1"), [&hash]).await?;
        }
        member(row).map(Some)
    }

    /// What is so of a session `s` that has not ended by itself.
    pub(super) fn lasts(&self) -> String {
        let now = self.now();
        format!("s.seen_at > {} and s.begun_at > {}", now - IDLE, now - WHOLE)
    }

    /// Ends a session.
    pub async fn end(&self, secret: &str) -> Result<(), LedgerError> {
        let (statement, hash) = ("delete from sessions where hash = $1", secret::hash(secret));
        let whose = "sessions s join members m on m.id = s.member where s.hash = $1";
        if let Some(by) = self.actor(whose, &hash).await? {
            self.audit.change(statement, [&hash], &Note::new(by, What::SignedOut)).await?;
        }
        Ok(())
    }

    /// The desk of this member: a person, who votes and stops, and proposes no write; and the same for trying, which proposes
    /// as an agent would.
    pub async fn desks(&self, member: &Member) -> Result<Option<(Desk, Desk)>, LedgerError> {
        let vendor = self.registry.vendor(&member.vendor).await?;
        Ok(vendor.map(|vendor| self.registry.desks_of_member(&vendor, member)))
    }
}
