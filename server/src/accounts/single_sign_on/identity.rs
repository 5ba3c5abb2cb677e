//! Which member somebody is whom the provider knows.

use app::portal::NotSignedOn;

use super::super::{Accounts, Refused};
use super::unavailable;
use crate::store::row::parsed;

/// Somebody whom the provider knows.
pub struct Person {
    /// The provider.
    pub issuer: String,
    /// By what the provider tells people apart, for good.
    pub subject: String,
    /// The e-mail address, if the provider says that it is theirs.
    pub email: Option<String>,
}

impl Accounts {
    /// The member that this person is: the one they were before, or else the one with their e-mail address, which is then
    /// theirs for good. An address that passes to somebody else does not pass the account on with it.
    pub(super) async fn member_of(&self, person: &Person) -> Result<String, NotSignedOn> {
        if let Some(known) = self.linked(person).await.map_err(unavailable)? {
            return Ok(known);
        }
        let email = person.email.as_deref().ok_or(NotSignedOn::Unverified)?;
        let member = self.with_email(email).await.map_err(unavailable)?.ok_or(NotSignedOn::Stranger)?;
        self.link(person, &member).await.map_err(unavailable)?;
        // Of two at once one was first, and the member may be another subject's already.
        let linked = self.linked(person).await.map_err(unavailable)?;
        linked.filter(|linked| *linked == member).ok_or(NotSignedOn::Taken)
    }

    async fn linked(&self, person: &Person) -> Result<Option<String>, Refused> {
        let text = "select m.id from identities i join members m on m.id = i.member \
                    where i.issuer = $1 and i.subject = $2 and m.ended_at is null";
        let rows = self.store.ask(text, [&person.issuer, &person.subject]).await?;
        Ok(rows.first().map(|row| parsed(row, "id")).transpose()?)
    }

    async fn with_email(&self, email: &str) -> Result<Option<String>, Refused> {
        let text = "select id from members where email = $1 and ended_at is null";
        // Only ASCII has one lower case: a letter of another script must not become the one it resembles.
        let rows = self.store.ask(text, [&email.trim().to_ascii_lowercase()]).await?;
        Ok(rows.first().map(|row| parsed(row, "id")).transpose()?)
    }

    async fn link(&self, person: &Person, member: &str) -> Result<(), Refused> {
        let statement = format!(
            "insert into identities (issuer, subject, member, linked_at) values ($1, $2, $3, {}) \
             on conflict do nothing",
            self.now()
        );
        self.store.tell(&statement, [&person.issuer, &person.subject, member]).await?;
        Ok(())
    }
}
