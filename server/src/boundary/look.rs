//! A look at records without proposing anything: for the vendor, whose data it is, to see what a write did or did not do.

use std::collections::BTreeMap;

use evidence::commitment::{Cell, Key};
use evidence::name::{Name, Text};
use evidence::value::Value;

use super::Boundary;
use super::request::Request;
use crate::connectors::lens::Lens;
use crate::connectors::observation::Sighting;
use crate::registry::Tenant;

/// One record as it is.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Its cells, with sealed columns as commitments; `None` if there is no such record.
    pub cells: Option<BTreeMap<Text, Cell>>,
    /// Which record.
    pub key: Key,
    /// Whose it is.
    pub owner: Option<Name>,
}

impl Boundary {
    /// The records that `request` names, as they are now. Empty if they can't be looked at.
    pub async fn look(&self, tenant: &Tenant, request: &Request) -> Vec<Look> {
        let Ok(in_force) = self.ledger.in_force(tenant, &request.connector).await else { return Vec::new() };
        let survey = self.survey(tenant, request, &in_force).await;
        let table =
            in_force.contract.as_ref().and_then(|(_, contract)| contract.tables.get(request.table.as_str()));
        let Some((table, secret)) = table.zip(tenant.secret().ok()) else { return Vec::new() };
        let lens = Lens { connector: &request.connector, name: &request.table, secret, table };
        let looks = request.records.iter().zip(survey.sightings).map(|(key, sighting)| {
            let Sighting::Found(row) = sighting else { return Look { key: key.clone(), ..Look::default() } };
            let owner = match row.get(&table.tenant_column) {
                Some(Value::Text(owner)) => owner.parse().ok(),
                _ => None,
            };
            Look { cells: lens.state(key, &row).ok().map(|state| state.cells), key: key.clone(), owner }
        });
        looks.collect()
    }
}
