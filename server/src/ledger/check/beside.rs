//! What lies beside the receipts: actions, outcomes and pending effects say what the receipts say, no more and no less.

use std::collections::BTreeMap;

use evidence::receipt::Receipt;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::log::Walk;
use crate::ledger::draft::idempotency_id;
use crate::ledger::fault::Fault;
use crate::ledger::rows::number;
use crate::store::{Cell, Rows};

/// A receipt that other tables speak of.
pub(super) enum Passed {
    Decision { seq: u64, action: String, first: bool, idempotency: Option<String> },
    Outcome { seq: u64, decision: u64 },
}

impl Passed {
    pub fn of(receipt: &Receipt) -> Option<Self> {
        match receipt {
            Receipt::Decision(decision) => Some(Self::Decision {
                seq: decision.entry.seq,
                action: decision.action.id.to_string(),
                first: decision.standing.approval.is_none(),
                idempotency: decision.idempotency.map(|key| idempotency_id(&decision.entry.log, key)),
            }),
            Receipt::Outcome(outcome) => {
                Some(Self::Outcome { seq: outcome.entry.seq, decision: outcome.decision.seq })
            }
            _ => None,
        }
    }
}

impl Walk<'_, '_> {
    /// Compares a page of receipts with the rows that speak of them.
    pub(super) async fn compare_beside(
        &mut self,
        connection: &mut AnyConnection,
        passed: &[Passed],
    ) -> Result<(), Fault> {
        let actions = self.action_rows(connection, passed).await?;
        let outcomes = self.outcome_rows(connection, passed).await?;
        for one in passed {
            match one {
                Passed::Decision { seq, action, first, idempotency } => {
                    self.actions += u64::from(*first);
                    self.action(*seq, action, idempotency.as_ref().filter(|_| *first), actions.get(action));
                }
                Passed::Outcome { seq, decision } if outcomes.get(decision) != Some(seq) => {
                    self.find(*seq, format!("the table outcomes does not know it as that of #{decision}"));
                }
                Passed::Outcome { .. } => {}
            }
        }
        Ok(())
    }

    fn action(
        &mut self,
        seq: u64,
        action: &str,
        idempotency: Option<&String>,
        row: Option<&(u64, Option<String>)>,
    ) {
        let Some((decision, known)) = row else {
            return self.find(seq, "the table actions does not know its action");
        };
        if idempotency.is_some() && idempotency != known.as_ref() {
            self.find(seq, "the table actions knows it by another idempotency key");
        }
        match decision.cmp(&seq) {
            std::cmp::Ordering::Less => {
                self.find(
                    seq,
                    format!("the table actions says that #{decision} is the latest about its action"),
                );
            }
            std::cmp::Ordering::Equal => drop(self.awaited.remove(action)),
            std::cmp::Ordering::Greater => drop(self.awaited.insert(action.to_owned(), seq)),
        }
    }

    /// A statement about some rows of this log. Both lists are such that `SQLite` looks them up by the primary key.
    fn of_this_log(&self, head: &str, list: &str) -> Rows {
        let mut rows = self.audit.store.rows(head.to_owned());
        rows.item(&Cell::Text(self.state.tenant.log().as_str()));
        rows.next_list(list);
        rows
    }

    async fn action_rows(
        &self,
        connection: &mut AnyConnection,
        passed: &[Passed],
    ) -> Result<BTreeMap<String, (u64, Option<String>)>, Fault> {
        let head = "select id, decision, idempotency from actions where log in (";
        let mut ids = self.of_this_log(head, ") and id in (");
        for one in passed {
            if let Passed::Decision { action, .. } = one {
                ids.item(&Cell::Text(action));
            }
        }
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = ids.query(")").fetch_all(connection).await?;
        let found =
            |row: &AnyRow| Ok((row.try_get("id")?, (number(row, "decision")?, row.try_get("idempotency")?)));
        rows.iter().map(found).collect()
    }

    async fn outcome_rows(
        &self,
        connection: &mut AnyConnection,
        passed: &[Passed],
    ) -> Result<BTreeMap<u64, u64>, Fault> {
        let head = "select decision, outcome from outcomes where log in (";
        let mut decisions = self.of_this_log(head, ") and decision in (");
        for one in passed {
            if let Passed::Outcome { decision, .. } = one {
                decisions.item(&Cell::Number(*decision));
            }
        }
        if decisions.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = decisions.query(")").fetch_all(connection).await?;
        rows.iter().map(|row| Ok((number(row, "decision")?, number(row, "outcome")?))).collect()
    }

    /// What was escalated and not decided again waits, and nothing else does.
    async fn waiting(&mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        let rows = sqlx::query("select decision, receipt from parked where log = $1")
            .bind(self.state.tenant.log().to_string())
            .fetch_all(connection)
            .await?;
        let mut parked = std::mem::take(&mut self.state.parked);
        for row in &rows {
            let seq = number(row, "decision")?;
            if parked.remove(&seq).map(|digest| digest.to_string()) != Some(row.try_get("receipt")?) {
                self.find(seq, "waits for people without having been escalated, or as another one");
            }
        }
        for seq in parked.into_keys() {
            self.find(seq, "was escalated, but neither waits for people nor was decided again");
        }
        Ok(())
    }

    /// At the end of a log: nothing was awaited in vain, nothing is there that no receipt speaks of, and each allowed
    /// decision without an outcome has a pending effect.
    pub(super) async fn end_beside(mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        for (action, seq) in std::mem::take(&mut self.awaited) {
            self.find(
                seq,
                format!("the table actions names a later decision about {action}, which is not in the log"),
            );
        }
        self.count(connection, "actions", self.actions).await?;
        self.count(connection, "outcomes", self.outcomes).await?;
        let rows = sqlx::query("select decision, action, receipt, permit from effects where log = $1")
            .bind(self.state.tenant.log().to_string())
            .fetch_all(&mut *connection)
            .await?;
        let mut open = std::mem::take(&mut self.state.open);
        for row in &rows {
            let seq = number(row, "decision")?;
            let same = open.remove(&seq).map(|open| {
                Ok::<_, Fault>(
                    row.try_get::<String, _>("action")? == open.action.as_str()
                        && row.try_get::<String, _>("receipt")? == open.receipt.to_string()
                        && row.try_get::<String, _>("permit")? == open.permit.as_str(),
                )
            });
            match same.transpose()? {
                Some(true) => {}
                Some(false) => self.find(seq, "its pending effect is another one's"),
                None => self.find(seq, "an effect is pending that was not allowed or has its outcome"),
            }
        }
        self.waiting(connection).await?;
        for seq in open.into_keys() {
            self.find(seq, "was allowed, but has neither an outcome nor a pending effect");
        }
        Ok(())
    }
}
