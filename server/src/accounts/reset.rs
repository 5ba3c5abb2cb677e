//! Reset links: an owner, or the operator, hands one to a member who can't sign in. It is good once, and for whoever chooses
//! a new password by it every other session ends.

use app::portal::What;
use evidence::name::Name;
use zeroize::Zeroizing;

use super::member::{COLUMNS, member};
use super::weak::About;
use super::{Accounts, DAY, Member, Refused, secret};
use crate::audit::{Actor, Note};
use crate::ledger::LedgerError;
use crate::store::row::{Together, parsed};

/// How long a reset link is good, in microseconds.
pub(super) const GOOD_FOR: i64 = DAY;

/// A reset link that is good.
pub struct Reset {
    /// Whose password it is.
    pub member: Member,
}

impl Accounts {
    /// A new reset link's secret for a member of the same vendor, in place of any before it. Their sessions end. `by` has no
    /// member for the operator.
    pub async fn hand_out_reset(&self, by: &Actor, id: &Name) -> Result<String, Refused> {
        let secret = secret::fresh()?;
        let mut together = self.store.together().await?;
        let statement = format!(
            "insert into resets (member, hash, made_by, created_at) select m.id, $1, $2, {} from members m \
             where m.id = $3 and m.vendor = $4 and m.ended_at is null on conflict (member) do update set \
             hash = excluded.hash, made_by = excluded.made_by, created_at = excluded.created_at",
            self.now()
        );
        let values = [&secret::hash(&secret), by.member.as_str(), id.as_str(), by.vendor.as_str()];
        if together.tell(&statement, values).await? == 0 {
            return Err(Refused::NoMember);
        }
        together.tell("delete from sessions where member = $1", [id.as_str()]).await?;
        let rows = together.ask("select name from members where id = $1", [id.as_str()]).await?;
        let name: String = parsed(rows.first().ok_or(Refused::NoMember)?, "name")?;
        let note = Note::new(by.clone(), What::PasswordReset).about(name);
        self.audit.note_in(&mut together, &note).await?;
        together.done().await?;
        Ok(secret)
    }

    /// The same for whoever has this e-mail address; `None` if nobody has.
    pub async fn reset_link(&self, email: &str) -> Result<Option<String>, Refused> {
        let text = "select id, vendor from members where email = $1 and ended_at is null";
        let rows = self.store.ask(text, [&email.trim().to_lowercase()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let operator = Actor { vendor: parsed(row, "vendor")?, member: String::new(), name: String::new() };
        Ok(Some(self.hand_out_reset(&operator, &parsed(row, "id")?).await?))
    }

    /// Whose password the link is for, while it is good. Asking uses nothing up.
    pub async fn resetting(&self, secret: &str) -> Result<Option<Reset>, LedgerError> {
        let text = format!(
            "select {COLUMNS} from resets r join members m on m.id = r.member join vendors v on v.name = m.vendor \
             where r.hash = $1 and m.ended_at is null and r.created_at > {}",
            self.now() - GOOD_FOR
        );
        let rows = self.store.ask(&text, [&secret::hash(secret)]).await?;
        Ok(rows.first().map(member).transpose()?.map(|member| Reset { member }))
    }

    /// Takes a new password by a link, and signs its member in there and nowhere else. Gives the session's secret.
    pub async fn reset(&self, secret: &str, password: Zeroizing<String>) -> Result<String, Refused> {
        let Reset { member } = self.resetting(secret).await?.ok_or(Refused::LinkSpent)?;
        let password = self.hash(password, &About::of(&member)).await?;
        let mut together = self.store.together().await?;
        let claim = format!(
            "delete from resets where hash = $1 and member = $2 and created_at > {}",
            self.now() - GOOD_FOR
        );
        if together.tell(&claim, [&secret::hash(secret), member.id.as_str()]).await? == 0 {
            return Err(Refused::LinkSpent);
        }
        let session = self.begin_anew(&mut together, &member, &password).await?;
        together.done().await?;
        self.forget(&super::sign_in::subject(&member.email)).await?;
        Ok(session)
    }

    /// A member's new password, and the one session that is left.
    pub(super) async fn begin_anew(
        &self,
        together: &mut Together,
        member: &Member,
        password: &str,
    ) -> Result<String, Refused> {
        let id = member.id.as_str();
        let statement = "update members set password = $1 where id = $2 and ended_at is null";
        if together.tell(statement, [password, id]).await? == 0 {
            return Err(Refused::NoMember);
        }
        together.tell("delete from sessions where member = $1", [id]).await?;
        together.tell("delete from resets where member = $1", [id]).await?;
        self.audit.note_in(together, &Note::new(member.actor(), What::PasswordChanged)).await?;
        Ok(self.begin_in(together, id).await?)
    }
}
