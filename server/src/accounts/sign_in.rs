//! Signing in.

use app::portal::What;
use zeroize::Zeroizing;

use super::{Accounts, Refused};
use crate::audit::{Actor, Note};
use crate::ledger::LedgerError;
use crate::store::row::{maybe, parsed};

impl Accounts {
    /// Begins a session of whoever has this e-mail address and this password. Gives its secret. `from` is where the request
    /// comes from: too many failures there, or at one address, take a while to be forgotten.
    pub async fn sign_in(
        &self,
        email: &str,
        password: Zeroizing<String>,
        from: &str,
    ) -> Result<String, Refused> {
        let email = email.trim().to_lowercase();
        let subjects = [format!("email {email}"), format!("from {from}")];
        self.wait_over(&subjects).await?;
        let rows = self
            .store
            .ask("select id, password from members where email = $1 and ended_at is null", [&email])
            .await?;
        let hash: Option<String> = rows.first().and_then(|row| maybe(row, "password").ok()).flatten();
        if !self.is_right(password, hash).await? {
            self.failed(&subjects).await?;
            self.note_failure(&email).await?;
            return Err(Refused::WrongPassword);
        }
        self.forget(&subjects).await?;
        let row = rows.first().ok_or(Refused::WrongPassword)?;
        let id: String = parsed(row, "id")?;
        Ok(self.begin(&id).await?)
    }

    /// A wrong password for a member's address is worth a line. Whoever guesses waits longer and longer, so there are never
    /// many; of an address that nobody has there is no vendor to tell.
    async fn note_failure(&self, email: &str) -> Result<(), LedgerError> {
        let whose = "members m where m.email = $1 and m.ended_at is null";
        let Some(Actor { vendor, name, .. }) = self.actor(whose, email).await? else { return Ok(()) };
        let nobody = Actor { vendor, member: String::new(), name: String::new() };
        self.audit.note(&Note::new(nobody, What::SignInFailed).about(name)).await
    }
}
