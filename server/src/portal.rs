//! The portal: everything it needs, opened in the order in which one part needs the other.

mod face;
mod memory;

pub use face::Face;

use crate::boundary::Boundary;
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::connectors::Connectors;
use crate::http::site::Site;
use crate::keys::Signer;
use crate::ledger::Ledger;
use crate::registry::Registry;
use crate::store::Store;
use crate::vault::Vault;

/// The open portal. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Portal {
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
        std::fs::create_dir_all(&config.data)?;
        let signer = Signer::open(&config.data, config.signing_key.as_ref().map(Secret::reveal))?;
        let vault = Vault::open(&config.data)?;
        let store = Store::open(&config.data, config.database.as_ref().map(Secret::reveal)).await?;
        let ledger = Ledger::open(store.clone(), signer.clone(), vault.clone(), clock.clone()).await?;
        let registry = Registry::new(store.clone(), vault.clone(), ledger.clone(), config.origin.clone());
        let connectors = Connectors::new(store.clone(), vault.clone(), &config.data);
        let boundary = Boundary::new(ledger.clone(), connectors.clone(), clock.clone());
        let finished = boundary.recover().await?;
        tracing::info!(finished, "effects of an earlier run");
        Ok(Self { boundary, clock, connectors, ledger, registry, signer, site: Site::read(&config.site)? })
    }
}
