//! Where the systems of record are. The portal's own database remembers it, encrypted, because the address of a database
//! holds the password to it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};

use evidence::contract::Database;
use evidence::name::{Name, NameError};
use sqlx::Row as _;

use super::{Connector, ConnectorError};
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
    open: RwLock<HashMap<(Name, Name), Connector>>,
    /// Whoever opens one holds this, so that nobody opens it a second time meanwhile.
    opening: tokio::sync::Mutex<()>,
}

/// Where one system of record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A `PostgreSQL` database, by URL.
    Postgresql(String),
    /// A `SQLite` file, seen from the data folder.
    Sqlite(PathBuf),
}

impl FromStr for Place {
    type Err = std::convert::Infallible;

    /// A URL of `PostgreSQL` begins like one; anything else is a path.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        Ok(if is_url { Self::Postgresql(text.to_owned()) } else { Self::Sqlite(text.into()) })
    }
}

impl Place {
    /// The kind of database that is there.
    pub const fn database(&self) -> Database {
        match self {
            Self::Postgresql(_) => Database::Postgresql,
            Self::Sqlite(_) => Database::Sqlite,
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Postgresql(_) => "postgresql",
            Self::Sqlite(_) => "sqlite",
        }
    }

    fn read(kind: &str, text: &str) -> Option<Self> {
        match kind {
            "postgresql" => Some(Self::Postgresql(text.to_owned())),
            "sqlite" => Some(Self::Sqlite(text.into())),
            _ => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Postgresql(url) => url.clone(),
            Self::Sqlite(path) => path.to_string_lossy().into_owned(),
        }
    }
}

impl Connectors {
    /// The connectors that `store` remembers. Paths are seen from the folder `data`.
    pub fn new(store: Store, vault: Vault, data: &Path) -> Self {
        let (open, opening) = (RwLock::default(), tokio::sync::Mutex::default());
        Self(Arc::new(Inner { store, vault, data: data.to_owned(), open, opening }))
    }

    /// Remembers where the vendor's connector called `name` is, once it could be opened there. Servers that have it open
    /// already go on with where it was until they are started again.
    pub async fn add(&self, vendor: &Name, name: &Name, place: &Place) -> Result<Connector, ConnectorError> {
        let connector = Connector::open(place, &self.0.data).await?;
        let text = place.text();
        let sealed = self.0.vault.seal(&sealed_for(vendor, name), text.as_bytes());
        let sealed = sealed.map_err(|_| ConnectorError::Sealed)?;
        let row = "insert into connectors (vendor, name, kind, place) values ($1, $2, $3, $4)
            on conflict (vendor, name) do update set kind = excluded.kind, place = excluded.place";
        let row = sqlx::query(row).bind(vendor.as_str()).bind(name.as_str()).bind(place.kind()).bind(sealed);
        row.execute(self.0.store.pool()).await?;
        self.remember((vendor.clone(), name.clone()), connector.clone());
        Ok(connector)
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
        Ok(self.recall(&id).is_some() || self.place(&id).await?.is_some())
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
        let Some(place) = self.place(id).await? else { return Ok(None) };
        let connector = Connector::open(&place, &self.0.data).await?;
        self.remember(id.clone(), connector.clone());
        Ok(Some(connector))
    }

    async fn place(&self, (vendor, name): &(Name, Name)) -> Result<Option<Place>, ConnectorError> {
        let row = sqlx::query("select kind, place from connectors where vendor = $1 and name = $2");
        let row = row.bind(vendor.as_str()).bind(name.as_str()).fetch_optional(self.0.store.pool()).await?;
        let Some(row) = row else { return Ok(None) };
        let (kind, sealed): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let place = self.0.vault.unseal(&sealed_for(vendor, name), &sealed);
        let place = place.map_err(|_| ConnectorError::Sealed)?;
        let text = std::str::from_utf8(&place).map_err(|_| ConnectorError::Sealed)?;
        Place::read(&kind, text).map(Some).ok_or(ConnectorError::Address)
    }

    fn recall(&self, id: &(Name, Name)) -> Option<Connector> {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn remember(&self, id: (Name, Name), connector: Connector) {
        self.0.open.write().unwrap_or_else(PoisonError::into_inner).insert(id, connector);
    }
}

fn sealed_for(vendor: &Name, name: &Name) -> String {
    format!("connector/{vendor}/{name}")
}
