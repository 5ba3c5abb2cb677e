//! Keys.

use app::portal::{Answer, Handover, Refusal, TrustPage, Trusting};
use evidence::trust::Rotation;

use super::{Face, broken, unavailable};

impl Trusting for Face {
    fn trust(&self) -> Answer<'_, TrustPage> {
        Box::pin(self.describe_trust())
    }
}

impl Face {
    async fn describe_trust(&self) -> Result<TrustPage, Refusal> {
        let trust = self.portal().ledger.trust(self.desk().vendor()).await.map_err(unavailable)?;
        let mut handovers = Vec::new();
        for signed in &trust.rotations {
            let rotation: Rotation = signed.predicate().map_err(broken)?;
            handovers.push(Handover { from: rotation.from, to: rotation.to.keyid, at: rotation.time });
        }
        let tenants = self.desk().tenants().await.map_err(unavailable)?;
        let address = &self.shared.0.address;
        Ok(TrustPage {
            document: format!("{address}/.well-known/helm-trust.json?vendor={}", trust.vendor),
            vendor: trust.vendor,
            signer: self.portal().signer.public_key().id(),
            keys: trust.keys.into_iter().rev().collect(),
            handovers: handovers.into_iter().rev().collect(),
            origins: tenants
                .iter()
                .map(|tenant| (tenant.title().clone(), tenant.origin().to_owned()))
                .collect(),
        })
    }
}
