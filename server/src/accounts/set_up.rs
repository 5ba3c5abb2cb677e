//! The first start: a link that is good once makes the vendor and its owner.

use app::portal::{Role, What};
use evidence::digest::to_hex;
use evidence::name::{Name, Text};
use zeroize::Zeroizing;

use super::{Accounts, Refused, secret};
use crate::audit::{Actor, Note};
use crate::ledger::LedgerError;

/// How long a set-up link is good, in microseconds: a day.
const GOOD_FOR: i64 = 24 * 60 * 60 * 1_000_000;

/// What the first owner says.
pub struct SetUp {
    /// The vendor's name in addresses and receipts.
    pub vendor: Name,
    /// The vendor's name for people.
    pub title: Text,
    /// With what the owner signs in.
    pub email: String,
    /// The owner's name, as receipts will say it.
    pub name: Text,
    /// The owner's password.
    pub password: Zeroizing<String>,
}

impl Accounts {
    /// A new set-up link's secret, in place of any before it; `None` if the portal has somebody already.
    pub async fn set_up_link(&self) -> Result<Option<String>, LedgerError> {
        if !self.is_empty().await? {
            return Ok(None);
        }
        let secret = secret::fresh()?;
        self.store.tell("delete from links where kind = 'set-up'", []).await?;
        let statement =
            format!("insert into links (hash, kind, created_at) values ($1, 'set-up', {})", self.now());
        self.store.tell(&statement, [&secret::hash(&secret)]).await?;
        Ok(Some(secret))
    }

    /// Whether a set-up link is still good. Asking changes nothing.
    pub async fn can_set_up(&self, secret: &str) -> Result<bool, LedgerError> {
        let text = format!(
            "select hash from links where hash = $1 and kind = 'set-up' and used_at is null and created_at > {}",
            self.now() - GOOD_FOR
        );
        Ok(self.is_empty().await? && !self.store.ask(&text, [&secret::hash(secret)]).await?.is_empty())
    }

    /// Makes the vendor and its owner, and signs the owner in. Gives the session's secret.
    pub async fn set_up(&self, secret: &str, set_up: SetUp) -> Result<String, Refused> {
        let email = set_up.email.trim().to_lowercase();
        if email.len() > 254
            || !email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        {
            let message = "account.email_shape";
            return Err(Refused::Field { field: "email", message });
        }
        if !self.can_set_up(secret).await? {
            return Err(Refused::LinkSpent);
        }
        let password = self.hash(set_up.password).await?;
        // Of two who come at the same moment one is first, and the link is spent by it.
        let claim = format!(
            "update links set used_at = {} where hash = $1 and used_at is null returning hash",
            self.now()
        );
        if self.store.ask(&claim, [&secret::hash(secret)]).await?.is_empty() {
            return Err(Refused::LinkSpent);
        }
        let vendor = self.registry.create_vendor(&set_up.vendor, &set_up.title).await?;
        let id = fresh_id()?;
        let statement = format!(
            "insert into members (id, vendor, email, name, role, approves, password, created_at) \
             values ($1, $2, $3, $4, $5, '[]', $6, {})",
            self.now()
        );
        let (vendor, name) = (vendor.name.as_str(), set_up.name.as_str());
        let role = Role::Owner.as_str();
        let by = Actor { vendor: set_up.vendor, member: id.clone(), name: name.to_owned() };
        let note = Note::new(by, What::SetUp).about(&set_up.title);
        self.audit.change(&statement, [&id, vendor, &email, name, role, &password], &note).await?;
        Ok(self.begin(&id).await?)
    }
}

fn fresh_id() -> Result<String, LedgerError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(LedgerError::unavailable)?;
    Ok(to_hex(&bytes))
}
