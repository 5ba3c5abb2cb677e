//! Where the systems of record are. The portal's own database remembers it, encrypted, because the address of a database
//! holds the password to it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use evidence::name::{Name, NameError};
use sqlx::Row as _;

use super::{Connector, ConnectorError, Place};
use crate::store::Store;
use crate::vault::Vault;

/// The connectors of every vendor, by vendor and name. Each is opened when it is first asked for. A clone is another
/// handle on the same ones.
#[derive(Clone)]
pub struct Connectors(Arc<Inner>);

struct Inner {
    store: Store,
    vault: Vault,
    data: PathBuf,
    open: RwLock<HashMap<(Name, Name), Opened>>,
    /// Whoever opens one holds this, so that nobody opens it a second time meanwhile.
    opening: tokio::sync::Mutex<()>,
}

/// A connector, and the sealed address at which it was opened.
struct Opened {
    connector: Connector,
    sealed: String,
}

impl Connectors {
    /// The connectors that `store` remembers. Paths are seen from the folder `data`.
    pub fn new(store: Store, vault: Vault, data: &Path) -> Self {
        let (open, opening) = (RwLock::default(), tokio::sync::Mutex::default());
        Self(Arc::new(Inner { store, vault, data: data.to_owned(), open, opening }))
    }

    /// Remembers where the vendor's connector called `name` is, once it could be opened there. Other servers notice when they
    /// next [refresh](Self::refresh).
    pub async fn add(&self, vendor: &Name, name: &Name, place: &Place) -> Result<Connector, ConnectorError> {
        let connector = Connector::open(place, &self.0.data).await?;
        let text = place.text();
        let sealed = self.0.vault.seal(&sealed_for(vendor, name), text.as_bytes());
        let sealed = sealed.map_err(|_| ConnectorError::Sealed)?;
        let row = "insert into connectors (vendor, name, kind, place) values ($1, $2, $3, $4)
            on conflict (vendor, name) do update set kind = excluded.kind, place = excluded.place";
        let row = sqlx::query(row)
            .bind(vendor.as_str())
            .bind(name.as_str())
            .bind(place.kind())
            .bind(sealed.clone());
        row.execute(self.0.store.pool()).await?;
        self.remember((vendor.clone(), name.clone()), connector.clone(), sealed);
        Ok(connector)
    }

    /// Forgets where the vendor's connector called `name` is.
    pub async fn forget(&self, vendor: &Name, name: &Name) -> Result<(), ConnectorError> {
        let row = sqlx::query("delete from connectors where vendor = $1 and name = $2");
        row.bind(vendor.as_str()).bind(name.as_str()).execute(self.0.store.pool()).await?;
        self.opened_mut().remove(&(vendor.clone(), name.clone()));
        Ok(())
    }

    /// Closes what is open at an address that another server has replaced or forgotten. It is opened where it is now when it
    /// is next asked for.
    pub async fn refresh(&self) -> Result<(), ConnectorError> {
        if self.opened().is_empty() {
            return Ok(());
        }
        let rows = sqlx::query("select vendor, name, place from connectors").fetch_all(self.0.store.pool());
        let mut remembered: HashMap<(String, String), String> = HashMap::new();
        for row in rows.await? {
            remembered.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?);
        }
        self.opened_mut().retain(|(vendor, name), opened| {
            remembered.get(&(vendor.to_string(), name.to_string())) == Some(&opened.sealed)
        });
        Ok(())
    }

    /// The names of `vendor`'s connectors.
    pub async fn names(&self, vendor: &Name) -> Result<Vec<Name>, ConnectorError> {
        let rows = sqlx::query("select name from connectors where vendor = $1 order by name");
        let rows = rows.bind(vendor.as_str()).fetch_all(self.0.store.pool()).await?;
        let name = |text: String| text.parse().map_err(|error: NameError| sqlx::Error::Decode(error.into()));
        Ok(rows.iter().map(|row| row.try_get(0).and_then(name)).collect::<Result<_, _>>()?)
    }

    /// Whether `vendor` has a connector called `name`, which may not be within reach at the moment.
    pub async fn knows(&self, vendor: &Name, name: &Name) -> Result<bool, ConnectorError> {
        let id = (vendor.clone(), name.clone());
        Ok(self.recall(&id).is_some() || self.remembered(&id).await?.is_some())
    }

    /// The connector of `vendor` called `name`, if there is one that can be opened.
    pub async fn find(&self, vendor: &Name, name: &Name) -> Option<Connector> {
        let id = (vendor.clone(), name.clone());
        if let Some(connector) = self.recall(&id) {
            return Some(connector);
        }
        // Boxed, because to connect takes much that nobody who has found it open should carry along.
        let found = Box::pin(self.open(&id)).await;
        found
            .inspect_err(
                |error| tracing::error!(%error, %vendor, connector = %name, "a connector can't be opened"),
            )
            .ok()
            .flatten()
    }

    /// Opens it where it is now; `None` if there is none. Also for who wants to be told why that is not possible.
    pub async fn open(&self, id: &(Name, Name)) -> Result<Option<Connector>, ConnectorError> {
        let _alone = self.0.opening.lock().await;
        if let Some(connector) = self.recall(id) {
            return Ok(Some(connector));
        }
        let Some((place, sealed)) = self.remembered(id).await? else { return Ok(None) };
        let connector = Connector::open(&place, &self.0.data).await?;
        self.remember(id.clone(), connector.clone(), sealed);
        Ok(Some(connector))
    }

    /// Where the connector is; `None` if there is none.
    pub async fn place(&self, id: &(Name, Name)) -> Result<Option<Place>, ConnectorError> {
        Ok(self.remembered(id).await?.map(|(place, _)| place))
    }

    /// The folder from which paths are seen.
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// Where the files are that connectors of other vendors than this one read.
    pub async fn files_of_others(&self, vendor: &Name) -> Result<Vec<PathBuf>, ConnectorError> {
        let rows = sqlx::query("select vendor, name from connectors where kind = 'sqlite' and vendor <> $1");
        let mut files = Vec::new();
        for row in rows.bind(vendor.as_str()).fetch_all(self.0.store.pool()).await? {
            let name = |place| {
                let text: String = row.try_get(place)?;
                text.parse::<Name>().map_err(|error| sqlx::Error::Decode(error.into()))
            };
            if let Some(Place::Sqlite(path)) = self.place(&(name(0)?, name(1)?)).await? {
                files.push(self.0.data.join(path));
            }
        }
        Ok(files)
    }

    /// Where it is, and the same as it lies in the database.
    async fn remembered(
        &self,
        (vendor, name): &(Name, Name),
    ) -> Result<Option<(Place, String)>, ConnectorError> {
        let row = sqlx::query("select kind, place from connectors where vendor = $1 and name = $2");
        let row = row.bind(vendor.as_str()).bind(name.as_str()).fetch_optional(self.0.store.pool()).await?;
        let Some(row) = row else { return Ok(None) };
        let (kind, sealed): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let place = self.0.vault.unseal(&sealed_for(vendor, name), &sealed);
        let place = place.map_err(|_| ConnectorError::Sealed)?;
        let text = std::str::from_utf8(&place).map_err(|_| ConnectorError::Sealed)?;
        Place::read(&kind, text).map(|place| Some((place, sealed))).ok_or(ConnectorError::Address)
    }

    fn recall(&self, id: &(Name, Name)) -> Option<Connector> {
        self.opened().get(id).map(|opened| opened.connector.clone())
    }

    fn remember(&self, id: (Name, Name), connector: Connector, sealed: String) {
        self.opened_mut().insert(id, Opened { connector, sealed });
    }

    fn opened(&self) -> RwLockReadGuard<'_, HashMap<(Name, Name), Opened>> {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened_mut(&self) -> RwLockWriteGuard<'_, HashMap<(Name, Name), Opened>> {
        self.0.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sealed_for(vendor: &Name, name: &Name) -> String {
    format!("connector/{vendor}/{name}")
}
