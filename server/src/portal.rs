//! The portal: everything it needs, opened in the order in which one part needs the other.

mod face;
mod memory;

pub use face::Face;

use crate::backtest::Backtests;
use crate::boundary::Boundary;
use crate::clock::Clock;
use crate::config::Config;
use crate::connectors::Connectors;
use crate::http::site::Site;
use crate::keys::Signer;
use crate::ledger::Ledger;
use crate::registry::Registry;
use crate::store::Store;
use crate::vault::Vault;

/// How many backtests are at work at a time; each uses all cores.
const BACKTESTS_AT_ONCE: usize = 2;

/// The open portal. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Portal {
    /// What other envelopes would have answered.
    pub backtests: Backtests,
    /// The path of every write.
    pub boundary: Boundary,
    /// The one clock.
    pub clock: Clock,
    /// The systems of record.
    pub connectors: Connectors,
    /// What was decided.
    pub ledger: Ledger,
    /// Who there is.
    pub registry: Registry,
    /// What signs.
    pub signer: Signer,
    /// What was built for browsers.
    pub site: Site,
}

/// Why the portal can't be opened, in words for whoever starts it.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

impl Portal {
    /// Opens everything, and finishes every effect that an earlier run left open.
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, StartError> {
        std::fs::create_dir_all(&config.home.data)?;
        let signer = Signer::of(&config.home)?;
        let vault = Vault::open(&config.home.data)?;
        let store = Store::open(&config.home.data, config.home.url()).await?;
        let ledger = Ledger::open(store.clone(), signer.clone(), vault.clone(), clock.clone()).await?;
        let handed_over = ledger.hand_over(&signer).await?;
        let registry = Registry::new(store.clone(), vault.clone(), ledger.clone(), config.origin.clone());
        let connectors = Connectors::new(store.clone(), vault.clone(), &config.home.data);
        let boundary = Boundary::new(ledger.clone(), connectors.clone(), clock.clone());
        let finished = Box::pin(boundary.recover()).await?;
        tracing::info!(finished, handed_over, "what an earlier run left open");
        let backtests = Backtests::new(ledger.clone(), BACKTESTS_AT_ONCE);
        let site = Site::read(&config.site)?;
        Ok(Self { backtests, boundary, clock, connectors, ledger, registry, signer, site })
    }
}
