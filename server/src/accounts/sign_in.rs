//! Signing in.

use std::net::IpAddr;

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
        let (place, whose) = (place(from), subject(&email));
        self.attempt(&place).await?;
        self.attempt(&whose).await?;
        let rows = self
            .store
            .ask("select id, password from members where email = $1 and ended_at is null", [&email])
            .await?;
        let hash: Option<String> = rows.first().and_then(|row| maybe(row, "password").ok()).flatten();
        if !self.is_right(password, hash).await? {
            self.note_failure(&email).await?;
            return Err(Refused::WrongPassword);
        }
        let row = rows.first().ok_or(Refused::WrongPassword)?;
        let id: String = parsed(row, "id")?;
        // Whoever has one password may still be guessing others from the same place.
        self.forget(&whose).await?;
        self.take_back(&place).await?;
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

/// Under what the failures at an e-mail address are counted.
pub(super) fn subject(email: &str) -> String {
    let email: String = email.chars().take(254).collect();
    format!("email {email}")
}

/// Under what the failures from a place are counted. Whoever has an address of version 6 has 2⁶⁴ of them.
fn place(from: &str) -> String {
    match from.parse() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = address.segments();
            format!("from {a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => format!("from {from}"),
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn the_addresses_of_one_network_are_one_place() {
        assert_eq!(place("2001:db8:1:2:3::4"), place("2001:db8:1:2:ffff::"));
        assert_ne!(place("2001:db8:1:2::4"), place("2001:db8:1:3::4"));
        assert_ne!(place("192.0.2.1"), place("192.0.2.2"));
        assert_ne!(place("::ffff:192.0.2.1"), place("::ffff:192.0.2.2"));
    }
}
