//! API keys of programs. A person's key is not made here: whoever could make one for somebody else could vote in their name.

use std::collections::BTreeSet;

use app::portal::{Answer, KeyLine, KeyOrder, Keys, KeysPage, MadeKey, Refusal};
use app::text::Said;
use evidence::name::Name;
use evidence::timestamp::Timestamp;

use super::connectors::fault;
use super::{Face, unavailable};
use crate::registry::{IssuedKey, NewKey, Scope};

/// In a day.
const SECONDS: u64 = 24 * 60 * 60;

impl Keys for Face {
    fn api_keys(&self) -> Answer<'_, KeysPage> {
        Box::pin(async move {
            let (registry, now) = (&self.portal().registry, self.portal().clock.now());
            let keys = registry.api_keys(self.desk().vendor()).await.map_err(unavailable)?;
            Ok(KeysPage {
                keys: keys.into_iter().map(|key| line(key, now)).collect(),
                tenants: registry.tenant_names(self.vendor()).await.map_err(unavailable)?,
                agents: registry.agent_names(self.vendor()).await.map_err(unavailable)?,
            })
        })
    }

    fn make_key(&self, order: KeyOrder) -> Answer<'_, MadeKey> {
        Box::pin(self.cut(order))
    }

    fn end_key(&self, id: Name) -> Answer<'_, ()> {
        Box::pin(async move {
            let ended = self.portal().registry.end_api_key(&id, self.visitor.actor()).await;
            if ended.map_err(unavailable)? { Ok(()) } else { Err(Refusal::NotFound) }
        })
    }
}

impl Face {
    async fn cut(&self, order: KeyOrder) -> Result<MadeKey, Refusal> {
        let registry = &self.portal().registry;
        let tenants = registry.tenant_names(self.vendor()).await.map_err(unavailable)?;
        let tenants = tenants.into_iter().map(|(name, _)| name).collect();
        let agents = registry.agent_names(self.vendor()).await.map_err(unavailable)?;
        let new = NewKey {
            label: order.label,
            scope: Scope {
                tenants: chosen("tenants", "api_keys.tenant_unknown", order.tenants, &tenants)?,
                agents: chosen(
                    "agents",
                    "api_keys.agent_unknown",
                    order.agents,
                    &agents.into_iter().collect(),
                )?,
                person: None,
            },
            expires_at: order
                .days
                .map(|days| self.portal().clock.now().saturating_plus_seconds(SECONDS * u64::from(days))),
        };
        let made = registry.make_api_key(&new, self.visitor.actor()).await.map_err(unavailable)?;
        Ok(MadeKey { secret: made.secret, address: self.shared.0.address.clone() })
    }
}

/// The names that were chosen, which all have to be known.
fn chosen(
    field: &str,
    message: &'static str,
    names: Option<Vec<Name>>,
    known: &BTreeSet<Name>,
) -> Result<Option<BTreeSet<Name>>, Refusal> {
    let Some(names) = names else { return Ok(None) };
    match names.iter().find(|name| !known.contains(*name)) {
        Some(stranger) => Err(fault(field, Said::new(message).with("name", stranger))),
        None => Ok(Some(names.into_iter().collect())),
    }
}

fn line(key: IssuedKey, now: Timestamp) -> KeyLine {
    let IssuedKey { id, label, scope, created_by, created_at, last_used_at, expires_at, revoked_at } = key;
    let names = |names: Option<BTreeSet<Name>>| names.map(|names| names.into_iter().collect());
    KeyLine {
        id,
        label,
        tenants: names(scope.tenants),
        agents: names(scope.agents),
        person: scope.person.map(|person| (person.name, person.approves.into_iter().collect())),
        created_by,
        created_at,
        last_used_at,
        expired: expires_at.is_some_and(|at| at <= now),
        expires_at,
        revoked_at,
    }
}
