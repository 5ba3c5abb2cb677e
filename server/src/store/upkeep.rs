//! What an operator does with the database as a whole: bring it up to date, look at all of it at once, copy it.

use std::borrow::Cow;
use std::path::Path;

use sqlx::migrate::{Migration, Migrator};
use sqlx::{Any, AnyConnection, AssertSqlSafe, Connection as _, Row as _, Transaction};

use super::{Dialect, FILE, Store, StoreError, steps};

/// One step of the tables' history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// What it is about.
    pub about: String,
}

impl Store {
    /// Brings the tables up to date, and says which steps that took.
    pub async fn migrate(data: &Path, url: Option<&str>) -> Result<Vec<Step>, StoreError> {
        let (dialect, url) = Dialect::at(data, url)?;
        let mut connection = dialect.create(&url).await?;
        let before = version(&mut connection).await;
        steps().run(&mut connection).await?;
        connection.close().await?;
        Ok(known().filter(|step| step.version > before).collect())
    }

    /// Opens a database that is there and up to date, and changes nothing.
    pub async fn open_as_it_is(data: &Path, url: Option<&str>) -> Result<Self, StoreError> {
        if url.is_none() && !data.join(FILE).exists() {
            let place = data.display();
            return Err(StoreError::Outdated(format!(
                "there is no {FILE} in {place}; name the portal's --data folder"
            )));
        }
        let (dialect, url) = Dialect::at(data, url)?;
        let store = Self::connected(dialect, &url).await?;
        let mut connection = store.connect().await?;
        let found = version(&mut connection).await;
        connection.close().await?;
        if found == Self::version() {
            return Ok(store);
        }
        let advice =
            if found < Self::version() { "run `portal migrate` first" } else { "use a newer portal" };
        Err(StoreError::Outdated(format!(
            "the ledger's tables are at step {found}, this program knows {}; {advice}",
            Self::version()
        )))
    }

    /// The latest step that this program knows.
    pub fn version() -> i64 {
        known().map(|step| step.version).max().unwrap_or(0)
    }

    /// Whether the database is a file of this machine.
    pub fn is_file(&self) -> bool {
        self.dialect == Dialect::Sqlite
    }

    /// Begins to look at the database as it is at one moment.
    pub(crate) async fn snapshot<'c>(
        &self,
        connection: &'c mut AnyConnection,
    ) -> Result<Transaction<'c, Any>, sqlx::Error> {
        let begin = match self.dialect {
            Dialect::Postgres => "begin isolation level repeatable read read only",
            Dialect::Sqlite => "begin",
        };
        connection.begin_with(begin).await
    }

    /// Copies the whole database into a new file, as it is at one moment.
    pub(crate) async fn copy_into(&self, file: &Path) -> Result<(), sqlx::Error> {
        let mut connection = self.connect().await?;
        let copy = sqlx::query("vacuum into $1").bind(file.to_string_lossy().into_owned());
        copy.execute(&mut connection).await?;
        connection.close().await
    }

    /// From here on, what this connection deletes is overwritten where it was.
    pub(crate) async fn overwrite_deleted(&self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self.dialect {
            Dialect::Postgres => Ok(()),
            Dialect::Sqlite => sqlx::raw_sql("pragma secure_delete = on").execute(connection).await.map(drop),
        }
    }

    /// Lets go of what was replaced in `table`, as far as the database can be told to.
    pub(crate) async fn compact(
        &self,
        connection: &mut AnyConnection,
        table: &'static str,
    ) -> Result<(), sqlx::Error> {
        let statement = match self.dialect {
            Dialect::Postgres => format!("vacuum {table}"),
            Dialect::Sqlite => "pragma wal_checkpoint(truncate)".to_owned(),
        };
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(drop)
    }

    /// Makes the tables of an empty database as they were at an earlier step.
    pub(crate) async fn begin_at(url: &str, version: i64) -> Result<AnyConnection, StoreError> {
        let (dialect, url) = Dialect::at(Path::new("."), Some(url))?;
        let mut connection = dialect.create(&url).await?;
        let until: Vec<Migration> =
            steps().migrations.iter().filter(|step| step.version <= version).cloned().collect();
        Migrator { migrations: Cow::Owned(until), ..Migrator::DEFAULT }.run(&mut connection).await?;
        Ok(connection)
    }
}

fn known() -> impl Iterator<Item = Step> {
    let steps: Vec<Step> = steps()
        .iter()
        .map(|step| Step { version: step.version, about: step.description.to_string() })
        .collect();
    steps.into_iter()
}

/// The latest step that was done; 0 in a database without tables.
async fn version(connection: &mut AnyConnection) -> i64 {
    let row = sqlx::query("select max(version) as version from _sqlx_migrations where success")
        .fetch_one(connection);
    row.await.ok().and_then(|row| row.try_get("version").ok()).unwrap_or(0)
}
