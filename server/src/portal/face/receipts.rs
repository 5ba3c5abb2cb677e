//! Receipts, as a list and one by one.

use app::portal::{Answer, Detail, Filter, Mention, PAGE_ROWS, Page, Receipts, Refusal, Row};
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::name::Name;
use evidence::receipt::Receipt;

use super::{Face, broken, unavailable};
use crate::ledger::{InForce, ReceiptQuery};
use crate::registry::Tenant;

/// The most rows of the log that are looked through for one page of a filtered list.
const LOOK_THROUGH: u32 = 2_000;

impl Receipts for Face {
    fn receipts(&self, tenant: Name, filter: Filter) -> Answer<'_, Page> {
        Box::pin(self.list(tenant, filter))
    }

    fn receipt(&self, tenant: Name, seq: u64) -> Answer<'_, Detail> {
        Box::pin(self.open(tenant, seq))
    }
}

impl Face {
    async fn list(&self, tenant: Name, filter: Filter) -> Result<Page, Refusal> {
        let tenant = self.tenant(&tenant).await?;
        let versions = self.in_force(&tenant).await?;
        let mut query = ReceiptQuery {
            verdict: filter.verdict,
            kind: filter.kind.clone(),
            table: filter.table.as_deref().and_then(|table| table.parse().ok()),
            before_seq: filter.before,
            limit: Some(200),
            ..ReceiptQuery::default()
        };
        let (mut rows, mut older, mut seen) = (Vec::new(), None, 0);
        while rows.len() < PAGE_ROWS && seen < LOOK_THROUGH {
            let page = self.portal().ledger.receipts(&tenant, &query).await.map_err(unavailable)?;
            for row in page.rows {
                seen += 1;
                older = Some(row.seq);
                let row = read(row.bytes.as_bytes()).map(|receipt| row_of(&receipt, &versions))?;
                if filter.admits(&row) {
                    rows.push(row);
                }
                if rows.len() == PAGE_ROWS {
                    break;
                }
            }
            if page.next_before_seq.is_none() && rows.len() < PAGE_ROWS {
                older = None;
                break;
            }
            query.before_seq = page.next_before_seq;
        }
        let agents = self.portal().registry.agents(&tenant).await.map_err(unavailable)?;
        Ok(Page {
            title: tenant.title().to_string(),
            rows,
            older: older.filter(|seq| *seq > 0),
            head: self.head(&tenant).await?,
            agents: agents.into_iter().map(|agent| agent.name).collect(),
        })
    }

    async fn open(&self, tenant: Name, seq: u64) -> Result<Detail, Refusal> {
        let tenant = self.tenant(&tenant).await?;
        let recorded = self.portal().ledger.receipt(&tenant, seq).await.map_err(unavailable)?;
        let recorded = recorded.ok_or(Refusal::NotFound)?;
        self.detail(&tenant, recorded.receipt(), recorded.signed()).await
    }

    pub(super) async fn detail(
        &self,
        tenant: &Tenant,
        receipt: &Receipt,
        signed: &Signed,
    ) -> Result<Detail, Refusal> {
        let versions = self.in_force(tenant).await?;
        let key = signed.signers().next().ok_or(Refusal::Broken)?;
        Ok(Detail {
            title: tenant.title().to_string(),
            dsse: String::from_utf8(signed.bytes().to_vec()).map_err(broken)?,
            digest: signed.digest(),
            envelope: cited_envelope(receipt, &versions),
            contract: cited_contract(receipt, &versions),
            mentions: self.mentions(tenant, receipt).await?,
            head: self.head(tenant).await?,
            signer: key,
        })
    }

    /// The receipts around this one.
    async fn mentions(&self, tenant: &Tenant, receipt: &Receipt) -> Result<Vec<Mention>, Refusal> {
        let cited = match receipt {
            Receipt::Decision(decision) => {
                let stored =
                    self.portal().ledger.action(tenant, &decision.action.id).await.map_err(unavailable)?;
                let outcome = stored.and_then(|stored| stored.outcome);
                return Ok(outcome
                    .map(|outcome| Mention::of(&Receipt::Outcome(outcome.receipt().clone())))
                    .into_iter()
                    .collect());
            }
            Receipt::Outcome(outcome) => outcome.decision.seq,
            Receipt::Approval(approval) => approval.decision.seq,
            _ => return Ok(Vec::new()),
        };
        let cited = self.portal().ledger.receipt(tenant, cited).await.map_err(unavailable)?;
        Ok(cited.map(|cited| Mention::of(cited.receipt())).into_iter().collect())
    }
}

fn row_of(receipt: &Receipt, versions: &[(Name, InForce)]) -> Row {
    Row::of(receipt, cited_envelope(receipt, versions))
}

fn read(bytes: &[u8]) -> Result<Receipt, Refusal> {
    Signed::parse(bytes).and_then(|signed| Receipt::read(&signed)).map_err(broken)
}

/// The version of the envelope that a receipt cites, as long as it is in force.
fn cited_envelope(receipt: &Receipt, versions: &[(Name, InForce)]) -> Option<u32> {
    let cited = match receipt {
        Receipt::Decision(decision) => decision.standing.envelope?,
        Receipt::Activation(activation) => activation.digest,
        _ => return None,
    };
    let envelopes = versions.iter().filter_map(|(_, documents)| documents.envelope.as_ref());
    envelopes.filter(|envelope| envelope.digest() == cited).map(|envelope| envelope.envelope().version).next()
}

fn cited_contract(receipt: &Receipt, versions: &[(Name, InForce)]) -> Option<u32> {
    let cited: Digest = match receipt {
        Receipt::Decision(decision) => decision.standing.contract?,
        Receipt::Activation(activation) => activation.digest,
        _ => return None,
    };
    let contracts = versions.iter().filter_map(|(_, documents)| documents.contract.as_ref());
    contracts.filter(|(digest, _)| *digest == cited).map(|(_, contract)| contract.version).next()
}
