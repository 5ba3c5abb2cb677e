//! Whether a tenant is frozen, as its log says.

use app::portal::Refusal;
use evidence::dsse::Signed;
use evidence::receipt::{Receipt, StandingState, StandingSubject};

use super::{Face, broken, unavailable};
use crate::envelopes::Place;
use crate::ledger::{PAGE_ROWS, ReceiptQuery};

impl Face {
    /// Whether the tenant, or the whole portal, is frozen: the latest word on each counts.
    pub(super) async fn is_frozen(&self, place: &Place) -> Result<bool, Refusal> {
        let mut query = ReceiptQuery {
            kind: Some("standing".to_owned()),
            limit: Some(PAGE_ROWS),
            ..ReceiptQuery::default()
        };
        let (mut tenant, mut whole) = (None, None);
        loop {
            let page = self.portal().ledger.receipts(&place.tenant, &query).await.map_err(unavailable)?;
            for row in &page.rows {
                let signed = Signed::parse(row.bytes.as_bytes()).map_err(broken)?;
                let Receipt::Standing(standing) = Receipt::read(&signed).map_err(broken)? else { continue };
                let latest = match standing.subject {
                    StandingSubject::Tenant => &mut tenant,
                    StandingSubject::Portal => &mut whole,
                    StandingSubject::Agent(_) => continue,
                };
                latest.get_or_insert(standing.state);
            }
            let is_known = tenant.is_some() && whole.is_some();
            match page.next_before_seq {
                Some(before) if !is_known => query.before_seq = Some(before),
                _ => break,
            }
        }
        Ok([tenant, whole].contains(&Some(StandingState::Stopped)))
    }
}
