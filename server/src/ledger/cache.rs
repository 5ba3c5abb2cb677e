//! The documents in force, where the boundary can see them without going through the queue.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use evidence::name::Name;

use super::library::InForce;

/// What is in force, by log and connector. Only the writer changes it, so nothing outdated comes back in after a change.
#[derive(Default)]
pub(super) struct InForceCache(RwLock<HashMap<Name, HashMap<Name, InForce>>>);

impl InForceCache {
    pub fn find(&self, log: &Name, connector: &Name) -> Option<InForce> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(log)?.get(connector).cloned()
    }

    pub fn remember(&self, log: &Name, connector: &Name, found: InForce) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(log.clone()).or_default().insert(connector.clone(), found);
    }

    pub fn forget(&self, log: &Name) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(log);
    }

    pub fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
