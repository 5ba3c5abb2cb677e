//! Sessions: 256 random bits, of which only the hash is kept.

use app::portal::What;
use sqlx::Row as _;

use super::member::{COLUMNS, member};
use super::{Accounts, Member, secret};
use crate::audit::Note;
use crate::ledger::LedgerError;
use crate::registry::Desk;

/// How long a session lasts without being used, in microseconds: twelve hours.
const IDLE: i64 = 12 * 60 * 60 * 1_000_000;
/// How long it lasts at the most: seven days.
const WHOLE: i64 = 7 * 24 * 60 * 60 * 1_000_000;
/// How old the note of its last use may be before it is written again: a minute.
const SEEN: i64 = 60 * 1_000_000;

impl Accounts {
    /// Begins a session of this member. Its secret is in what comes back and nowhere else.
    pub(super) async fn begin(&self, member: &str) -> Result<String, LedgerError> {
        let (secret, now) = (secret::fresh()?, self.now());
        let statement =
            format!("insert into sessions (hash, member, begun_at, seen_at) values ($1, $2, {now}, {now})");
        let by = self.actor("members m where m.id = $1", member).await?.ok_or(LedgerError::Unavailable)?;
        let note = Note::new(by, What::SignedIn);
        self.audit.change(&statement, [&secret::hash(&secret), member], &note).await?;
        Ok(secret)
    }

    /// Whose session this is; `None` if it is nobody's, or no longer.
    pub async fn session(&self, secret: &str) -> Result<Option<Member>, LedgerError> {
        let (hash, now) = (secret::hash(secret), self.now());
        let text = format!(
            "select {COLUMNS}, s.seen_at from sessions s join members m on m.id = s.member \
             join vendors v on v.name = m.vendor where s.hash = $1 and m.ended_at is null \
             and s.seen_at > {} and s.begun_at > {}",
            now - IDLE,
            now - WHOLE
        );
        let rows = self.store.ask(&text, [&hash]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        if now - row.try_get::<i64, _>("seen_at")? > SEEN {
            self.store.tell(&format!("update sessions set seen_at = {now} where hash = $1"), [&hash]).await?;
        }
        member(row).map(Some)
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
