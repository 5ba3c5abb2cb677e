//! The database behind the ledger and the registry: a `SQLite` file, or `PostgreSQL` by URL.
//!
//! Both speak the same few words of SQL. What differs is how a connection is made durable and how a placeholder is
//! written, and that is all in here.

mod dump;
pub(crate) mod row;
mod upkeep;

use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::any::{AnyArguments, AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::migrate::Migrator;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions as _, Connection as _};

/// The tables, step by step.
fn steps() -> Migrator {
    sqlx::migrate!("../migrations")
}

/// The `SQLite` file, in the data folder.
pub const FILE: &str = "ledger.db";

/// How many connections answer questions, beside the one that writes the logs.
const READERS: u32 = 8;

/// How long anyone waits for the database before it counts as unavailable.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The database. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Store {
    options: AnyConnectOptions,
    dialect: Dialect,
    pool: AnyPool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Postgres,
    Sqlite,
}

/// Why the database can't be opened. The text may be shown to whoever starts the server, and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is of no kind that the ledger knows.
    #[error("the database must be a URL that begins with postgres:// or sqlite://")]
    Url,
    /// There is none, or it is of another time than this program.
    #[error("{0}")]
    Outdated(String),
    /// The database refused.
    #[error("the ledger's database can't be opened: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the ledger's tables can't be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl Store {
    /// Opens the database at `url`, or the `SQLite` file `ledger.db` in `data`, and brings its tables up to date.
    pub async fn open(data: &Path, url: Option<&str>) -> Result<Self, StoreError> {
        let (dialect, url) = Dialect::at(data, url)?;
        let mut first = dialect.create(&url).await?;
        steps().run(&mut first).await?;
        first.close().await?;
        Self::connected(dialect, &url).await
    }

    /// From here on a file that has gone is an error, not a new and empty database.
    async fn connected(dialect: Dialect, url: &str) -> Result<Self, StoreError> {
        let options = options(url)?;
        let pool = AnyPoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            // A server may have gone since the connection was last used; a file can't have hung up.
            .test_before_acquire(dialect == Dialect::Postgres)
            .after_connect(move |connection, _| Box::pin(dialect.prepare(connection)))
            .connect_with(options.clone())
            .await?;
        Ok(Self { options, dialect, pool })
    }

    /// The connections that answer questions.
    pub(crate) const fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// A connection of one's own.
    pub(crate) async fn connect(&self) -> Result<AnyConnection, sqlx::Error> {
        self.dialect.connect(&self.options).await
    }

    /// Begins a transaction that nobody else who writes to these logs can interleave with, and asks its first question:
    /// what it reads of them is what it appends to.
    ///
    /// `SQLite` runs on a thread of its own, so it is told as much as possible at once, here and in [`Self::write`]: waking
    /// it, and being woken, costs more than a statement.
    pub(crate) async fn begin(
        &self,
        mut connection: AnyConnection,
        logs: impl Iterator<Item = &str>,
        question: Rows,
    ) -> Result<(Begun, Vec<AnyRow>), sqlx::Error> {
        let question = match self.dialect {
            Dialect::Sqlite => self.rows("begin immediate".into()).then(question),
            Dialect::Postgres => {
                sqlx::raw_sql("begin").execute(&mut connection).await?;
                let mut lock = self.rows("select log from tenants where log in (".into());
                logs.for_each(|log| lock.item(&Cell::Text(log)));
                if !lock.is_empty() {
                    let lock = lock.query(") order by log for no key update");
                    lock.fetch_all(&mut connection).await?;
                }
                question
            }
        };
        let rows = question.query("").fetch_all(&mut connection).await?;
        Ok((Begun(connection), rows))
    }

    /// Puts down what the statements say, in their order.
    pub(crate) async fn write(
        &self,
        Begun(connection): &mut Begun,
        statements: impl IntoIterator<Item = Rows>,
    ) -> Result<(), sqlx::Error> {
        let statements = statements.into_iter().filter(|rows| !rows.is_empty());
        if self.dialect == Dialect::Sqlite {
            let Some(all) = statements.reduce(Rows::then) else { return Ok(()) };
            return all.query("").execute(connection).await.map(drop);
        }
        for rows in statements {
            rows.query("").execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Makes it last.
    pub(crate) async fn commit(&self, Begun(mut connection): Begun) -> Result<AnyConnection, sqlx::Error> {
        self.rows("commit".into()).query("").execute(&mut connection).await?;
        Ok(connection)
    }

    /// A statement with as many rows as there are.
    pub(crate) const fn rows(&self, head: String) -> Rows {
        Rows { dialect: self.dialect, text: head, arguments: Vec::new(), count: 0 }
    }
}

/// A connection in the middle of a transaction. Dropping it closes the connection, and the database takes everything
/// back.
pub(crate) struct Begun(AnyConnection);

impl Begun {
    /// To ask further questions within the transaction.
    pub(crate) const fn connection(&mut self) -> &mut AnyConnection {
        &mut self.0
    }
}

impl Dialect {
    fn of(url: &str) -> Option<Self> {
        match url.split_once(':')?.0 {
            "postgres" | "postgresql" => Some(Self::Postgres),
            "sqlite" => Some(Self::Sqlite),
            _ => None,
        }
    }

    /// What the database at `url`, or else the file in `data`, speaks, and where it is.
    fn at(data: &Path, url: Option<&str>) -> Result<(Self, String), StoreError> {
        sqlx::any::install_default_drivers();
        let url = url.map_or_else(|| sqlite_url(&data.join(FILE)), str::to_owned);
        Ok((Self::of(&url).ok_or(StoreError::Url)?, url))
    }

    /// A connection to the database at `url`, which is begun if it is a file that does not exist.
    async fn create(self, url: &str) -> Result<AnyConnection, StoreError> {
        let creating = if self == Self::Sqlite { format!("{url}?mode=rwc") } else { url.to_owned() };
        Ok(self.connect(&options(&creating)?).await?)
    }

    async fn connect(self, options: &AnyConnectOptions) -> Result<AnyConnection, sqlx::Error> {
        let mut connection = AnyConnection::connect_with(options).await?;
        self.prepare(&mut connection).await?;
        Ok(connection)
    }

    /// A commit must mean that the data is on the disk: in WAL mode `SQLite` only promises that with `full`. A longer log is
    /// carried over less often, and a page that many commits have changed only once.
    async fn prepare(self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let statements = match self {
            Self::Postgres => "set synchronous_commit = on",
            Self::Sqlite => {
                "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; \
                 pragma wal_autocheckpoint = 4000; pragma cache_size = -16384"
            }
        };
        sqlx::raw_sql(statements).execute(connection).await.map(drop)
    }
}

fn sqlite_url(path: &Path) -> String {
    let mut url = "sqlite://".to_owned();
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            url.push(byte.into());
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// Statements are not logged: their values are the tenants' own.
fn options(url: &str) -> Result<AnyConnectOptions, StoreError> {
    let options = AnyConnectOptions::from_str(url).map_err(|_| StoreError::Url)?;
    Ok(options.disable_statement_logging())
}

/// A statement under construction, with as many rows as there are. Texts are always bound.
pub(crate) struct Rows {
    dialect: Dialect,
    text: String,
    arguments: Vec<Argument>,
    count: usize,
}

/// One value of a row.
pub(crate) enum Cell<'a> {
    Text(&'a str),
    MaybeText(Option<&'a str>),
    Number(u64),
    MaybeNumber(Option<u64>),
    Signed(i64),
}

enum Argument {
    Null,
    Number(i64),
    Text(String),
}

/// Up to so many rows a statement is likely to come again in the same shape, and worth remembering.
const FEW: usize = 12;

impl Rows {
    /// One more row, in brackets.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) {
        self.text.push_str(if self.count == 0 { " (" } else { ", (" });
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.cell(cell);
        }
        self.text.push(')');
        self.count += 1;
    }

    /// One more value of a list that the statement has opened.
    pub(crate) fn item(&mut self, cell: &Cell<'_>) {
        if !self.text.ends_with('(') {
            self.text.push(',');
        }
        self.cell(cell);
        self.count += 1;
    }

    /// The list is complete; `text` opens the next one.
    pub(crate) fn next_list(&mut self, text: &str) {
        self.text.push_str(text);
        self.count = 0;
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The statement with what comes behind its rows.
    pub(crate) fn end(mut self, tail: &str) -> Self {
        self.text.push_str(tail);
        self
    }

    /// The finished statement.
    pub(crate) fn query(self, tail: &str) -> Query<'static, Any, AnyArguments> {
        let Self { text, arguments, count, .. } = self.end(tail);
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(count <= FEW);
        for argument in arguments {
            query = match argument {
                Argument::Null => query.bind(None::<String>),
                Argument::Number(number) => query.bind(number),
                Argument::Text(text) => query.bind(text),
            };
        }
        query
    }

    /// This statement and then another one, as `SQLite` takes them.
    fn then(mut self, next: Self) -> Self {
        self.text.push(';');
        self.text.push_str(&next.text);
        self.arguments.extend(next.arguments);
        self.count += next.count;
        self
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        match cell {
            Cell::Text(text) | Cell::MaybeText(Some(text)) => {
                self.bind(Argument::Text(text.replace('\0', "\u{fffd}")));
            }
            Cell::Number(number) | Cell::MaybeNumber(Some(number)) => {
                self.number(i64::try_from(*number).unwrap_or(i64::MAX));
            }
            Cell::Signed(number) => self.number(*number),
            Cell::MaybeText(None) | Cell::MaybeNumber(None) => self.null(),
        }
    }

    /// For `PostgreSQL` numbers and nulls are written out, which saves it from guessing their types. For `SQLite` they are
    /// bound, so that the statement reads the same the next time.
    fn number(&mut self, number: i64) {
        match self.dialect {
            Dialect::Postgres => _ = write!(self.text, "{number}"),
            Dialect::Sqlite => self.bind(Argument::Number(number)),
        }
    }

    fn null(&mut self) {
        match self.dialect {
            Dialect::Postgres => self.text.push_str("null"),
            Dialect::Sqlite => self.bind(Argument::Null),
        }
    }

    /// `SQLite` reads `$1`, too, but takes it for a name that it has to look up among all others.
    fn bind(&mut self, argument: Argument) {
        self.arguments.push(argument);
        match self.dialect {
            Dialect::Postgres => _ = write!(self.text, "${}", self.arguments.len()),
            Dialect::Sqlite => self.text.push('?'),
        }
    }
}
