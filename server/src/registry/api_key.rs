//! API keys: 256 random bits, of which only the hash is kept.
//!
//! A key is looked up by its hash, so how long the look-up takes says nothing about any key that exists.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use app::portal::What;
use evidence::digest::{Digest, to_base64url, to_hex};
use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Desk, Registry, Vendor};
use crate::audit::{Actor, Note};
use crate::ledger::LedgerError;
use crate::private_file;
use crate::store::row::parsed;

/// What every key begins with, so that scanners for leaked secrets know one.
const PREFIX: &str = "helm_";
/// For how long a key that was found is taken as found, in microseconds. A key revoked here ends at once; one revoked through
/// another server on the same database ends within this.
const RECENT_MICROS: i64 = 1_000_000;
/// How old the note of a key's last use may be before it is written again, in microseconds.
const USED_MICROS: i64 = 60_000_000;

/// What an API key is good for; `None` means all of the vendor's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// These tenants only.
    pub tenants: Option<BTreeSet<Name>>,
    /// These agents only.
    pub agents: Option<BTreeSet<Name>>,
    /// The person whose key it is. Such a key votes, freezes and lets go; it never proposes a write.
    pub person: Option<Person>,
}

/// A person who answers for what agents do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who, as receipts will say.
    pub name: Text,
    /// The groups for which they vote.
    pub approves: BTreeSet<Name>,
}

impl Scope {
    /// Whether it covers this tenant.
    pub fn covers_tenant(&self, tenant: &Name) -> bool {
        self.tenants.as_ref().is_none_or(|tenants| tenants.contains(tenant))
    }

    /// Whether it covers this agent.
    pub fn covers_agent(&self, agent: &Name) -> bool {
        self.person.is_none() && self.agents.as_ref().is_none_or(|agents| agents.contains(agent))
    }
}

/// An API key that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What people call it.
    pub label: Text,
    /// What it is good for.
    pub scope: Scope,
    /// From when on it is good no more; nothing, if it stays good until it is revoked.
    pub expires_at: Option<Timestamp>,
}

/// A newly issued API key.
#[derive(Clone)]
pub struct ApiKey {
    /// By what it is listed and revoked.
    pub id: Name,
    /// The secret, `helm_…`, to be shown once.
    pub secret: String,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKey({})", self.id)
    }
}

/// An API key in a list.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    /// Its id.
    pub id: Name,
    /// What it is for.
    pub label: Text,
    /// What it is good for.
    pub scope: Scope,
    /// Who made it; nothing, if nobody's name stands behind it.
    pub created_by: Option<String>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// From when on it is good no more.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// The desks of keys that were presented lately, by the keys' hashes, and when each was looked up.
pub(super) type Recent = Arc<RwLock<HashMap<Digest, (Timestamp, Desk)>>>;

impl Registry {
    /// Issues an API key that nobody's name stands behind: by whoever runs the server. Its secret is in what comes back and
    /// nowhere else.
    pub async fn issue_api_key(
        &self,
        vendor: &Vendor,
        label: &Text,
        scope: &Scope,
    ) -> Result<ApiKey, LedgerError> {
        let new = NewKey { label: label.clone(), scope: scope.clone(), expires_at: None };
        let cut = Cut::new(&new)?;
        self.store.tell(&self.insertion(&new), cut.values(&vendor.name, &new, "")).await?;
        Ok(cut.key)
    }

    /// The same by a member, which the audit has.
    pub async fn make_api_key(&self, new: &NewKey, by: Actor) -> Result<ApiKey, LedgerError> {
        let (cut, vendor, name) = (Cut::new(new)?, by.vendor.clone(), by.name.clone());
        let note = Note::new(by, What::KeyCreated).about(&new.label).with("key", &cut.key.id);
        let note = note.with("tenants", &cut.tenants).with("agents", &cut.agents);
        let note = note.with("expires", new.expires_at.map_or_else(String::new, |at| at.to_string()));
        self.audit.change(&self.insertion(new), cut.values(&vendor, new, &name), &note).await?;
        Ok(cut.key)
    }

    /// The statement that keeps a new key. Its times are ours, so they stand in it.
    fn insertion(&self, new: &NewKey) -> String {
        let expires_at = new.expires_at.map_or_else(|| "null".to_owned(), |at| at.micros().to_string());
        format!(
            "insert into api_keys (id, hash, vendor, label, tenants, agents, person, approves, created_by, created_at, \
             expires_at) values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), nullif($8, ''), \
             nullif($9, ''), {}, {expires_at})",
            self.ledger.clock().now().micros()
        )
    }

    /// The vendor's API keys, newest first, revoked ones too.
    pub async fn api_keys(&self, vendor: &Vendor) -> Result<Vec<IssuedKey>, LedgerError> {
        let text = "select id, label, tenants, agents, person, approves, created_by, created_at, last_used_at, \
                    expires_at, revoked_at from api_keys where vendor = $1 order by created_at desc, id";
        self.store.ask(text, [vendor.name.as_str()]).await?.iter().map(issued).collect()
    }

    /// Revokes an API key, from the next request on.
    pub async fn revoke_api_key(&self, vendor: &Vendor, id: &Name) -> Result<(), LedgerError> {
        let revoked = self.store.tell(&self.revocation(), [vendor.name.as_str(), id.as_str()]).await;
        self.forget_keys();
        revoked?;
        Ok(())
    }

    /// The same by a member, which the audit has. Whether there was such a key that was not revoked.
    pub async fn end_api_key(&self, id: &Name, by: Actor) -> Result<bool, LedgerError> {
        let vendor = by.vendor.clone();
        let place = [vendor.as_str(), id.as_str()];
        let found = self.store.ask("select label from api_keys where vendor = $1 and id = $2", place).await?;
        let Some(row) = found.first() else { return Ok(false) };
        let label: String = row.try_get("label").map_err(LedgerError::unavailable)?;
        let note = Note::new(by, What::KeyRevoked).about(label).with("key", id);
        let revoked = self.audit.change(&self.revocation(), place, &note).await;
        self.forget_keys();
        revoked
    }

    fn revocation(&self) -> String {
        let now = self.ledger.clock().now().micros();
        format!("update api_keys set revoked_at = {now} where vendor = $1 and id = $2 and revoked_at is null")
    }

    fn forget_keys(&self) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Opens the desk that a presented API key gives access to; `None` if there is no such key, or no longer.
    pub async fn desk(&self, presented: &str) -> Result<Option<Desk>, LedgerError> {
        self.desk_of(Digest::of(presented.as_bytes())).await
    }

    /// The same by the key's digest, for whoever has presented it and asks again whether it is still good.
    pub(crate) async fn desk_of(&self, hash: Digest) -> Result<Option<Desk>, LedgerError> {
        let now = self.ledger.clock().now();
        let found = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        match found {
            Some((at, desk)) if (now.micros() - at.micros()).abs() < RECENT_MICROS => Ok(Some(desk)),
            _ => self.look_up(hash, now).await,
        }
    }

    async fn look_up(&self, hash: Digest, now: Timestamp) -> Result<Option<Desk>, LedgerError> {
        let text = "select k.id, k.tenants, k.agents, k.person, k.approves, k.last_used_at, v.name, v.title from api_keys k \
                    join vendors v on v.name = k.vendor where k.hash = $1 and k.revoked_at is null";
        let text = format!("{text} and (k.expires_at is null or k.expires_at > {})", now.micros());
        let rows = self.store.ask(&text, [&hash.hex()]).await?;
        let Some(row) = rows.first() else {
            self.keys.write().unwrap_or_else(PoisonError::into_inner).remove(&hash);
            return Ok(None);
        };
        let desk = Desk {
            registry: self.forgetful(),
            key: parsed(row, "id")?,
            vendor: super::vendor(row)?,
            scope: scope(row)?,
        };
        let last = time(row, "last_used_at")?;
        if last.is_none_or(|last| now.micros() - last.micros() >= USED_MICROS) {
            let statement = format!("update api_keys set last_used_at = {} where id = $1", now.micros());
            // Whoever may only read still may while nothing can be written.
            if let Err(error) = self.store.tell(&statement, [desk.key.as_str()]).await {
                tracing::warn!(%error, "the last use of an API key could not be noted");
            }
        }
        self.keys.write().unwrap_or_else(PoisonError::into_inner).insert(hash, (now, desk.clone()));
        Ok(Some(desk))
    }

    /// A handle that does not remember desks: one that did would keep itself alive through them.
    fn forgetful(&self) -> Self {
        Self { keys: Recent::default(), ..self.clone() }
    }
}

/// A new key as it is kept.
struct Cut {
    key: ApiKey,
    hash: String,
    tenants: String,
    agents: String,
    approves: String,
}

impl Cut {
    fn new(new: &NewKey) -> Result<Self, LedgerError> {
        let secret = private_file::random().map_err(LedgerError::unavailable)?;
        let secret = format!("{PREFIX}{}", to_base64url(secret.as_slice()));
        let hash = Digest::of(secret.as_bytes());
        // The hash is no secret, and a part of it is as good a name as any.
        let id: Name = to_hex(&Digest::of(&hash.0).0[..8]).parse().map_err(LedgerError::unavailable)?;
        Ok(Self {
            key: ApiKey { id, secret },
            hash: hash.hex(),
            tenants: list(new.scope.tenants.as_ref()),
            agents: list(new.scope.agents.as_ref()),
            approves: list(new.scope.person.as_ref().map(|person| &person.approves)),
        })
    }

    fn values<'a>(&'a self, vendor: &'a Name, new: &'a NewKey, by: &'a str) -> [&'a str; 9] {
        let person = new.scope.person.as_ref().map_or("", |person| person.name.as_str());
        let Self { key, hash, tenants, agents, approves } = self;
        let label = new.label.as_str();
        [key.id.as_str(), hash, vendor.as_str(), label, tenants, agents, person, approves, by]
    }
}

/// The names as a JSON array; empty for no restriction.
fn list(names: Option<&BTreeSet<Name>>) -> String {
    names.and_then(|names| serde_json::to_string(names).ok()).unwrap_or_default()
}

fn scope(row: &AnyRow) -> Result<Scope, LedgerError> {
    let names = |column: &str| {
        let text: Option<String> = row.try_get(column).map_err(LedgerError::unavailable)?;
        text.map(|text| serde_json::from_str(&text).map_err(LedgerError::unavailable)).transpose()
    };
    let person: Option<String> = row.try_get("person").map_err(LedgerError::unavailable)?;
    let person = match person {
        Some(name) => Some(Person {
            name: name.parse().map_err(LedgerError::unavailable)?,
            approves: names("approves")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(Scope { tenants: names("tenants")?, agents: names("agents")?, person })
}

fn time(row: &AnyRow, column: &str) -> Result<Option<Timestamp>, LedgerError> {
    let micros: Option<i64> = row.try_get(column).map_err(LedgerError::unavailable)?;
    Ok(micros.and_then(Timestamp::from_micros))
}

fn issued(row: &AnyRow) -> Result<IssuedKey, LedgerError> {
    Ok(IssuedKey {
        id: parsed(row, "id")?,
        label: parsed(row, "label")?,
        scope: scope(row)?,
        created_by: row.try_get("created_by").map_err(LedgerError::unavailable)?,
        created_at: time(row, "created_at")?.unwrap_or(Timestamp::MIN),
        expires_at: time(row, "expires_at")?,
        last_used_at: time(row, "last_used_at")?,
        revoked_at: time(row, "revoked_at")?,
    })
}
