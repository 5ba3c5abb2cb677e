//! The registry: which vendors, tenants, agents and API keys there are.
//!
//! Whoever wants to ask the ledger anything needs a [`Tenant`], and a [`Desk`] only hands out those that its API key
//! was issued for. So a question about another vendor's tenant can't be put into words.

mod api_key;
mod desk;
mod tenant;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use evidence::commitment::TenantSecret;
use evidence::name::{Name, Text};
use evidence::receipt::{StandingState, StandingSubject};
use sqlx::Row as _;
use sqlx::any::AnyRow;

pub use api_key::{ApiKey, IssuedKey, NewKey, Person, Scope};
pub use desk::Desk;
pub use tenant::Tenant;
pub(crate) use tenant::{ERASED, TENANT_COLUMNS, secret_place};

use crate::audit::Audit;
use crate::ledger::{Ledger, LedgerError, StandingDraft};
use crate::private_file;
use crate::store::Store;
use crate::store::row::parsed;
use crate::vault::Vault;

/// A company whose agents write to its customers' data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
}

/// An agent of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Its name.
    pub name: Name,
    /// Its name for people.
    pub title: Text,
}

/// The registry. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    audit: Audit,
    vault: Vault,
    ledger: Ledger,
    origin: Arc<str>,
    /// Tenants as they were read: nothing about a tenant changes but that its secret is erased.
    tenants: Arc<RwLock<HashMap<(Name, Name), Tenant>>>,
    keys: api_key::Recent,
}

impl Registry {
    /// The registry in `store`. New tenants' logs are named after the host `origin`.
    pub fn new(store: Store, vault: Vault, ledger: Ledger, origin: String) -> Self {
        let keys = api_key::Recent::default();
        let audit = Audit::new(store.clone(), ledger.clock().clone());
        Self { store, audit, vault, ledger, origin: origin.into(), tenants: Arc::default(), keys }
    }

    /// Makes sure that there is a vendor with this name.
    pub async fn create_vendor(&self, name: &Name, title: &Text) -> Result<Vendor, LedgerError> {
        let statement = "insert into vendors (name, title) values ($1, $2) on conflict (name) do nothing";
        self.store.tell(statement, [name.as_str(), title.as_str()]).await?;
        self.vendor(name).await?.ok_or(LedgerError::Unavailable)
    }

    /// Makes sure that there is a tenant with this name, that its log has begun, and that these agents may act.
    pub async fn create_tenant(
        &self,
        vendor: &Vendor,
        name: &Name,
        title: &Text,
        agents: &[Agent],
        by: &Text,
    ) -> Result<Tenant, LedgerError> {
        let tenant = match self.tenant(&vendor.name, name).await? {
            Some(tenant) => tenant,
            None => self.insert_tenant(vendor, name, title).await?,
        };
        if self.is_frozen(vendor).await? {
            let reason = Text::shortened("The portal was frozen when this tenant was added.", 100);
            let (state, subject) = (StandingState::Stopped, StandingSubject::Portal);
            let standing = StandingDraft { by: by.clone(), reason, state, subject };
            self.ledger.stand(&tenant, standing).await?;
        }
        let known = self.agents(&tenant).await?;
        for agent in agents.iter().filter(|agent| known.iter().all(|known| known.name != agent.name)) {
            self.register(&tenant, agent, by).await?;
        }
        Ok(tenant)
    }

    /// Lets a new agent act for a tenant. The log comes first: a crash in between leaves an agent that can be registered
    /// again, never one that seems registered and isn't.
    pub async fn register(&self, tenant: &Tenant, agent: &Agent, by: &Text) -> Result<(), LedgerError> {
        let standing = StandingDraft {
            by: by.clone(),
            reason: Text::shortened("Registered.", 100),
            state: StandingState::Active,
            subject: StandingSubject::Agent(agent.name.clone()),
        };
        self.ledger.stand(tenant, standing).await?;
        let statement =
            "insert into agents (log, name, title) values ($1, $2, $3) on conflict (log, name) do nothing";
        let values = [tenant.log().as_str(), agent.name.as_str(), agent.title.as_str()];
        self.store.tell(statement, values).await?;
        Ok(())
    }

    /// Remembers whether all of a vendor's tenants are frozen.
    pub(crate) async fn freeze(&self, vendor: &Vendor, frozen: bool) -> Result<(), LedgerError> {
        let statement = format!("update vendors set frozen = {} where name = $1", u8::from(frozen));
        self.store.tell(&statement, [vendor.name.as_str()]).await?;
        Ok(())
    }

    async fn is_frozen(&self, vendor: &Vendor) -> Result<bool, LedgerError> {
        let text = "select name from vendors where name = $1 and frozen = 1";
        Ok(!self.store.ask(text, [vendor.name.as_str()]).await?.is_empty())
    }

    /// Every vendor, by name.
    pub async fn vendors(&self) -> Result<Vec<Vendor>, LedgerError> {
        let rows = self.store.ask("select name, title from vendors order by name", []).await?;
        rows.iter().map(vendor).collect()
    }

    /// The vendor with this name.
    pub async fn vendor(&self, name: &Name) -> Result<Option<Vendor>, LedgerError> {
        let rows = self.store.ask("select name, title from vendors where name = $1", [name.as_str()]).await?;
        rows.first().map(vendor).transpose()
    }

    /// The vendor's tenant with this name.
    pub async fn tenant(&self, vendor: &Name, name: &Name) -> Result<Option<Tenant>, LedgerError> {
        let id = (vendor.clone(), name.clone());
        if let Some(tenant) = self.tenants.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Some(tenant.clone()));
        }
        let text = format!("select {TENANT_COLUMNS} from tenants t where t.vendor = $1 and t.name = $2");
        let rows = self.store.ask(&text, [vendor.as_str(), name.as_str()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let tenant = Tenant::from_row(row, &self.vault).map_err(LedgerError::unavailable)?;
        self.tenants.write().unwrap_or_else(PoisonError::into_inner).insert(id, tenant.clone());
        Ok(Some(tenant))
    }

    /// The tenant as it is now, whatever was known of it.
    pub async fn current(&self, tenant: &Tenant) -> Result<Tenant, LedgerError> {
        let id = (tenant.vendor().clone(), tenant.name().clone());
        self.tenants.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
        self.tenant(&id.0, &id.1).await?.ok_or(LedgerError::Unavailable)
    }

    /// Forgets the secrets that another process has erased.
    pub async fn forget_erased(&self) -> Result<(), LedgerError> {
        let erased = self.store.ask("select log from tenants where secret = $1", [ERASED]).await?;
        let erased = erased.iter().map(|row| parsed(row, "log")).collect::<Result<HashSet<Name>, _>>()?;
        let mut known = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, tenant| tenant.is_erased() || !erased.contains(tenant.log()));
        Ok(())
    }

    /// The vendor's tenants, by name.
    pub async fn tenants(&self, vendor: &Name) -> Result<Vec<Tenant>, LedgerError> {
        let text = format!("select {TENANT_COLUMNS} from tenants t where t.vendor = $1 order by t.name");
        let rows = self.store.ask(&text, [vendor.as_str()]).await?;
        let tenants = rows.iter().map(|row| Tenant::from_row(row, &self.vault));
        tenants.collect::<Result<_, _>>().map_err(LedgerError::unavailable)
    }

    /// The name of the vendor's tenant whose action this is.
    pub(crate) async fn tenant_of_action(
        &self,
        vendor: &Vendor,
        id: &Name,
    ) -> Result<Option<Name>, LedgerError> {
        let text =
            "select t.name from actions a join tenants t on t.log = a.log where a.id = $1 and t.vendor = $2";
        let rows = self.store.ask(text, [id.as_str(), vendor.name.as_str()]).await?;
        Ok(rows.first().map(|row| parsed(row, "name")).transpose()?)
    }

    /// The tenant's agents, by name. Whether each may act is for the log to say.
    pub async fn agents(&self, tenant: &Tenant) -> Result<Vec<Agent>, LedgerError> {
        let text = "select name, title from agents where log = $1 order by name";
        let rows = self.store.ask(text, [tenant.log().as_str()]).await?;
        rows.iter().map(|row| vendor(row).map(|Vendor { name, title }| Agent { name, title })).collect()
    }

    /// The vendor's tenants whose names come after `after`, by name; at most `most`.
    pub async fn some_tenants(
        &self,
        vendor: &Name,
        after: &str,
        most: usize,
    ) -> Result<Vec<Tenant>, LedgerError> {
        let text = format!(
            "select {TENANT_COLUMNS} from tenants t where t.vendor = $1 and t.name > $2 order by t.name limit {most}"
        );
        let rows = self.store.ask(&text, [vendor.as_str(), after]).await?;
        let tenants = rows.iter().map(|row| Tenant::from_row(row, &self.vault));
        tenants.collect::<Result<_, _>>().map_err(LedgerError::unavailable)
    }

    /// The names of all the vendor's tenants, with their names for people; nothing else is read of them.
    pub async fn tenant_names(&self, vendor: &Name) -> Result<Vec<(Name, Text)>, LedgerError> {
        let text = "select name, title from tenants where vendor = $1 order by name";
        let rows = self.store.ask(text, [vendor.as_str()]).await?;
        rows.iter().map(|row| Ok((parsed(row, "name")?, parsed(row, "title")?))).collect()
    }

    /// How many tenants the vendor has.
    pub async fn tenants_count(&self, vendor: &Name) -> Result<usize, LedgerError> {
        let text = "select count(*) as number from tenants where vendor = $1";
        let rows = self.store.ask(text, [vendor.as_str()]).await?;
        let number: i64 = rows.first().map_or(Ok(0), |row| row.try_get("number"))?;
        Ok(usize::try_from(number).unwrap_or(usize::MAX))
    }

    /// The names of the agents that act for any of the vendor's tenants.
    pub async fn agent_names(&self, vendor: &Name) -> Result<Vec<Name>, LedgerError> {
        let text = "select distinct a.name from agents a join tenants t on t.log = a.log \
                    where t.vendor = $1 order by a.name";
        let rows = self.store.ask(text, [vendor.as_str()]).await?;
        rows.iter().map(|row| Ok(parsed(row, "name")?)).collect()
    }

    /// Whether the vendor has an API key that is good now.
    pub async fn has_api_key(&self, vendor: &Name) -> Result<bool, LedgerError> {
        let text = format!(
            "select id from api_keys where vendor = $1 and revoked_at is null \
             and (expires_at is null or expires_at > {}) limit 1",
            self.ledger.clock().now().micros()
        );
        Ok(!self.store.ask(&text, [vendor.as_str()]).await?.is_empty())
    }

    async fn insert_tenant(&self, vendor: &Vendor, name: &Name, title: &Text) -> Result<Tenant, LedgerError> {
        let secret = private_file::random().map_err(LedgerError::unavailable)?;
        let log = TenantSecret::new(&secret).log_id().map_err(LedgerError::unavailable)?;
        let origin = format!("{}/log/{log}", self.origin);
        let place = secret_place(&vendor.name, name);
        let sealed = self.vault.seal(&place, secret.as_slice()).map_err(LedgerError::unavailable)?;
        let now = self.ledger.clock().now().micros();
        let statement = format!(
            "insert into tenants (log, vendor, name, title, origin, secret, created_at) \
             values ($1, $2, $3, $4, $5, $6, {now}) on conflict (vendor, name) do nothing"
        );
        let values = [log.as_str(), vendor.name.as_str(), name.as_str(), title.as_str(), &origin, &sealed];
        self.store.tell(&statement, values).await?;
        self.tenant(&vendor.name, name).await?.ok_or(LedgerError::Unavailable)
    }
}

fn vendor(row: &AnyRow) -> Result<Vendor, LedgerError> {
    Ok(Vendor { name: parsed(row, "name")?, title: parsed(row, "title")? })
}
