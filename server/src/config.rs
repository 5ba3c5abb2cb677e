//! Configuration: the one place that reads flags and the environment.

mod help;
mod sign_in;

use std::net::SocketAddr;
use std::path::PathBuf;

use evidence::name::{Name, Text};

use crate::proxies::Proxies;
use crate::step::Halt;
use help::{ADD, BACKUP, CHECK, COMPARE, DRAFT, ERASE, MIGRATE, RESET, RESTORE, ROTATE, SERVE, SET_UP};
pub use sign_in::OpenId;

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
        if let Command::Serve(config) = &mut arguments.command {
            config.open_id.oidc_secret = from_environment("PORTAL_OIDC_SECRET");
        }
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
    /// The people who sign in.
    #[command(subcommand)]
    Members(People),
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

/// What can be done for people who can't sign in.
#[derive(clap::Subcommand, Debug)]
pub enum People {
    /// Print a new link by which the first owner sets the portal up, in place of the one before.
    #[command(after_long_help = SET_UP)]
    SetUp(Linking),
    /// Print a link by which a member chooses a new password.
    #[command(after_long_help = RESET)]
    Reset(Resetting),
}

/// Where the portal is, for a link to it.
#[derive(clap::Args, Clone, Debug)]
pub struct Linking {
    /// The address under which visitors reach the portal, as `https://evidence.example.com`, without a slash at the end.
    #[arg(long, value_name = "URL", env = "PORTAL_URL", default_value = "http://127.0.0.1:3000")]
    pub url: String,
    /// Where everything is kept.
    #[command(flatten)]
    pub home: Home,
}

/// Whose password.
#[derive(clap::Args, Clone, Debug)]
pub struct Resetting {
    /// The e-mail address with which the member signs in.
    #[arg(value_name = "EMAIL")]
    pub email: String,
    /// Where the portal is.
    #[command(flatten)]
    pub linking: Linking,
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
    /// Where members may sign in as well.
    #[command(flatten)]
    pub open_id: OpenId,
    /// Whose word is taken for where a request comes from.
    #[command(flatten)]
    pub proxies: Proxies,
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
            Self::Members(People::SetUp(linking)) => &linking.home,
            Self::Members(People::Reset(resetting)) => &resetting.linking.home,
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
            Self::Members(People::SetUp(linking)) => &mut linking.home,
            Self::Members(People::Reset(resetting)) => &mut resetting.linking.home,
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
