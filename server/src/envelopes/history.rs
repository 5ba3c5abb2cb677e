//! History: every envelope that is or was in force, as the log tells it.

use app::portal::envelopes::Version;
use evidence::digest::Digest;
use evidence::receipt::{ActivationReceipt, DocumentKind, Receipt};

use super::{Envelopes, Place};
use crate::ledger::{LedgerError, PAGE_ROWS, ReceiptQuery};

impl Envelopes {
    /// Every envelope of this place that is or was in force, the latest first.
    pub async fn history(&self, place: &Place) -> Result<Vec<Version>, LedgerError> {
        let mut versions = Vec::new();
        for receipt in self.activations(place).await? {
            let envelope = self.ledger.envelope(receipt.digest).await?;
            let Some(envelope) = envelope else {
                return Err(LedgerError::unavailable(format!("envelope {} is missing", receipt.digest)));
            };
            versions.push(Version {
                envelope,
                digest: receipt.digest,
                seq: receipt.entry.seq,
                at: receipt.entry.time,
                by: receipt.by.to_string(),
                proposed_by: receipt.proposed_by.map(|name| name.to_string()),
                reason: receipt.reason.to_string(),
                changes: receipt.changes.iter().map(ToString::to_string).collect(),
                previous: receipt.previous,
            });
        }
        Ok(versions)
    }

    /// The receipt by which this envelope was last put in force.
    pub(super) async fn activation_of(
        &self,
        place: &Place,
        digest: Digest,
    ) -> Result<Option<ActivationReceipt>, LedgerError> {
        Ok(self.activations(place).await?.into_iter().find(|receipt| receipt.digest == digest))
    }

    async fn activations(&self, place: &Place) -> Result<Vec<ActivationReceipt>, LedgerError> {
        let mut query = ReceiptQuery {
            kind: Some("activation".to_owned()),
            limit: Some(PAGE_ROWS),
            ..ReceiptQuery::default()
        };
        let mut found = Vec::new();
        loop {
            let page = self.ledger.receipts(&place.tenant, &query).await?;
            for row in page.rows {
                let signed = evidence::dsse::Signed::parse(row.bytes.as_bytes());
                let signed = signed.map_err(LedgerError::unavailable)?;
                match Receipt::read(&signed).map_err(LedgerError::unavailable)? {
                    Receipt::Activation(receipt)
                        if receipt.document == DocumentKind::Envelope
                            && receipt.connector == place.connector =>
                    {
                        found.push(receipt);
                    }
                    _ => {}
                }
            }
            match page.next_before_seq {
                Some(before) => query.before_seq = Some(before),
                None => return Ok(found),
            }
        }
    }
}
