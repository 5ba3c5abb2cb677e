//! Contracts and envelopes: each is the one that its digest names.

use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::envelope::Envelope;
use sqlx::{AnyConnection, Row as _};

use super::Audit;
use crate::ledger::fault::Fault;

/// How many documents are read at once.
const PAGE: i64 = 64;

impl Audit<'_> {
    pub(super) async fn documents(&mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        let mut last = String::new();
        loop {
            let page = sqlx::query(
                "select digest, kind, body from documents where digest > $1 order by digest limit $2",
            )
            .bind(last.clone())
            .bind(PAGE)
            .fetch_all(&mut *connection)
            .await?;
            for row in &page {
                let (digest, kind): (String, String) = (row.try_get("digest")?, row.try_get("kind")?);
                let body: String = row.try_get("body")?;
                if let Some(fault) = fault(&digest, &kind, &body) {
                    self.find(&format!("document {digest}"), fault);
                }
                last = digest;
            }
            if page.is_empty() {
                return Ok(());
            }
        }
    }
}

fn fault(digest: &str, kind: &str, body: &str) -> Option<String> {
    let found = Digest::of(body.as_bytes()).to_string();
    if found != digest {
        return Some(format!("its digest is {found}"));
    }
    let read = match kind {
        "contract" => Contract::parse(body.as_bytes()).map(drop).map_err(|error| error.to_string()),
        "envelope" => Envelope::parse(body.as_bytes()).map(drop).map_err(|error| error.to_string()),
        other => Err(format!("is of no kind that is known, {other}")),
    };
    read.err().map(|error| format!("it can't be read as a {kind}: {error}"))
}
