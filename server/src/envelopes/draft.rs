//! Drafts: what one member has typed and not proposed yet. Nobody else sees it.

use evidence::digest::Digest;
use evidence::timestamp::Timestamp;

use super::{Envelopes, Place, Who};
use crate::ledger::LedgerError;

/// One member's unfinished work on one envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The form's pairs, as they were typed.
    pub form: Vec<(String, String)>,
    /// The envelope in force when it was begun.
    pub base: Option<Digest>,
    /// When it was last kept.
    pub at: Timestamp,
}

impl Envelopes {
    /// What this member has typed.
    pub async fn draft(&self, place: &Place, who: &Who) -> Result<Option<Draft>, LedgerError> {
        self.shelf.draft(place, &who.id).await
    }

    /// Keeps what this member has typed.
    pub async fn keep_draft(
        &self,
        place: &Place,
        who: &Who,
        form: Vec<(String, String)>,
        base: Option<Digest>,
    ) -> Result<(), LedgerError> {
        self.shelf.put_draft(place, &who.id, &Draft { form, base, at: self.clock.now() }).await
    }

    /// Throws it away.
    pub async fn discard_draft(&self, place: &Place, who: &Who) -> Result<(), LedgerError> {
        self.shelf.drop_draft(place, &who.id).await
    }
}
