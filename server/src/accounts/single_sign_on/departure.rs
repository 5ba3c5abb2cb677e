//! What ties an answer of the provider to the browser that asked: one secret in that browser's cookie, from which everything
//! else is derived. The database holds its hash, and that only until the browser is back.

use evidence::digest::{Digest, to_base64url};

use super::super::{Accounts, secret};
use crate::ledger::LedgerError;
use crate::store::row::parsed;

/// How long somebody may stay away, in microseconds: ten minutes.
const GOOD_FOR: i64 = 10 * 60 * 1_000_000;

/// One who is away at the provider.
pub struct Departure(String);

impl Departure {
    /// A new one.
    pub fn new() -> Result<Self, LedgerError> {
        secret::fresh().map(Self)
    }

    /// The one with this secret.
    pub fn of(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    /// What the browser keeps.
    pub fn into_secret(self) -> String {
        self.0
    }

    /// What the provider sends back through the browser.
    pub fn state(&self) -> String {
        self.derived("state")
    }

    /// What the provider signs.
    pub fn nonce(&self) -> String {
        self.derived("nonce")
    }

    /// What proves to the provider that the code comes from whoever asked for it, RFC 7636.
    pub fn verifier(&self) -> String {
        self.derived("verifier")
    }

    /// Whether this is the state. Hashes are compared, so that how long it takes says nothing.
    pub fn has_state(&self, state: &str) -> bool {
        secret::hash(state) == secret::hash(&self.state())
    }

    fn derived(&self, what: &str) -> String {
        to_base64url(&Digest::of(format!("helm sign-in {what} {}", self.0).as_bytes()).0)
    }
}

impl Accounts {
    /// Remembers one who goes to the provider, and forgets those who stayed there.
    pub(super) async fn departs(&self, departure: &Departure, onward: &str) -> Result<(), LedgerError> {
        let now = self.now();
        self.store.tell(&format!("delete from departures where begun_at < {}", now - GOOD_FOR), []).await?;
        let statement = format!("insert into departures (hash, onward, begun_at) values ($1, $2, {now})");
        self.store.tell(&statement, [&secret::hash(&departure.0), onward]).await?;
        Ok(())
    }

    /// Where one wanted to go who is back; `None` for one who never left, was back before, or stayed away too long.
    pub(super) async fn returns(&self, departure: &Departure) -> Result<Option<String>, LedgerError> {
        let statement = format!(
            "delete from departures where hash = $1 and begun_at >= {} returning onward",
            self.now() - GOOD_FOR
        );
        let rows = self.store.ask(&statement, [&secret::hash(&departure.0)]).await?;
        Ok(rows.first().map(|row| parsed(row, "onward")).transpose()?)
    }
}

#[cfg(test)]
mod tests {
    use super::Departure;

    #[test]
    fn what_is_derived_differs_and_fits_the_rfc() {
        let departure = Departure::new().unwrap();
        let derived = [departure.state(), departure.nonce(), departure.verifier()];
        for text in &derived {
            assert_eq!(text.len(), 43, "RFC 7636 wants 43 to 128 characters");
            assert_eq!(derived.iter().filter(|other| *other == text).count(), 1);
        }
        assert!(departure.has_state(&derived[0]) && !departure.has_state(&derived[1]));
        assert!(!departure.has_state("") && !Departure::of("").has_state(&derived[0]));
    }
}
