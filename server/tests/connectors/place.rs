//! A system of record for one story: a `SQLite` file, or a database of its own in a `PostgreSQL` cluster.

use std::path::PathBuf;

use evidence::contract::Database;
use evidence::digest::to_hex;
use server::connectors::{Connector, Place};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

pub struct Records {
    folder: PathBuf,
    url: Option<String>,
}

impl Records {
    pub fn sqlite() -> Self {
        sqlx::any::install_default_drivers();
        let folder = folder();
        std::fs::write(folder.join("records.db"), b"").unwrap();
        Self { folder, url: None }
    }

    /// A new database in the cluster at `url`.
    pub async fn postgres(url: &str) -> Self {
        sqlx::any::install_default_drivers();
        let name = format!("records_{}", random());
        let mut connection = AnyConnection::connect(url).await.unwrap();
        connection.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
        let host = url.rsplit_once('/').unwrap().0;
        Self { folder: folder(), url: Some(format!("{host}/{name}")) }
    }

    pub fn database(&self) -> Database {
        if self.url.is_some() { Database::Postgresql } else { Database::Sqlite }
    }

    pub fn place(&self) -> Place {
        match &self.url {
            Some(url) => Place::Postgresql(url.clone()),
            None => Place::Sqlite("records.db".into()),
        }
    }

    /// The same database, as somebody else and with other settings.
    pub fn place_as(&self, user: &str, options: &str) -> Place {
        let url = self.url.as_ref().unwrap();
        let (_, host) = url.split_once('@').unwrap();
        Place::Postgresql(format!("postgres://{user}@{host}{options}"))
    }

    pub async fn open(&self) -> Connector {
        Connector::open(&self.place(), &self.folder).await.unwrap()
    }

    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// A connection of whoever else works with these records.
    pub async fn other(&self) -> AnyConnection {
        let file = format!("sqlite://{}", self.folder.join("records.db").display());
        AnyConnection::connect(self.url.as_ref().unwrap_or(&file)).await.unwrap()
    }

    pub async fn run(&self, statements: &'static str) {
        let mut other = self.other().await;
        sqlx::raw_sql(statements).execute(&mut other).await.unwrap();
        other.close().await.unwrap();
    }

    /// The text that a statement gives.
    pub async fn text(&self, statement: &'static str) -> Option<String> {
        let mut other = self.other().await;
        let text = sqlx::query_scalar(statement).fetch_one(&mut other).await.unwrap();
        other.close().await.unwrap();
        text
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn folder() -> PathBuf {
    let path = std::env::temp_dir().join(format!("records-{}", random()));
    std::fs::create_dir(&path).unwrap();
    path
}

fn random() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    to_hex(&bytes)
}
