//! API keys, as a vendor's people make and end them.

use evidence::name::{Name, Text};
use evidence::timestamp::Timestamp;

use super::Answer;

/// Questions about API keys, and what can be done with them.
pub trait Keys {
    /// The vendor's API keys, and what a new one can be made for.
    fn api_keys(&self) -> Answer<'_, KeysPage>;
    /// Makes one. Its secret is in what comes back and nowhere else.
    fn make_key(&self, order: KeyOrder) -> Answer<'_, MadeKey>;
    /// Ends one at once.
    fn end_key(&self, id: Name) -> Answer<'_, ()>;
}

/// Every API key.
#[derive(Clone, Debug)]
pub struct KeysPage {
    /// The keys, newest first.
    pub keys: Vec<KeyLine>,
    /// The tenants that there are, with their names for people.
    pub tenants: Vec<(Name, Text)>,
    /// The agents that act for any of them.
    pub agents: Vec<Name>,
}

/// An API key in a list.
#[derive(Clone, Debug)]
pub struct KeyLine {
    /// By what it is revoked.
    pub id: Name,
    /// What people call it.
    pub label: Text,
    /// For which tenants it is good; nothing, if for all.
    pub tenants: Option<Vec<Name>>,
    /// As which agents it acts; nothing, if as any.
    pub agents: Option<Vec<Name>>,
    /// Whose key it is and for which groups it votes, if it is a person's.
    pub person: Option<(Text, Vec<Name>)>,
    /// Who made it; nothing, if it was made where the server runs.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Until when it is good, or was.
    pub expires_at: Option<Timestamp>,
    /// Whether its time is over.
    pub expired: bool,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl KeyLine {
    /// Whether it opens anything.
    pub const fn is_good(&self) -> bool {
        self.revoked_at.is_none() && !self.expired
    }
}

/// A key that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOrder {
    /// What people will call it.
    pub label: Text,
    /// For which tenants; nothing, if for all.
    pub tenants: Option<Vec<Name>>,
    /// As which agents; nothing, if as any.
    pub agents: Option<Vec<Name>>,
    /// For how many days; nothing, if until it is revoked.
    pub days: Option<u32>,
}

/// A key that was made.
#[derive(Clone)]
pub struct MadeKey {
    /// Its secret.
    pub secret: String,
    /// What the portal is reached under.
    pub address: String,
}
