//! Where a portal lives: a folder, a ledger and a system of record, which stay when the process dies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser as _;
use evidence::digest::to_hex;
use evidence::key::Fingerprint;
use server::clock::Clock;
use server::config::Command::Serve;
use server::config::{Arguments, Config};
use server::connectors::Place as Address;
use server::portal::Portal;
use server::registry::{Agent, Person, Scope};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::cast;
use crate::http::Keys;

/// A folder with everything that a portal needs.
pub struct Place {
    folder: PathBuf,
    ledger: Option<String>,
    records: Address,
    /// The API keys.
    pub keys: Keys,
    /// The fingerprint of the key that signs.
    pub fingerprint: Fingerprint,
}

/// A record as the system of record has it.
pub type Row = (Option<String>, Option<String>);

impl Place {
    /// A vendor with its tenants, whose envelopes permit `per_hour` rows an hour. The ledger and the system of record are
    /// new databases of the cluster at `cluster`, or else files.
    pub async fn new(cluster: Option<&str>, per_hour: u64) -> Self {
        sqlx::any::install_default_drivers();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fault-{}", random()));
        std::fs::create_dir_all(&folder).unwrap();
        let (ledger, records) = match cluster {
            Some(cluster) => (Some(database(cluster).await), Address::Postgresql(database(cluster).await)),
            None => (None, Address::Sqlite("records.db".into())),
        };
        let fingerprint = to_hex(&[0; 32]).parse().unwrap();
        let mut place = Self { folder, ledger, records, keys: Keys::default(), fingerprint };
        place.found(per_hour).await;
        place
    }

    async fn found(&mut self, per_hour: u64) {
        if let Address::Sqlite(file) = &self.records {
            std::fs::write(self.folder.join(file), b"").unwrap();
        }
        let mut records = self.connect().await;
        records.execute(AssertSqlSafe(cast::TABLE)).await.unwrap();
        if self.ledger.is_none() {
            // Readers and the one writer don't wait for each other.
            records.execute("pragma journal_mode = wal").await.unwrap();
        }
        records.close().await.unwrap();
        let portal = self.portal(Clock::system()).await;
        self.fingerprint = portal.signer.public_key().id().to_string().parse().unwrap();
        let vendor = portal.registry.create_vendor(&cast::name("northwind"), &cast::name("Northwind")).await;
        let vendor = vendor.unwrap();
        portal.connectors.add(&vendor.name, &cast::name("crm"), &self.records).await.unwrap();
        let agents = [cast::TRUSTED, cast::ASKING];
        let agents = agents.map(|agent| Agent { name: cast::name(agent), title: cast::name(agent) });
        for tenant in cast::TENANTS {
            let (name, title, by) = (cast::name(tenant), cast::name(tenant), cast::name("ada"));
            let tenant = portal.registry.create_tenant(&vendor, &name, &title, &agents, &by).await.unwrap();
            for document in cast::documents(tenant.name(), self.records.database(), per_hour) {
                portal.ledger.activate(&tenant, document).await.unwrap();
            }
        }
        let person = Person { name: cast::name("ada"), approves: [cast::name("success")].into() };
        let issue = async |person| {
            let scope = Scope { person, ..Scope::default() };
            portal.registry.issue_api_key(&vendor, &cast::name("test"), &scope).await.unwrap().secret
        };
        self.keys = Keys { agent: issue(None).await, person: issue(Some(person)).await };
    }

    /// The portal of this place inside this process.
    pub async fn portal(&self, clock: Clock) -> Portal {
        Portal::open(&self.config(), clock).await.unwrap()
    }

    fn config(&self) -> Config {
        let mut words = vec!["portal".to_owned(), "serve".to_owned()];
        words.extend(self.flags());
        match Arguments::parse_from(words).command {
            Serve(config) => config,
            other => panic!("not what was said: {other:?}"),
        }
    }

    /// What `portal serve` must be told to serve this place.
    pub fn configure<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.arg("serve").args(self.flags())
    }

    fn flags(&self) -> Vec<String> {
        let folder = self.folder.display().to_string();
        let mut flags = vec!["--data".to_owned(), folder, "--listen".to_owned(), "127.0.0.1:0".to_owned()];
        flags.extend(["--site", "no-site", "--origin", "portal.test", "--log", "off"].map(str::to_owned));
        if let Some(ledger) = &self.ledger {
            flags.extend(["--database".to_owned(), ledger.clone()]);
        }
        flags
    }

    /// A connection to the system of record, past the portal.
    async fn connect(&self) -> AnyConnection {
        match &self.records {
            Address::Postgresql(url) => AnyConnection::connect(url).await.unwrap(),
            Address::Sqlite(file) => open(&self.folder.join(file)).await,
        }
    }

    /// A connection to the ledger's database, past the portal.
    pub async fn ledger(&self) -> AnyConnection {
        match &self.ledger {
            Some(url) => AnyConnection::connect(url).await.unwrap(),
            None => open(&self.folder.join("ledger.db")).await,
        }
    }

    /// The ledger's database, if it is one of a cluster.
    pub fn ledger_url(&self) -> Option<&str> {
        self.ledger.as_deref()
    }

    /// Ends every connection to the system of record, which is a database of a cluster.
    pub async fn cut_off(&self) {
        let mut connection = self.connect().await;
        let others = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()";
        connection.execute(others).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Puts new records into the system of record, past the portal: each with an id and its owner.
    pub async fn lay_out(&self, records: &[(String, &str)]) {
        let rows: Vec<String> = records
            .iter()
            .map(|(id, tenant)| format!("('{id}', '{tenant}', '{}', '{}')", cast::BEFORE, cast::BEFORE))
            .collect();
        let mut connection = self.connect().await;
        let text = format!("insert into notes (id, tenant_id, body, phone) values {}", rows.join(", "));
        connection.execute(AssertSqlSafe(text)).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Those of these records that exist, as they are.
    pub async fn rows(&self, ids: &[String]) -> BTreeMap<String, Row> {
        if ids.is_empty() {
            return BTreeMap::new();
        }
        let mut connection = self.connect().await;
        let text = format!("select id, body, phone from notes where id in ('{}')", ids.join("', '"));
        let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn open(file: &Path) -> AnyConnection {
    AnyConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap()
}

/// A new database in `cluster`.
async fn database(cluster: &str) -> String {
    let name = format!("fault_{}", random());
    let mut connection = AnyConnection::connect(cluster).await.unwrap();
    connection.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let (address, options) =
        cluster.split_once('?').map_or((cluster, None), |(address, options)| (address, Some(options)));
    let host = address.rsplit_once('/').unwrap().0;
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{host}/{name}{options}")
}

fn random() -> String {
    let mut name = [0; 8];
    getrandom::fill(&mut name).unwrap();
    to_hex(&name)
}
