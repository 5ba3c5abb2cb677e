//! Configuration: the one place that reads flags and the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

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
        let Command::Serve(config) = &mut arguments.command;
        #[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
        let given = std::env::var("PORTAL_SIGNING_KEY");
        config.signing_key = given.ok().map(Secret);
        arguments
    }
}

/// What the portal can be told to do.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Serve the portal until it is told to stop.
    Serve(Config),
}

/// How to serve. Every flag can also be given as an environment variable.
#[derive(clap::Args, Clone, Debug)]
pub struct Config {
    /// The folder that holds everything: the database, the keys and, with --demo, the sample system of record. It is
    /// made if it does not exist. Back it up as a whole; its `keys` folder must never be readable by others.
    #[arg(long, value_name = "DIR", env = "PORTAL_DATA", default_value = "data")]
    pub data: PathBuf,
    /// The address to listen on. Port 0 takes any free port; the line `listening on http://…` says which.
    #[arg(long, value_name = "ADDR", env = "PORTAL_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Seed a sample vendor with three tenants and real actions, and write its API key to DIR/demo.json.
    #[arg(long, env = "PORTAL_DEMO")]
    pub demo: bool,
    /// The folder of the built site: the pages' scripts and styles, and verifier.html.
    #[arg(long, value_name = "DIR", env = "PORTAL_SITE", default_value = "target/site")]
    pub site: PathBuf,
    /// The ledger's database, as `postgres://user:password@host/name`. Without it the ledger is the `SQLite` file
    /// DIR/ledger.db. Prefer the environment variable: flags can be seen by every user of the machine.
    #[arg(long, value_name = "URL", env = "PORTAL_DATABASE", hide_env_values = true)]
    pub database: Option<Secret>,
    /// The host name that names the logs in their checkpoints. It is signed and meant to last: a tenant's log keeps the
    /// name it was created with.
    #[arg(long, value_name = "HOST", env = "PORTAL_ORIGIN", default_value = "portal.local")]
    pub origin: String,
    /// The address under which visitors reach the portal, as `https://evidence.example.com`, without a slash at the end. With
    /// https, browsers are told to insist on it. Without it, the address that the portal listens on.
    #[arg(long, value_name = "URL", env = "PORTAL_URL")]
    pub url: Option<String>,
    /// What goes to the log on the standard error output, as `warn,server=info`.
    #[arg(long, value_name = "FILTER", env = "PORTAL_LOG", default_value = "warn,server=info")]
    pub log: String,
    /// The Ed25519 signing key, as 64 hex digits, for places where keys come from a secret store. Without it the key is
    /// DIR/keys/signing.key, made on first start. There is no flag for it, because flags can be seen.
    #[arg(skip)]
    pub signing_key: Option<Secret>,
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
