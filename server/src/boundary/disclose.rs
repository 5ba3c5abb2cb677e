//! Disclosures of a record as it is, for the vendor to hand on.

use std::collections::BTreeMap;

use evidence::commitment::{Disclosure, Key};
use evidence::contract::{ColumnType, Table};
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::value::Value;

use super::Boundary;
use crate::connectors::lens::{Lens, names_tenant};
use crate::connectors::observation::Sighting;
use crate::ledger::LedgerError;
use crate::registry::Tenant;

/// A record's disclosures, one for each column, and the hash of its state.
pub struct Opened {
    /// The disclosures, by column.
    pub disclosures: Vec<Disclosure>,
    /// The hash that receipts show for this state.
    pub state: Digest,
}

impl Boundary {
    /// The disclosures of the tenant's record as it is now; `None` if the tenant has no such record, or it can't be
    /// looked at. Key values come as text from an address, so integers are read here.
    pub async fn disclose(
        &self,
        tenant: &Tenant,
        connector: &Name,
        table: &Text,
        key: &Key,
    ) -> Result<Option<Opened>, LedgerError> {
        let in_force = self.ledger.in_force(tenant, connector).await?;
        let found = self.connectors.find(tenant.vendor(), connector).await.zip(in_force.contract.as_ref());
        let Some((system, (digest, contract))) = found else { return Ok(None) };
        let Some(terms) = contract.tables.get(table.as_str()) else { return Ok(None) };
        let key = typed(terms, key);
        let one = std::slice::from_ref(&key);
        let survey = system.survey((contract, *digest), table.as_str(), one, &BTreeMap::new()).await;
        let survey =
            survey.inspect_err(|error| tracing::error!(%error, %connector, "a connector could not look"));
        let sighting = survey.ok().and_then(|survey| survey.sightings.into_iter().next());
        let Some(Sighting::Found(row)) = sighting else { return Ok(None) };
        if !row.get(&terms.tenant_column).is_some_and(|owner| names_tenant(owner, tenant.name())) {
            return Ok(None);
        }
        let secret = tenant.secret()?;
        let lens = Lens { connector, name: table, secret, table: terms };
        let opened = lens.hash(&key, &row).and_then(|state| {
            let one = |(column, value)| secret.disclose(&lens.place(&key), &column, value);
            let columns = row.iter().map(|(column, value)| (column.to_text(), value));
            Ok(Opened { disclosures: columns.map(one).collect::<Result<_, _>>()?, state })
        });
        Ok(opened.inspect_err(|error| tracing::error!(%error, "a record has no commitments")).ok())
    }
}

/// The key with its integers as integers.
fn typed(table: &Table, key: &Key) -> Key {
    let typed = |(name, value): (&Text, &Value)| {
        let is_integer =
            table.columns.get(name.as_str()).is_some_and(|column| column.kind == ColumnType::Integer);
        let value = match value.as_integer().filter(|_| is_integer) {
            Some(integer) => Value::from_integer(integer),
            None => value.clone(),
        };
        (name.clone(), value)
    };
    key.iter().map(typed).collect()
}
