//! Signing in.

use zeroize::Zeroizing;

use super::{Accounts, Refused};
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
            return Err(Refused::WrongPassword);
        }
        self.forget(&subjects).await?;
        let row = rows.first().ok_or(Refused::WrongPassword)?;
        let id: String = parsed(row, "id")?;
        Ok(self.begin(&id).await?)
    }
}
