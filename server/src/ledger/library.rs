//! The contracts and envelopes in force, parsed and compiled once.

use std::collections::HashMap;
use std::sync::Arc;

use evidence::compile::{Compiled, compile};
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::envelope::Envelope;
use evidence::history::History;
use sqlx::AnyConnection;

use super::fault::Fault;
use super::rows;

/// The documents in force for one connector of one tenant.
#[derive(Clone, Default)]
pub struct InForce {
    /// The contract and its digest.
    pub contract: Option<(Digest, Arc<Contract>)>,
    /// The envelope, compiled.
    pub envelope: Option<Arc<Compiled>>,
}

/// Documents by digest.
#[derive(Default)]
pub(super) struct Library {
    contracts: HashMap<Digest, Arc<Contract>>,
    envelopes: HashMap<Digest, Arc<Compiled>>,
}

impl Library {
    pub fn contract(&self, digest: Digest) -> Option<&Arc<Contract>> {
        self.contracts.get(&digest)
    }

    pub fn envelope(&self, digest: Digest) -> Option<&Arc<Compiled>> {
        self.envelopes.get(&digest)
    }

    pub fn add_contract(&mut self, digest: Digest, contract: Contract) {
        self.contracts.insert(digest, Arc::new(contract));
    }

    pub fn add_envelope(&mut self, compiled: Compiled) {
        self.envelopes.insert(compiled.digest(), Arc::new(compiled));
    }

    /// What is in force for a connector. It is a fault if the log names a document that is not here.
    pub fn in_force(&self, history: &History, connector: &str) -> Result<InForce, Fault> {
        let contract = history.contract(connector);
        let contract = contract.map(|digest| {
            let found = self.contract(digest).ok_or_else(|| Fault::missing(digest))?;
            Ok::<_, Fault>((digest, Arc::clone(found)))
        });
        let envelope = history.envelope(connector);
        let envelope =
            envelope.map(|digest| self.envelope(digest).cloned().ok_or_else(|| Fault::missing(digest)));
        Ok(InForce { contract: contract.transpose()?, envelope: envelope.transpose()? })
    }

    /// Makes sure that a contract is here.
    pub async fn fetch_contract(
        &mut self,
        connection: &mut AnyConnection,
        digest: Digest,
    ) -> Result<Arc<Contract>, Fault> {
        if let Some(contract) = self.contract(digest) {
            return Ok(Arc::clone(contract));
        }
        let body = rows::document(connection, digest).await?.ok_or_else(|| Fault::missing(digest))?;
        let contract = Arc::new(Contract::parse(body.as_bytes()).map_err(Fault::corrupt)?);
        self.contracts.insert(digest, Arc::clone(&contract));
        Ok(contract)
    }

    /// Makes sure that an envelope is here, compiled.
    pub async fn fetch_envelope(
        &mut self,
        connection: &mut AnyConnection,
        digest: Digest,
    ) -> Result<Arc<Compiled>, Fault> {
        if let Some(compiled) = self.envelope(digest) {
            return Ok(Arc::clone(compiled));
        }
        let body = rows::document(connection, digest).await?.ok_or_else(|| Fault::missing(digest))?;
        let envelope = Envelope::parse(body.as_bytes()).map_err(Fault::corrupt)?;
        let contract = self.fetch_contract(connection, envelope.contract).await?;
        let compiled = Arc::new(compile(&contract, envelope).map_err(Fault::corrupt)?);
        self.envelopes.insert(digest, Arc::clone(&compiled));
        Ok(compiled)
    }
}
