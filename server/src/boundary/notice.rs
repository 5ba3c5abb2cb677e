//! What the tenants learn whose records were reached for: that somebody did, but not who.

use super::Refusal;
use crate::connectors::observation::Observation;
use crate::ledger::Notice;
use crate::registry::{Desk, Tenant};

/// The notices that an action of `tenant` leaves in the logs of other tenants of the same vendor.
pub async fn notices(
    desk: &Desk,
    tenant: &Tenant,
    observation: &Observation,
) -> Result<Vec<Notice>, Refusal> {
    let action = &observation.action;
    let mut notices = Vec::new();
    for (owner, records) in &observation.victims {
        let Some(owner) = desk.neighbour(owner).await?.filter(|owner| !owner.is_erased()) else { continue };
        notices.push(Notice {
            actor: owner.secret()?.blind_tenant(tenant.name())?,
            connector: action.connector.clone(),
            operation: action.operation.clone(),
            records: records.clone(),
            table: action.table.clone(),
            tenant: owner,
        });
    }
    Ok(notices)
}
