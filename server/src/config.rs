//! Configuration: the one place that reads flags and the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use evidence::name::{Name, Text};

use crate::step::Halt;

/// The HELM Evidence Portal: decides agents' database writes before they run, and proves afterwards what it decided.
#[derive(clap::Parser, Debug)]
#[command(name = "portal", version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// For tests of crashes: the step of the path of a write at which the process stops for good, and the how-manieth
    /// time.
    #[arg(long, value_name = "STEP[:N]", env = "PORTAL_HALT_AT", global = true, hide = true)]
    pub halt_at: Option<Halt>,
}

impl Arguments {
    /// Reads the flags and the environment; on a mistake, says so and ends the process.
    pub fn read() -> Self {
        let mut arguments: Self = clap::Parser::parse();
        let home = arguments.command.home_mut();
        home.signing_key = from_environment("PORTAL_SIGNING_KEY");
        home.next_signing_key = from_environment("PORTAL_NEXT_SIGNING_KEY");
        arguments
    }
}

/// What the portal can be told to do.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Serve the portal until it is told to stop.
    #[command(after_long_help = SERVE)]
    Serve(Config),
    /// Bring the ledger's tables up to date, and say what that took.
    #[command(after_long_help = MIGRATE)]
    Migrate(Home),
    /// The keys that sign.
    #[command(subcommand)]
    Keys(Keys),
    /// The tenants.
    #[command(subcommand)]
    Tenants(Tenants),
    /// The logs.
    #[command(subcommand)]
    Ledger(Logs),
    /// The systems of record.
    #[command(subcommand)]
    Connectors(Systems),
    /// Copy the ledger and the keys into a new folder, also while the portal serves.
    #[command(after_long_help = BACKUP)]
    Backup(Copy),
    /// Begin a portal with what a backup holds, and check all of it.
    #[command(after_long_help = RESTORE)]
    Restore(Copy),
}

/// What can be done with the keys that sign.
#[derive(clap::Subcommand, Debug)]
pub enum Keys {
    /// Hand over from the signing key to a new one, in every log.
    #[command(after_long_help = ROTATE)]
    Rotate(Home),
}

/// What can be done with tenants.
#[derive(clap::Subcommand, Debug)]
pub enum Tenants {
    /// Erase a tenant's secret for good, so that nothing in its log can be linked to a value again.
    #[command(after_long_help = ERASE)]
    Erase(Erasure),
}

/// What can be done with connectors to systems of record.
#[derive(clap::Subcommand, Debug)]
pub enum Systems {
    /// Remember where a vendor's system of record is, once it could be opened there.
    #[command(after_long_help = ADD)]
    Add(Whereabouts),
    /// Print a first contract, drafted from the live schema, for a person to edit.
    #[command(after_long_help = DRAFT)]
    Draft(Drafting),
    /// Open a system of record and compare its live schema with the contracts in force.
    #[command(after_long_help = COMPARE)]
    Check(Connection),
}

/// What can be done with the logs.
#[derive(clap::Subcommand, Debug)]
pub enum Logs {
    /// Recompute everything that the database says, and name whatever is not so.
    #[command(after_long_help = CHECK)]
    Check(Home),
}

/// Where the portal keeps what it keeps. Every flag can also be given as an environment variable.
#[derive(clap::Args, Clone, Debug)]
pub struct Home {
    /// The folder that holds everything: the database, the keys and, with --demo, the sample system of record. It is
    /// made if it does not exist. Its `keys` folder must never be readable by others.
    #[arg(long, value_name = "DIR", env = "PORTAL_DATA", default_value = "data")]
    pub data: PathBuf,
    /// The ledger's database, as `postgres://user:password@host/name`. Without it the ledger is the `SQLite` file
    /// DIR/ledger.db. Prefer the environment variable: flags can be seen by every user of the machine.
    #[arg(long, value_name = "URL", env = "PORTAL_DATABASE", hide_env_values = true)]
    pub database: Option<Secret>,
    /// What goes to the log on the standard error output, as `warn,server=info`.
    #[arg(long, value_name = "FILTER", env = "PORTAL_LOG", default_value = "warn,server=info")]
    pub log: String,
    /// The Ed25519 signing key, as 64 hex digits, for places where keys come from a secret store. Without it the key is
    /// DIR/keys/signing.key, made on first start. There is no flag for it, because flags can be seen.
    #[arg(skip)]
    pub signing_key: Option<Secret>,
    /// The key that follows it, while one is handing over to the other.
    #[arg(skip)]
    pub next_signing_key: Option<Secret>,
}

/// How to serve. Every flag can also be given as an environment variable.
#[derive(clap::Args, Clone, Debug)]
pub struct Config {
    /// Where everything is kept.
    #[command(flatten)]
    pub home: Home,
    /// The address to listen on. Port 0 takes any free port; the line `listening on http://…` says which.
    #[arg(long, value_name = "ADDR", env = "PORTAL_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The address where `GET /metrics` tells Prometheus how the portal is doing; off unless it is given. It asks for no
    /// password, so only the monitoring should reach it. Port 0 takes any free port, which is printed.
    #[arg(long, value_name = "ADDR", env = "PORTAL_METRICS")]
    pub metrics: Option<SocketAddr>,
    /// Seed a sample vendor with three tenants and real actions, and write its API key to DIR/demo.json.
    #[arg(long, env = "PORTAL_DEMO")]
    pub demo: bool,
    /// The folder of the built site: the pages' scripts and styles, and verifier.html.
    #[arg(long, value_name = "DIR", env = "PORTAL_SITE", default_value = "target/site")]
    pub site: PathBuf,
    /// The host name that names the logs in their checkpoints. It is signed and meant to last: a tenant's log keeps the
    /// name it was created with.
    #[arg(long, value_name = "HOST", env = "PORTAL_ORIGIN", default_value = "portal.local")]
    pub origin: String,
    /// The address under which visitors reach the portal, as `https://evidence.example.com`, without a slash at the end. With
    /// https, browsers are told to insist on it. Without it, the address that the portal listens on.
    #[arg(long, value_name = "URL", env = "PORTAL_URL")]
    pub url: Option<String>,
}

/// Whose secret to erase, and why.
#[derive(clap::Args, Clone, Debug)]
pub struct Erasure {
    /// Whose: the vendor's name, a slash, the tenant's name.
    #[arg(value_name = "VENDOR/TENANT")]
    pub tenant: TenantPath,
    /// Why, for the receipt in the tenant's log. Whoever verifies the log reads it.
    #[arg(long, value_name = "TEXT")]
    pub reason: Text,
    /// Who asks for it, for the receipt.
    #[arg(long, value_name = "NAME", default_value = "the portal's operator")]
    pub by: Text,
    /// Where everything is kept.
    #[command(flatten)]
    pub home: Home,
}

/// Where to copy from or to.
#[derive(clap::Args, Clone, Debug)]
pub struct Copy {
    /// The folder of the backup.
    #[arg(value_name = "BACKUP")]
    pub folder: PathBuf,
    /// Where everything is kept.
    #[command(flatten)]
    pub home: Home,
}

/// Which connector.
#[derive(clap::Args, Clone, Debug)]
pub struct Connection {
    /// Which: the vendor's name, a slash, the connector's name.
    #[arg(value_name = "VENDOR/CONNECTOR")]
    pub connector: ConnectorPath,
    /// Where everything is kept.
    #[command(flatten)]
    pub home: Home,
}

/// Which connector, and where its system of record is.
#[derive(clap::Args, Clone, Debug)]
pub struct Whereabouts {
    /// Which.
    #[command(flatten)]
    pub connection: Connection,
    /// The database, as `postgres://user:password@host/name`, or the path of a `SQLite` file, seen from the data folder.
    /// Prefer the environment variable: flags can be seen by every user of the machine.
    #[arg(long, value_name = "URL|PATH", env = "PORTAL_CONNECTOR", hide_env_values = true)]
    pub at: Secret,
}

/// Which connector to draft a contract for, and how.
#[derive(clap::Args, Clone, Debug)]
pub struct Drafting {
    /// Which.
    #[command(flatten)]
    pub connection: Connection,
    /// The column that says to which tenant a record belongs. Without it, one of the usual names is looked for.
    #[arg(long, value_name = "COLUMN")]
    pub tenant_column: Option<String>,
}

/// A connector, as a person names it: `vendor/connector`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorPath {
    /// The vendor.
    pub vendor: Name,
    /// The connector.
    pub connector: Name,
}

impl std::str::FromStr for ConnectorPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (vendor, connector) = text.split_once('/').ok_or("must be VENDOR/CONNECTOR, as northwind/crm")?;
        let name = |text: &str| text.parse::<Name>().map_err(|error| error.to_string());
        Ok(Self { vendor: name(vendor)?, connector: name(connector)? })
    }
}

/// A tenant, as a person names it: `vendor/tenant`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantPath {
    /// The vendor.
    pub vendor: Name,
    /// The tenant.
    pub tenant: Name,
}

impl std::str::FromStr for TenantPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (vendor, tenant) = text.split_once('/').ok_or("must be VENDOR/TENANT, as northwind/acme")?;
        let name = |text: &str| text.parse::<Name>().map_err(|error| error.to_string());
        Ok(Self { vendor: name(vendor)?, tenant: name(tenant)? })
    }
}

impl Command {
    /// Where everything is kept.
    pub const fn home(&self) -> &Home {
        match self {
            Self::Serve(config) => &config.home,
            Self::Migrate(home) | Self::Keys(Keys::Rotate(home)) | Self::Ledger(Logs::Check(home)) => home,
            Self::Tenants(Tenants::Erase(erasure)) => &erasure.home,
            Self::Connectors(Systems::Add(added)) => &added.connection.home,
            Self::Connectors(Systems::Draft(drafting)) => &drafting.connection.home,
            Self::Connectors(Systems::Check(connection)) => &connection.home,
            Self::Backup(copy) | Self::Restore(copy) => &copy.home,
        }
    }

    const fn home_mut(&mut self) -> &mut Home {
        match self {
            Self::Serve(config) => &mut config.home,
            Self::Migrate(home) | Self::Keys(Keys::Rotate(home)) | Self::Ledger(Logs::Check(home)) => home,
            Self::Tenants(Tenants::Erase(erasure)) => &mut erasure.home,
            Self::Connectors(Systems::Add(added)) => &mut added.connection.home,
            Self::Connectors(Systems::Draft(drafting)) => &mut drafting.connection.home,
            Self::Connectors(Systems::Check(connection)) => &mut connection.home,
            Self::Backup(copy) | Self::Restore(copy) => &mut copy.home,
        }
    }
}

impl Home {
    /// The database's URL, if it is not the `SQLite` file in the folder.
    pub fn url(&self) -> Option<&str> {
        self.database.as_ref().map(Secret::reveal)
    }
}

impl Config {
    /// The address under which visitors reach the portal that listens on `listening`.
    pub fn address(&self, listening: SocketAddr) -> String {
        self.url.clone().unwrap_or_else(|| format!("http://{listening}"))
    }

    /// Whether visitors reach the portal by TLS.
    pub fn tls(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// A value that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The value.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
fn from_environment(name: &str) -> Option<Secret> {
    std::env::var(name).ok().map(Secret)
}

const SERVE: &str = "\
It needs a folder it may write to. It leaves the keys and, without --database, the ledger there.

Told to stop (SIGTERM, SIGINT), it takes no new connections, answers what it has begun to answer for at most 30 seconds, \
waits until the ledger has put everything down, and ends. Ended in any other way, it loses nothing that was answered: the \
next start finishes what was left open.

PORTAL_SIGNING_KEY holds the signing key as 64 hex digits, where keys come from a secret store.

Exit codes: 0 it was told to stop; 1 it could not start or not go on.";

const MIGRATE: &str = "\
`serve` does the same at its start. This command is for those who want to see it happen first, or whose server may not \
change tables. Migrations only go forward: take a backup before. A database that is up to date is left as it is.

Exit codes: 0 the tables are up to date; 1 they are not; steps that were done before the one that failed stay done, and the next run goes on there.";

const ROTATE: &str = "\
It makes a new key in DIR/keys, states the handover in the vendors' trust documents, signed by both keys, and has the old \
key sign its last receipt in every log: that the new one follows. Then the old key is gone, and its record says until when \
it signed. Packs of before and after verify, also for those who know only the old fingerprint; tell them the new one, which is \
printed.

It can be ended at any moment: the next start, or the next `keys rotate`, finishes what was begun. Portals that serve \
meanwhile from the same DIR go on with the new key by themselves. A portal with a DIR of its own answers 503 for logs that \
have moved on, until it gets the new DIR/keys/signing.key.

If the key comes from PORTAL_SIGNING_KEY, put the new one into PORTAL_NEXT_SIGNING_KEY for this command; afterwards give it to \
every server as PORTAL_SIGNING_KEY and start them again. Until then they write nothing, because a log that has moved on \
takes no receipt of the old key.

Exit codes: 0 every log is signed by the new key; 1 not yet: run it again.";

const ERASE: &str = "\
It records in the tenant's log that the secret is erased, by whom and why, which also stops every agent; then it erases the \
secret. From then on nobody, the operator included, can link a commitment in the log to a value, read what was kept to undo \
writes, or open a disclosure again. Disclosures that were handed out before stay open.

The log, its packs and its checkpoint stay readable and verify. Writes for the tenant are refused for good. Portals that \
serve meanwhile forget the secret within seconds.

It can't be undone, and it can't reach copies: backups made earlier, and the database's own archives, still hold the \
secret, encrypted under DIR/keys/master.key. Erase them too, or let them expire.

It waits for no one: while effects of the tenant are pending it erases nothing; run it again when a portal has settled them.

Exit codes: 0 the secret is erased; 1 it is not.";

const CHECK: &str = "\
Of every log: that each receipt can be read, is signed by the key that signs at that position, that numbers are dense and time \
does not run backwards, that every verdict follows from its inputs, that tree and checkpoints are those of the receipts. Of the \
tables beside them: that summaries, actions, outcomes, pending effects and documents say what the receipts say. It \
changes nothing, and can run while the portal serves: it looks at the database as it is at one moment.

A log of a million receipts takes minutes; how far it is goes to the standard error output. Each finding is one line: where, and \
what is wrong there.

Exit codes: 0 everything is as it must be; 1 something is not, or the database could not be read to its end.";

const BACKUP: &str = "\
BACKUP must not exist yet or be empty. It gets the ledger as it is at one moment, the keys, the list of connectors, and a manifest \
with the digest of each; files 0600, the folder 0700. Whoever has the folder can sign in this portal's name and read what lies \
encrypted in its database: keep it like the keys.

Not in it: the systems of record, and a signing key given by PORTAL_SIGNING_KEY.

Exit codes: 0 the backup is complete; 1 it is not: the folder has no manifest then, and restores nothing.";

const RESTORE: &str = "\
It needs an empty DIR, or with --database an empty database, and a backup of the same kind of database. It checks every \
digest before it writes, and the whole ledger afterwards, as `ledger check` does.

The restored portal continues each log where the backup ends. If receipts were handed out after the backup was made, that is \
a fork: the same numbers get other receipts, and whoever kept a later checkpoint sees that the log was cut off. No restore \
can undo what others hold; tell them. Effects that later receipts speak of stay in the systems of record.

Exit codes: 0 restored, and everything is as it must be; 1 not restored, or restored with findings, which are listed.";

const ADD: &str = "\
It opens the database first, and makes the outbox there: the table helm_outbox, in which each write leaves what became of it. A \
role that may not make tables is told the statement that the database's owner has to run. Then the address is kept in the \
portal's own database, encrypted under DIR/keys/master.key, because it holds the password.

The role needs no more than the contract uses: see README for the grants. `options[search_path]=…` in the URL says in which \
schemas its tables are, `options[lock_timeout]=…` and `options[statement_timeout]=…` for how long it waits.

Running it again replaces the address. Portals that serve meanwhile find a new connector by themselves; for a changed address \
they have to be started again.

Exit codes: 0 it could be opened and is remembered; 1 it could not, and nothing has changed.";

const DRAFT: &str = "\
Every table with a primary key and a tenant column is in the draft, every column of them, and each operation: key and tenant \
column open, everything else sealed, nothing writable that the database numbers or works out by itself. What was left out, and \
why, goes to the standard error output. Nothing is put in force.

Exit codes: 0 the contract is on the standard output; 1 the database could not be read.";

const COMPARE: &str = "\
Each difference is a sentence on the standard output. While a table differs from the contract, its writes are denied with \
ERR_CONNECTOR_CONTRACT_DRIFT; other tables' go on.

Exit codes: 0 every contract in force fits; 1 one does not, or the database could not be read.";
