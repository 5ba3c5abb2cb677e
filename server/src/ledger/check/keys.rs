//! The keys and the statements by which they follow each other.

use std::collections::BTreeMap;

use evidence::canonical;
use evidence::name::Name;
use evidence::trust::{KeyRecord, Trust};
use sqlx::{AnyConnection, Row as _};

use super::Audit;
use crate::ledger::fault::Fault;
use crate::ledger::trust;
use crate::registry::Vendor;

impl Audit<'_> {
    /// The vendors' trust documents, as far as they hold.
    pub(super) async fn keys(
        &mut self,
        connection: &mut AnyConnection,
    ) -> Result<BTreeMap<Name, Trust>, Fault> {
        self.records(connection).await?;
        let mut trusts = BTreeMap::new();
        let vendors = sqlx::query("select name, title from vendors order by name");
        for row in vendors.fetch_all(&mut *connection).await? {
            let vendor = Vendor {
                name: row.try_get::<String, _>("name")?.parse().map_err(Fault::corrupt)?,
                title: row.try_get::<String, _>("title")?.parse().map_err(Fault::corrupt)?,
            };
            let at = format!("the keys of {}", vendor.name);
            match trust::read(connection, &vendor).await {
                Ok(found) => {
                    let bytes = canonical::to_vec(&found).map_err(Fault::corrupt)?;
                    // A vendor without a log may have no key yet.
                    if !found.keys.is_empty()
                        && let Err(error) = Trust::parse(&bytes)
                    {
                        self.find(&at, error.to_string());
                    }
                    trusts.insert(vendor.name, found);
                }
                Err(Fault::Corrupt(fault)) => self.find(&at, fault),
                Err(fault) => return Err(fault),
            }
        }
        Ok(trusts)
    }

    /// What stands beside a key's record is what the record says.
    async fn records(&mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        let rows = sqlx::query("select keyid, valid_from, body from signing_keys order by keyid");
        for row in rows.fetch_all(connection).await? {
            let (id, from): (String, i64) = (row.try_get("keyid")?, row.try_get("valid_from")?);
            let body: String = row.try_get("body")?;
            let at = format!("key {id}");
            match canonical::from_slice::<KeyRecord>(body.as_bytes()) {
                Ok(record) if record.keyid.to_string() != id => self.find(&at, "its record is another key's"),
                Ok(record) if record.valid_from.micros() != from => {
                    self.find(&at, "its record says another beginning than its row");
                }
                Ok(_) => {}
                Err(error) => self.find(&at, format!("its record can't be read: {error}")),
            }
        }
        Ok(())
    }
}
