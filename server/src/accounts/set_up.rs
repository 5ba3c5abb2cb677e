//! The first start: a link that is good once makes the vendor and its owner.

use app::portal::{Role, What};
use evidence::name::{Name, Text};
use zeroize::Zeroizing;

use super::member::Joining;
use super::weak::About;
use super::{Accounts, DAY, Refused, address, secret};
use crate::audit::{Actor, Note};
use crate::ledger::LedgerError;

/// How long a set-up link is good, in microseconds.
const GOOD_FOR: i64 = DAY;

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
        // There is one row, so that of two servers that start at once the later one's link is the good one.
        let statement = format!(
            "insert into links (kind, hash, created_at) values ('set-up', $1, {now}) on conflict (kind) \
             do update set hash = excluded.hash, created_at = excluded.created_at",
            now = self.now()
        );
        self.store.tell(&statement, [&secret::hash(&secret)]).await?;
        Ok(Some(secret))
    }

    /// Whether a set-up link is still good. Asking changes nothing.
    pub async fn can_set_up(&self, secret: &str) -> Result<bool, LedgerError> {
        let text = format!("select hash from links where {}", self.good());
        Ok(self.is_empty().await? && !self.store.ask(&text, [&secret::hash(secret)]).await?.is_empty())
    }

    /// Makes the vendor and its owner, and signs the owner in: all of it, or nothing, and then the link stays good. Gives the
    /// session's secret.
    pub async fn set_up(&self, secret: &str, set_up: SetUp) -> Result<String, Refused> {
        let email = address(&set_up.email)?;
        if !self.can_set_up(secret).await? {
            return Err(Refused::LinkSpent);
        }
        let (vendor, title, name) = (set_up.vendor.as_str(), set_up.title.as_str(), set_up.name.as_str());
        let about = About { email: &email, name, vendor, title };
        let password = self.hash(set_up.password, &about).await?;
        let mut together = self.store.together().await?;
        // Of two who come at the same moment one is first, and the link is spent by it.
        let claim = format!("delete from links where {}", self.good());
        if together.tell(&claim, [&secret::hash(secret)]).await? == 0 {
            return Err(Refused::LinkSpent);
        }
        let statement = "insert into vendors (name, title) values ($1, $2) on conflict (name) do nothing";
        together.tell(statement, [vendor, title]).await?;
        // A vendor that has people is not taken over by whoever types its name.
        let people = together.ask("select id from members where vendor = $1 limit 1", [vendor]).await?;
        if !people.is_empty() {
            return Err(Refused::Field { field: "vendor", message: "account.vendor_taken" });
        }
        let owner = Joining {
            vendor,
            email: &email,
            name,
            role: Role::Owner,
            approves: "[]",
            password: Some(&password),
        };
        let id = self.join_in(&mut together, &owner).await?;
        let by = Actor { vendor: set_up.vendor.clone(), member: id.clone(), name: name.to_owned() };
        self.audit.note_in(&mut together, &Note::new(by, What::SetUp).about(&set_up.title)).await?;
        let session = self.begin_in(&mut together, &id).await?;
        together.done().await?;
        Ok(session)
    }

    fn good(&self) -> String {
        format!("kind = 'set-up' and hash = $1 and created_at > {}", self.now() - GOOD_FOR)
    }
}
