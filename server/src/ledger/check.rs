//! Recomputes everything that the database says, and names whatever is not so.
//!
//! The writer trusts what it finds, because it put it there. This trusts nothing: it walks every log from its first
//! receipt, lets the law judge each, and compares what lies beside the receipts with what the receipts say. It holds a page
//! of one log at a time, and whatever history needs, so a long log takes time but not memory.

mod beside;
mod documents;
mod keys;
mod log;
mod receipt;

use std::collections::BTreeMap;

use evidence::name::Name;
use evidence::trust::Trust;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use super::LedgerError;
use super::fault::Fault;
use super::library::Library;
use super::rows::number;
use crate::registry::{TENANT_COLUMNS, Tenant};
use crate::store::Store;
use crate::vault::Vault;
use log::Walk;

/// How many findings of one place are told; the rest are only counted.
const TOLD: usize = 25;

/// The tables whose rows belong to a log.
const OF_LOGS: [&str; 9] =
    ["receipts", "checkpoints", "tiles", "actions", "outcomes", "effects", "parked", "images", "agents"];

/// What the check has to tell while it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Something is not as it must be.
    Finding {
        /// Where: a table and a row, or a log and a receipt.
        at: String,
        /// What is wrong there.
        fault: String,
    },
    /// So many of so many receipts are checked.
    Progress {
        /// So many.
        done: u64,
        /// Of so many.
        of: u64,
    },
}

/// What was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many logs.
    pub logs: u64,
    /// How many receipts.
    pub receipts: u64,
    /// How many findings, told or not.
    pub findings: u64,
}

/// Checks the whole database as it is at one moment, and tells what it finds on the way.
pub async fn check(
    store: &Store,
    vault: &Vault,
    tell: &mut (dyn FnMut(Told) + Send),
) -> Result<Checked, LedgerError> {
    let mut connection = store.connect().await.map_err(Fault::from)?;
    let checked = Audit::new(store, vault, tell).run(&mut connection).await?;
    let _ = connection.close().await;
    Ok(checked)
}

/// A check at work.
struct Audit<'a> {
    store: &'a Store,
    vault: &'a Vault,
    tell: &'a mut (dyn FnMut(Told) + Send),
    library: Library,
    checked: Checked,
    of: u64,
    /// The place of the last finding, and how many there were.
    place: (String, usize),
}

impl<'a> Audit<'a> {
    fn new(store: &'a Store, vault: &'a Vault, tell: &'a mut (dyn FnMut(Told) + Send)) -> Self {
        let (library, checked) = (Library::default(), Checked::default());
        Self { store, vault, tell, library, checked, of: 0, place: (String::new(), 0) }
    }

    async fn run(mut self, connection: &mut AnyConnection) -> Result<Checked, Fault> {
        let store = self.store;
        let mut snapshot = store.snapshot(connection).await?;
        let counted =
            sqlx::query("select count(*) as receipts from receipts").fetch_one(&mut *snapshot).await?;
        self.of = number(&counted, "receipts")?;
        let trusts = self.keys(&mut snapshot).await?;
        self.documents(&mut snapshot).await?;
        self.strays(&mut snapshot).await?;
        self.logs(&mut snapshot, &trusts).await?;
        snapshot.rollback().await?;
        Ok(self.checked)
    }

    async fn logs(
        &mut self,
        connection: &mut AnyConnection,
        trusts: &BTreeMap<Name, Trust>,
    ) -> Result<(), Fault> {
        let text = format!("select {TENANT_COLUMNS} from tenants t order by t.vendor, t.name");
        for row in sqlx::query(AssertSqlSafe(text)).fetch_all(&mut *connection).await? {
            let tenant = match Tenant::from_row(&row, self.vault) {
                Ok(tenant) => tenant,
                Err(error) => {
                    let name: String = row.try_get("name")?;
                    self.find(&format!("tenant {name}"), format!("its log can't be checked: {error}"));
                    continue;
                }
            };
            let at = format!("{}/{}", tenant.vendor(), tenant.name());
            if let Ok(secret) = tenant.secret()
                && secret.log_id().ok().as_ref() != Some(tenant.log())
            {
                self.find(&at, "its secret is not the one that its log is named after");
            }
            let Some(trust) = trusts.get(tenant.vendor()) else {
                self.find(&at, "its vendor has no keys that can be read, so its log can't be checked");
                continue;
            };
            Walk::new(self, trust, tenant).run(connection).await?;
            self.checked.logs += 1;
        }
        Ok(())
    }

    /// Rows that belong to no tenant's log.
    async fn strays(&mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        for table in OF_LOGS {
            let text = format!(
                "select distinct s.log from {table} s where not exists (select 1 from tenants t where t.log = s.log)"
            );
            for row in sqlx::query(AssertSqlSafe(text)).fetch_all(&mut *connection).await? {
                let log: String = row.try_get("log")?;
                self.find(&format!("table {table}"), format!("rows of a log that no tenant has, {log}"));
            }
        }
        Ok(())
    }

    fn find(&mut self, at: &str, fault: impl Into<String>) {
        self.checked.findings += 1;
        let place = at.split(" #").next().unwrap_or(at);
        if self.place.0 != place {
            self.place = (place.to_owned(), 0);
        }
        self.place.1 += 1;
        match self.place.1.cmp(&TOLD) {
            std::cmp::Ordering::Less => {
                (self.tell)(Told::Finding { at: at.to_owned(), fault: fault.into() });
            }
            std::cmp::Ordering::Equal => {
                let fault =
                    "more is wrong here than is worth listing; further findings are only counted".to_owned();
                (self.tell)(Told::Finding { at: place.to_owned(), fault });
            }
            std::cmp::Ordering::Greater => {}
        }
    }

    fn progress(&mut self, receipts: u64) {
        self.checked.receipts += receipts;
        (self.tell)(Told::Progress { done: self.checked.receipts, of: self.of });
    }
}
