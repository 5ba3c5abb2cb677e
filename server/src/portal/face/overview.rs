//! What a vendor has.

use std::collections::BTreeSet;

use app::portal::{Answer, Connector, Glance, Overview, Refusal, TenantDesk, Workspace};
use evidence::name::Name;

use super::{Face, fresh, unavailable};

impl Overview for Face {
    fn workspace(&self) -> Answer<'_, Workspace> {
        Box::pin(self.describe())
    }

    fn glance(&self, after: Option<Name>) -> Answer<'_, Glance> {
        Box::pin(self.look_around(after))
    }
}

impl Face {
    async fn describe(&self) -> Result<Workspace, Refusal> {
        let mut tenants = Vec::new();
        let mut agents = BTreeSet::new();
        let mut connectors: Vec<Connector> = Vec::new();
        for tenant in self.desk().tenants().await.map_err(unavailable)? {
            let known = self.portal().registry.agents(&tenant).await.map_err(unavailable)?;
            agents.extend(known.into_iter().map(|agent| agent.name));
            let mut envelope = None;
            for (name, in_force) in self.in_force(&tenant).await? {
                envelope = envelope.or(in_force.envelope.map(|compiled| compiled.envelope().version));
                let Some((_, contract)) = in_force.contract else { continue };
                if !connectors.iter().any(|known| known.name == name) {
                    connectors.push(Connector { name, contract: contract.as_ref().clone() });
                }
            }
            let head = self.head(&tenant).await?;
            tenants.push(TenantDesk {
                name: tenant.name().clone(),
                title: tenant.title().to_string(),
                envelope,
                head,
            });
        }
        Ok(Workspace {
            vendor: self.desk().vendor().title.to_string(),
            address: self.shared.0.address.clone(),
            tenants,
            agents: agents.into_iter().collect(),
            connectors,
            samples: self.shared.0.samples.clone(),
            attempt: fresh()?,
            signer: self.portal().signer.public_key().id(),
        })
    }
}
