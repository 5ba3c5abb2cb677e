//! Documents that people put in force.

use evidence::contract::Contract;
use evidence::envelope::Envelope;
use evidence::name::Name;
use server::ledger::{ActivationDraft, Document};

use super::World;

/// A connector that has no system of record of the portal's behind it.
pub const ATTESTED: &str = "books";

impl World {
    /// The contract in force for the CRM.
    pub async fn contract(&self, tenant: &str) -> Contract {
        let tenant = self.tenant(tenant).await;
        let in_force = self.portal.ledger.in_force(&tenant, &"crm".parse().unwrap()).await.unwrap();
        in_force.contract.unwrap().1.as_ref().clone()
    }

    /// The envelope in force for the CRM.
    pub async fn envelope(&self, tenant: &str) -> Envelope {
        let tenant = self.tenant(tenant).await;
        let in_force = self.portal.ledger.in_force(&tenant, &"crm".parse().unwrap()).await.unwrap();
        in_force.envelope.unwrap().envelope().clone()
    }

    pub async fn put_contract(&self, tenant: &str, contract: Contract) {
        let connector = contract.connector.clone();
        self.put(tenant, connector, Document::Contract(Box::new(contract))).await;
    }

    /// Puts a changed envelope for the CRM in force.
    pub async fn put_envelope(&self, tenant: &str, change: impl FnOnce(&mut Envelope)) {
        let mut envelope = self.envelope(tenant).await;
        envelope.version += 1;
        change(&mut envelope);
        self.put(tenant, "crm".parse().unwrap(), Document::Envelope(Box::new(envelope))).await;
    }

    /// Lets the tenant's agents do through [`ATTESTED`] what they may do in the CRM.
    pub async fn attest(&self, tenant: &str) {
        let mut contract = self.contract(tenant).await;
        contract.connector = ATTESTED.parse().unwrap();
        let mut envelope = self.envelope(tenant).await;
        envelope.contract = contract.digest().unwrap();
        let connector = contract.connector.clone();
        self.put_contract(tenant, contract).await;
        self.put(tenant, connector, Document::Envelope(Box::new(envelope))).await;
    }

    /// Erases the tenant's secret, as an operator does.
    pub async fn erase(&self, tenant: &str) {
        let pending = self.portal.ledger.erase(&self.tenant(tenant).await).await.unwrap();
        assert_eq!(pending, 0);
        self.portal.registry.forget_erased().await.unwrap();
    }

    async fn put(&self, tenant: &str, connector: Name, document: Document) {
        let activation = ActivationDraft {
            by: "dana@northwind.example".parse().unwrap(),
            changes: vec!["Changed.".parse().unwrap()],
            connector,
            document,
            proposed_by: None,
            reason: "Agreed with the tenant.".parse().unwrap(),
        };
        self.portal.ledger.activate(&self.tenant(tenant).await, activation).await.unwrap();
    }
}
