//! The portal: everything it needs, opened in the order in which one part needs the other.

mod face;
mod faces;
pub(crate) mod lines;
mod memory;

pub use faces::{Faces, Visitor};

use crate::accounts::{Accounts, SingleSignOn};
use crate::audit::Audit;
use crate::backtest::Backtests;
use crate::boundary::Boundary;
use crate::clock::Clock;
use crate::config::Config;
use crate::connectors::Connectors;
use crate::contracts::Contracts;
use crate::envelopes::Envelopes;
use crate::http::site::Site;
use crate::keys::Signer;
use crate::ledger::Ledger;
use crate::proxies::Proxies;
use crate::registry::Registry;
use crate::store::Store;
use crate::streams::Streams;
use crate::vault::Vault;

/// How many backtests are at work at a time; each uses all cores.
const BACKTESTS_AT_ONCE: usize = 2;

/// The open portal. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Portal {
    /// Who signs in.
    pub accounts: Accounts,
    /// What people have changed.
    pub audit: Audit,
    /// What other envelopes would have answered.
    pub backtests: Backtests,
    /// The path of every write.
    pub boundary: Boundary,
    /// The one clock.
    pub clock: Clock,
    /// The systems of record.
    pub connectors: Connectors,
    /// What may be touched there.
    pub contracts: Contracts,
    /// Envelopes on their way into force.
    pub envelopes: Envelopes,
    /// What was decided.
    pub ledger: Ledger,
    /// Whose word is taken for where a request comes from.
    pub proxies: Proxies,
    /// Who there is.
    pub registry: Registry,
    /// What signs.
    pub signer: Signer,
    /// Where members may sign in as well.
    pub single_sign_on: Option<SingleSignOn>,
    /// What was built for browsers.
    pub site: Site,
    /// The answers that go on.
    pub streams: Streams,
}

/// Why the portal can't be opened, in words for whoever starts it.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

impl Portal {
    /// Opens everything, and finishes every effect that an earlier run left open.
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, StartError> {
        Box::pin(Self::begin(config, clock)).await
    }

    async fn begin(config: &Config, clock: Clock) -> Result<Self, StartError> {
        std::fs::create_dir_all(&config.home.data)?;
        let signer = Signer::of(&config.home)?;
        let vault = Vault::open(&config.home.data)?;
        let store = Store::open(&config.home.data, config.home.url()).await?;
        let ledger =
            Box::pin(Ledger::open(store.clone(), signer.clone(), vault.clone(), clock.clone())).await?;
        let handed_over = Box::pin(ledger.hand_over(&signer)).await?;
        let envelopes = Envelopes::new(store.clone(), ledger.clone(), clock.clone());
        let registry = Registry::new(store.clone(), vault.clone(), ledger.clone(), config.origin.clone());
        let accounts = Accounts::new(store.clone(), registry.clone(), clock.clone());
        let single_sign_on = SingleSignOn::of(&config.open_id, accounts.clone())?;
        let audit = Audit::new(store.clone(), clock.clone());
        let connectors = Connectors::new(store.clone(), vault, &config.home.data);
        let contracts = Contracts::new(store, connectors.clone(), ledger.clone(), clock.clone());
        let boundary = Boundary::new(ledger.clone(), connectors.clone(), clock.clone());
        let finished = Box::pin(boundary.recover()).await?;
        tracing::info!(finished, handed_over, "what an earlier run left open");
        let (site, streams) = (Site::read(&config.site)?, Streams::default());
        let backtests = Backtests::new(ledger.clone(), BACKTESTS_AT_ONCE);
        Ok(Self {
            accounts,
            audit,
            backtests,
            boundary,
            clock,
            connectors,
            contracts,
            envelopes,
            ledger,
            proxies: config.proxies.clone(),
            registry,
            signer,
            single_sign_on,
            site,
            streams,
        })
    }
}
