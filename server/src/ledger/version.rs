//! Which version of its contract or envelope a receipt cites, also when another one is in force by now.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use evidence::digest::Digest;
use serde::Deserialize;

use super::fault::Fault;
use super::{Ledger, LedgerError, rows};

/// How many versions are kept at most; beyond that, all are read again as they are asked for.
const KEPT: usize = 8_192;

/// Versions by digest, which never change.
#[derive(Clone, Default)]
pub(super) struct Versions(Arc<RwLock<HashMap<Digest, u32>>>);

impl Ledger {
    /// The version of the document with this digest; `None` if no log ever cited it.
    pub async fn version(&self, document: Digest) -> Result<Option<u32>, LedgerError> {
        if let Some(known) = self.versions.0.read().unwrap_or_else(PoisonError::into_inner).get(&document) {
            return Ok(Some(*known));
        }
        let body = rows::document(&mut *self.reader().await?, document).await?;
        let Some(body) = body else { return Ok(None) };
        let Versioned { version } = serde_json::from_str(&body).map_err(Fault::corrupt)?;
        let mut known = self.versions.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(document, version);
        Ok(Some(version))
    }
}

/// The part of a document that says how often it was changed.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}
