//! What members do with their own account: another password, and an end to sessions elsewhere.

use evidence::timestamp::Timestamp;
use zeroize::Zeroizing;

use super::sign_in::subject;
use super::weak::About;
use super::{Accounts, Member, Refused, secret};
use crate::ledger::LedgerError;
use crate::store::row::{maybe, parsed, time};

/// How much of a session's hash names it among its member's.
const NAMED_BY: usize = 16;

/// A session, as its member sees it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// By what a member's sessions are told apart.
    pub id: String,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it was last used, give or take a minute.
    pub seen_at: Timestamp,
    /// What its browser says of itself.
    pub browser: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl Accounts {
    /// The sessions of a member, the last used one first. `secret` is that of the one that asks.
    pub async fn sessions(&self, member: &Member, secret: &str) -> Result<Vec<SignedIn>, LedgerError> {
        let text = format!(
            "select s.hash, s.begun_at, s.seen_at, s.browser from sessions s where s.member = $1 and {} \
             order by s.seen_at desc, s.hash",
            self.lasts()
        );
        let this = secret::hash(secret);
        let rows = self.store.ask(&text, [member.id.as_str()]).await?;
        let session = |row: &sqlx::any::AnyRow| {
            let hash: String = parsed(row, "hash")?;
            Ok(SignedIn {
                is_this: hash == this,
                id: hash.chars().take(NAMED_BY).collect(),
                begun_at: time(row, "begun_at")?,
                seen_at: time(row, "seen_at")?,
                browser: parsed(row, "browser")?,
            })
        };
        rows.iter().map(session).collect()
    }

    /// Ends one session of this member; whether there was one.
    pub async fn end_session(&self, member: &Member, id: &str) -> Result<bool, LedgerError> {
        let statement =
            format!("delete from sessions where member = $1 and substr(hash, 1, {NAMED_BY}) = $2");
        Ok(self.store.tell(&statement, [member.id.as_str(), id]).await? > 0)
    }

    /// Ends every session of this member but the one with this secret.
    pub async fn end_others(&self, member: &Member, secret: &str) -> Result<(), LedgerError> {
        let statement = "delete from sessions where member = $1 and hash <> $2";
        self.store.tell(statement, [member.id.as_str(), &secret::hash(secret)]).await?;
        Ok(())
    }

    /// Takes another password of a member who knows the one before, and ends every session; gives the secret of a new one.
    pub async fn change_password(
        &self,
        member: &Member,
        before: Zeroizing<String>,
        password: Zeroizing<String>,
    ) -> Result<String, Refused> {
        let (id, subject) = (member.id.as_str(), subject(&member.email));
        // Whoever finds a browser open guesses no more often here than at the door.
        self.attempt(&subject).await?;
        let rows = self.store.ask("select password from members where id = $1", [id]).await?;
        let hash: Option<String> = rows.first().and_then(|row| maybe(row, "password").ok()).flatten();
        if !self.is_right(before, hash).await? {
            return Err(Refused::Field { field: "before", message: "account.before_wrong" });
        }
        self.forget(&subject).await?;
        let password = self.hash(password, &About::of(member)).await?;
        let mut together = self.store.together().await?;
        let session = self.begin_anew(&mut together, member, &password).await?;
        together.done().await?;
        Ok(session)
    }
}
