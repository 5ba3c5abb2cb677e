//! What is known of live tables, and whether they are as a contract says.
//!
//! `PostgreSQL` does not count changes of its schema. So each statement that depends on a table's columns also asks for
//! the table's fingerprint, and what is known holds as long as that is the same.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use evidence::contract::{Contract, Database, Table};
use evidence::digest::Digest;
use evidence::name::Identifier;
use sqlx::PgConnection;

use super::catalog;
use super::form::Form;
use crate::connectors::ConnectorError;
use crate::connectors::live::drift;

/// More than anyone has in use; whatever was known before is then found out again.
const MOST: usize = 1_000;

/// What is known, by contract and table.
#[derive(Default)]
pub struct Checked(Mutex<HashMap<(Digest, Identifier), Arc<Known>>>);

/// What is known of one table.
pub struct Known {
    /// The fingerprint for which it holds; `None` where there is no such table.
    pub fingerprint: Option<String>,
    /// The forms of its columns.
    pub forms: BTreeMap<Identifier, Form>,
    /// The table's name, as `to_regclass` wants it.
    pub live: String,
    /// Whether the live table is the contract's.
    pub matches: bool,
}

impl Checked {
    /// What was known the last time.
    pub fn recall(&self, contract: Digest, table: &Identifier) -> Option<Arc<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(contract, table.clone())).cloned()
    }

    /// Finds out anew.
    pub async fn load(
        &self,
        read: &mut PgConnection,
        (contract, digest): (&Contract, Digest),
        (name, terms): (&Identifier, &Table),
    ) -> Result<Arc<Known>, ConnectorError> {
        let found = catalog::load(read, Some(name)).await?.into_iter().next();
        let sentences = drift(name, terms, found.as_ref().map(|found| &found.live));
        let matches = contract.database == Database::Postgresql && sentences.is_empty();
        let (fingerprint, forms) = found.map(|found| (found.fingerprint, found.forms)).unwrap_or_default();
        let known = Arc::new(Known { fingerprint, forms, live: catalog::regclass(name), matches });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert((digest, name.clone()), known.clone());
        Ok(known)
    }
}
