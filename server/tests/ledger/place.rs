//! Where a story takes place: a folder of its own, and a database of its own in it or in a `PostgreSQL` cluster.

use std::path::{Path, PathBuf};

use evidence::digest::to_hex;
use sqlx::{Connection as _, Executor as _};

pub struct Place {
    folder: PathBuf,
    url: Option<String>,
}

impl Place {
    /// A `SQLite` file.
    pub fn sqlite() -> Self {
        Self { folder: folder(&random()), url: None }
    }

    /// A new database in the cluster at `url`.
    pub async fn postgres(url: &str) -> Self {
        let name = format!("portal_{}", random());
        sqlx::any::install_default_drivers();
        let mut connection = sqlx::AnyConnection::connect(url).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.unwrap();
        let (address, options) =
            url.split_once('?').map_or((url, None), |(url, options)| (url, Some(options)));
        let host = address.rsplit_once('/').unwrap().0;
        let options = options.map(|options| format!("?{options}")).unwrap_or_default();
        Self { folder: folder(&name), url: Some(format!("{host}/{name}{options}")) }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Runs a statement behind the portal's back; gives how many rows it changed.
    pub async fn meddle(&self, statement: &str) -> u64 {
        sqlx::any::install_default_drivers();
        let file = format!("sqlite://{}", self.folder.join("ledger.db").display());
        let mut connection = sqlx::AnyConnection::connect(self.url().unwrap_or(&file)).await.unwrap();
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        let changed = connection.execute(statement).await.unwrap().rows_affected();
        connection.close().await.unwrap();
        changed
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("portal-{name}"));
    std::fs::create_dir(&path).unwrap();
    path
}

fn random() -> String {
    let mut name = [0; 8];
    getrandom::fill(&mut name).unwrap();
    to_hex(&name)
}
