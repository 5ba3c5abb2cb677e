//! The face: what the pages may ask, answered for one desk.
//!
//! It adds nothing to what the desk can do. A page's write takes the same path as an agent's, and what a page shows is read
//! back from the log.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::portal::{
    Answer, Connector, Detail, Fault, Filter, Head, Mention, PAGE_ROWS, Page, Portal as Pages, Proposal,
    Refusal, Row, Sample, TenantDesk, Tried, Workspace,
};
use evidence::digest::{Digest, to_hex};
use evidence::dsse::Signed;
use evidence::name::Name;
use evidence::receipt::Receipt;

use super::Portal;
use super::memory::Memory;
use crate::boundary::request::{Request, RequestError};
use crate::boundary::{self};
use crate::ledger::{InForce, LedgerError, ReceiptQuery};
use crate::registry::{Desk, Tenant};

/// The most rows of the log that are looked through for one page of a filtered list.
const LOOK_THROUGH: u32 = 2_000;

/// The portal's pages, for one desk.
#[derive(Clone)]
pub struct Face {
    portal: Portal,
    desk: Desk,
    address: String,
    samples: Arc<[Sample]>,
    memory: Memory,
}

impl Face {
    /// The pages for `desk`, under `address`, with these ready-made writes.
    pub fn new(portal: Portal, desk: Desk, address: String, samples: Vec<Sample>) -> Self {
        Self { portal, desk, address, samples: samples.into(), memory: Memory::default() }
    }

    async fn tenant(&self, name: &Name) -> Result<Tenant, Refusal> {
        self.desk.tenant(name).await.map_err(unavailable)?.ok_or(Refusal::NotFound)
    }

    async fn describe(&self) -> Result<Workspace, Refusal> {
        let mut tenants = Vec::new();
        let mut agents = BTreeSet::new();
        let mut connectors: Vec<Connector> = Vec::new();
        for tenant in self.desk.tenants().await.map_err(unavailable)? {
            let known = self.portal.registry.agents(&tenant).await.map_err(unavailable)?;
            agents.extend(known.into_iter().map(|agent| agent.name));
            let mut envelope = None;
            for (name, in_force) in self.in_force(&tenant).await? {
                envelope = envelope.or(in_force.envelope.map(|compiled| compiled.envelope().version));
                let Some((_, contract)) = in_force.contract else { continue };
                if !connectors.iter().any(|known| known.name == name) {
                    connectors.push(Connector { name, contract: contract.as_ref().clone() });
                }
            }
            let head = self.head(&tenant).await?;
            tenants.push(TenantDesk {
                name: tenant.name().clone(),
                title: tenant.title().to_string(),
                envelope,
                head,
            });
        }
        Ok(Workspace {
            vendor: self.desk.vendor().title.to_string(),
            address: self.address.clone(),
            tenants,
            agents: agents.into_iter().collect(),
            connectors,
            samples: self.samples.to_vec(),
            attempt: fresh()?,
            signer: self.portal.signer.public_key().id(),
        })
    }

    async fn in_force(&self, tenant: &Tenant) -> Result<Vec<(Name, InForce)>, Refusal> {
        let mut all = Vec::new();
        let names = self.portal.connectors.names(tenant.vendor()).await.map_err(broken)?;
        for name in names {
            let documents = self.portal.ledger.in_force(tenant, &name).await.map_err(unavailable)?;
            all.push((name, documents));
        }
        Ok(all)
    }

    async fn head(&self, tenant: &Tenant) -> Result<Option<Head>, Refusal> {
        let last = ReceiptQuery { limit: Some(1), ..ReceiptQuery::default() };
        let page = self.portal.ledger.receipts(tenant, &last).await.map_err(unavailable)?;
        let checkpoint = self.portal.ledger.checkpoint(tenant).await.map_err(unavailable)?;
        Ok(checkpoint.zip(page.rows.first()).map(|(checkpoint, row)| {
            let checkpoint = checkpoint.checkpoint();
            Head { size: checkpoint.size(), root: checkpoint.root(), time: row.time }
        }))
    }

    async fn submit(&self, proposal: Proposal) -> Result<Name, Refusal> {
        let body = serde_json::to_vec(&proposal).map_err(broken)?;
        let request = Request::read(&body).map_err(invalid)?;
        let tenant = self.tenant(&request.tenant).await?;
        let before = self.portal.boundary.look(&tenant, &request).await;
        let boundary = self.portal.boundary.clone();
        let desk = self.desk.clone();
        let sent = request.clone();
        // Somebody who closes the page does not cut a write in half.
        let path = tokio::spawn(async move { boundary.submit(&desk, &sent).await });
        let settled = path.await.map_err(broken)?.map_err(refused)?;
        let after = self.portal.boundary.look(&tenant, &request).await;
        let action = settled.decision.receipt().action.id.clone();
        self.memory.keep(action.clone(), proposal, before, after);
        Ok(action)
    }

    async fn recall(&self, tenant: Name, action: Name) -> Result<Tried, Refusal> {
        let tenant = self.tenant(&tenant).await?;
        let stored = self.portal.ledger.action(&tenant, &action).await.map_err(unavailable)?;
        let stored = stored.ok_or(Refusal::NotFound)?;
        let decision = Receipt::Decision(stored.decision.receipt().clone());
        let decision = self.detail(&tenant, &decision, stored.decision.signed()).await?;
        let outcome = match stored.outcome {
            Some(outcome) => {
                let receipt = Receipt::Outcome(outcome.receipt().clone());
                Some(self.detail(&tenant, &receipt, outcome.signed()).await?)
            }
            None => None,
        };
        let (proposal, records) = self.memory.recall(&action).unwrap_or_default();
        Ok(Tried { action, decision, outcome, proposal, records })
    }

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
            let page = self.portal.ledger.receipts(&tenant, &query).await.map_err(unavailable)?;
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
        let agents = self.portal.registry.agents(&tenant).await.map_err(unavailable)?;
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
        let recorded = self.portal.ledger.receipt(&tenant, seq).await.map_err(unavailable)?;
        let recorded = recorded.ok_or(Refusal::NotFound)?;
        self.detail(&tenant, recorded.receipt(), recorded.signed()).await
    }

    async fn detail(&self, tenant: &Tenant, receipt: &Receipt, signed: &Signed) -> Result<Detail, Refusal> {
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
                    self.portal.ledger.action(tenant, &decision.action.id).await.map_err(unavailable)?;
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
        let cited = self.portal.ledger.receipt(tenant, cited).await.map_err(unavailable)?;
        Ok(cited.map(|cited| Mention::of(cited.receipt())).into_iter().collect())
    }
}

impl Pages for Face {
    fn workspace(&self) -> Answer<'_, Workspace> {
        Box::pin(self.describe())
    }

    fn try_action(&self, proposal: Proposal) -> Answer<'_, Name> {
        Box::pin(self.submit(proposal))
    }

    fn tried(&self, tenant: Name, action: Name) -> Answer<'_, Tried> {
        Box::pin(self.recall(tenant, action))
    }

    fn receipts(&self, tenant: Name, filter: Filter) -> Answer<'_, Page> {
        Box::pin(self.list(tenant, filter))
    }

    fn receipt(&self, tenant: Name, seq: u64) -> Answer<'_, Detail> {
        Box::pin(self.open(tenant, seq))
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

fn fresh() -> Result<String, Refusal> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(broken)?;
    Ok(to_hex(&bytes))
}

fn invalid(error: RequestError) -> Refusal {
    let message = error.to_string();
    match error {
        RequestError::Json(_) => Refusal::Broken,
        RequestError::Member { at, .. } => {
            let field = at.split('.').next().unwrap_or_default().to_owned();
            Refusal::Invalid(vec![Fault::new(&field, message)])
        }
    }
}

fn refused(refusal: boundary::Refusal) -> Refusal {
    match refusal {
        boundary::Refusal::TenantUnknown => Refusal::NotFound,
        boundary::Refusal::AgentOutOfScope => Refusal::Forbidden,
        boundary::Refusal::Conflict => Refusal::Repeated,
        boundary::Refusal::Ledger(error) => unavailable(error),
        other => broken(other),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn unavailable(error: LedgerError) -> Refusal {
    if error == LedgerError::Erased {
        return Refusal::Erased;
    }
    tracing::error!(%error, "the ledger did not answer a page");
    Refusal::Unavailable
}

fn broken(error: impl std::error::Error) -> Refusal {
    tracing::error!(%error, "a page could not be answered");
    Refusal::Broken
}
