//! Receipts, as a list and one by one.

use app::portal::{Answer, Detail, Filter, PAGE_ROWS, Page, Receipts, Refusal, Row, Undoing, Undone};
use evidence::dsse::Signed;
use evidence::name::Name;
use evidence::receipt::Receipt;

use super::{Face, broken, unavailable};
use crate::ledger::ReceiptQuery;
use crate::portal::lines::{contract_of, envelope_of, line, question, read, version};
use crate::registry::Tenant;

/// The most receipts that are read for one page.
const LOOK_THROUGH: usize = 2_000;

/// How much of a log is looked through for one page where no index helps.
const STRETCH: u64 = 50_000;

impl Receipts for Face {
    fn receipts(&self, tenant: Name, filter: Filter) -> Answer<'_, Page> {
        Box::pin(self.list(tenant, filter))
    }

    fn receipt(&self, tenant: Name, seq: u64) -> Answer<'_, Detail> {
        Box::pin(self.open(tenant, seq))
    }

    fn roll_back(&self, undoing: Undoing) -> Answer<'_, Undone> {
        Box::pin(self.take_back(undoing))
    }
}

/// What was found for one page.
struct Found {
    rows: Vec<Row>,
    older: Option<u64>,
    looked_to: Option<u64>,
}

impl Face {
    async fn list(&self, tenant: Name, filter: Filter) -> Result<Page, Refusal> {
        let tenant = self.tenant(&tenant).await?;
        // Whatever is recorded from here on is for those who follow the log.
        let next = self.portal().ledger.size(&tenant).await.map_err(unavailable)?;
        let found = match self.narrowed(&tenant, &filter, next).await? {
            Some(query) => self.search(&tenant, &filter, query).await?,
            None => Found { rows: Vec::new(), older: None, looked_to: None },
        };
        let agents = self.portal().registry.agents(&tenant).await.map_err(unavailable)?;
        Ok(Page {
            title: tenant.title().to_string(),
            rows: found.rows,
            older: found.older,
            looked_to: found.looked_to,
            next,
            head: self.head(&tenant).await?,
            agents: agents.into_iter().map(|agent| agent.name).collect(),
            stopped: self.portal().ledger.stopped(&tenant).await.map_err(unavailable)?,
        })
    }

    /// The question with the range of time as a range of numbers.
    async fn narrowed(
        &self,
        tenant: &Tenant,
        filter: &Filter,
        next: u64,
    ) -> Result<Option<ReceiptQuery>, Refusal> {
        let Some(mut query) = question(filter) else { return Ok(None) };
        let ledger = &self.portal().ledger;
        query.before_seq = Some(query.before_seq.map_or(next, |before| before.min(next)));
        if let Some(from) = filter.from {
            query.from_seq = Some(ledger.first_at(tenant, from).await.map_err(unavailable)?);
        }
        if let Some(to) = filter.to {
            let end = ledger.first_at(tenant, to).await.map_err(unavailable)?;
            query.before_seq = Some(query.before_seq.map_or(end, |before| before.min(end)));
        }
        Ok(Some(query))
    }

    /// Looks through the log from the newest that is asked for, as far as one question may go.
    async fn search(
        &self,
        tenant: &Tenant,
        filter: &Filter,
        mut query: ReceiptQuery,
    ) -> Result<Found, Refusal> {
        let ledger = &self.portal().ledger;
        let end = query.from_seq.unwrap_or(0);
        let stretch = self.stretch(tenant, &query).await?;
        query.from_seq = Some(end.max(stretch));
        let mut found = Found { rows: Vec::new(), older: None, looked_to: None };
        let mut seen = 0;
        loop {
            let page = ledger.receipts(tenant, &query).await.map_err(unavailable)?;
            for row in &page.rows {
                seen += 1;
                let receipt = read(row.bytes.as_bytes())?;
                if filter.admits(&receipt) {
                    found.rows.push(line(ledger, &receipt).await.map_err(unavailable)?);
                }
                if found.rows.len() == PAGE_ROWS || seen == LOOK_THROUGH {
                    found.looked_to = Some(row.seq).filter(|_| found.rows.len() < PAGE_ROWS);
                    found.older = Some(row.seq).filter(|seq| *seq > end);
                    return Ok(found);
                }
            }
            match page.next_before_seq {
                Some(next) => query.before_seq = Some(next),
                None => break,
            }
        }
        if stretch > end {
            (found.looked_to, found.older) = (Some(stretch), Some(stretch));
        }
        Ok(found)
    }

    /// How far down the log is looked through for a question. Only for the table alone there is no index.
    async fn stretch(&self, tenant: &Tenant, query: &ReceiptQuery) -> Result<u64, Refusal> {
        let is_indexed =
            query.verdict.is_some() || query.kind.is_some() || query.agent.is_some() || query.code.is_some();
        if is_indexed || query.table.is_none() {
            return Ok(0);
        }
        let size = self.portal().ledger.size(tenant).await.map_err(unavailable)?;
        Ok(query.before_seq.map_or(size, |before| before.min(size)).saturating_sub(STRETCH))
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
        let ledger = &self.portal().ledger;
        let key = signed.signers().next().ok_or(Refusal::Broken)?;
        Ok(Detail {
            title: tenant.title().to_string(),
            dsse: String::from_utf8(signed.bytes().to_vec()).map_err(broken)?,
            digest: signed.digest(),
            envelope: version(ledger, envelope_of(receipt)).await.map_err(unavailable)?,
            contract: version(ledger, contract_of(receipt)).await.map_err(unavailable)?,
            mentions: self.mentions(tenant, receipt, signed.digest()).await?,
            head: self.head(tenant).await?,
            signer: key,
            undo: self.undo(tenant, receipt).await?,
            stopped: ledger.stopped(tenant).await.map_err(unavailable)?,
        })
    }
}
