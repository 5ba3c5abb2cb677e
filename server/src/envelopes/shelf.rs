//! Where drafts, proposals and cases lie: in the ledger's database, beside the logs and no part of them.

use std::collections::HashMap;

use app::portal::envelopes::{Case, Outcome, Proposal, Stage};
use evidence::digest::Digest;
use evidence::envelope::Envelope;
use evidence::name::Name;
use evidence::timestamp::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Draft, Place, Who};
use crate::ledger::LedgerError;
use crate::store::Store;
use crate::store::row::{json, maybe, parsed, time};

/// After so long a claim on a proposal is nobody's any more: whoever made it has ended in between.
const CLAIM_MICROS: i64 = 60_000_000;

/// The tables.
#[derive(Clone)]
pub(super) struct Shelf(Store);

/// A proposal as it lies there: `claimed` while somebody is putting it in force.
pub(super) struct Lying {
    pub proposal: Proposal,
    pub claimed: bool,
}

impl Shelf {
    pub const fn new(store: Store) -> Self {
        Self(store)
    }

    pub async fn draft(&self, place: &Place, member: &str) -> Result<Option<Draft>, LedgerError> {
        let text = "select form, base, saved_at from envelope_drafts \
                    where log = $1 and connector = $2 and member = $3";
        let [log, connector] = at(place);
        self.0.ask(text, [log, connector, member]).await?.first().map(draft).transpose()
    }

    pub async fn put_draft(&self, place: &Place, member: &str, draft: &Draft) -> Result<(), LedgerError> {
        let statement = format!(
            "insert into envelope_drafts (log, connector, member, form, base, saved_at) \
             values ($1, $2, $3, $4, nullif($5, ''), {}) on conflict (log, connector, member) \
             do update set form = excluded.form, base = excluded.base, saved_at = excluded.saved_at",
            draft.at.micros()
        );
        let form = serde_json::to_string(&draft.form).map_err(LedgerError::unavailable)?;
        let base = optional(draft.base);
        let [log, connector] = at(place);
        self.0.tell(&statement, [log, connector, member, &form, &base]).await?;
        Ok(())
    }

    pub async fn drop_draft(&self, place: &Place, member: &str) -> Result<(), LedgerError> {
        let statement = "delete from envelope_drafts where log = $1 and connector = $2 and member = $3";
        let [log, connector] = at(place);
        self.0.tell(statement, [log, connector, member]).await?;
        Ok(())
    }

    pub async fn put_proposal(&self, place: &Place, proposal: &Proposal) -> Result<(), LedgerError> {
        let statement = format!(
            "insert into envelope_proposals \
             (id, log, connector, body, digest, base, reason, member, name, proposed_at, state) \
             values ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8, $9, {}, 'open')",
            proposal.at.micros()
        );
        let body = evidence::canonical::to_vec(&proposal.envelope).map_err(LedgerError::unavailable)?;
        let body = String::from_utf8(body).map_err(LedgerError::unavailable)?;
        let (digest, base) = (proposal.digest.to_string(), optional(proposal.base));
        let [log, connector] = at(place);
        let values = [
            proposal.id.as_str(),
            log,
            connector,
            &body,
            &digest,
            &base,
            &proposal.reason,
            &proposal.member,
            &proposal.by,
        ];
        self.0.tell(&statement, values).await?;
        Ok(())
    }

    /// The proposal with this id; `None` if it is not of this place.
    pub async fn proposal(&self, place: &Place, id: &str) -> Result<Option<Lying>, LedgerError> {
        let text = format!("{PROPOSALS} where log = $1 and connector = $2 and id = $3");
        let [log, connector] = at(place);
        self.0.ask(&text, [log, connector, id]).await?.first().map(lying).transpose()
    }

    /// The newest proposals, newest first.
    pub async fn proposals(&self, place: &Place) -> Result<Vec<Lying>, LedgerError> {
        let text =
            format!("{PROPOSALS} where log = $1 and connector = $2 order by proposed_at desc, id limit 100");
        self.0.ask(&text, at(place)).await?.iter().map(lying).collect()
    }

    /// How many proposals are open, by log; logs without any are left out.
    pub async fn open_by_log(&self, vendor: &Name) -> Result<HashMap<Name, u64>, LedgerError> {
        let text = "select p.log, count(*) as number from envelope_proposals p join tenants t on t.log = p.log \
                    where t.vendor = $1 and p.state = 'open' group by p.log";
        let counted = |row: &AnyRow| {
            let number: i64 = row.try_get("number")?;
            Ok((parsed(row, "log")?, number.unsigned_abs()))
        };
        self.0.ask(text, [vendor.as_str()]).await?.iter().map(counted).collect()
    }

    /// Claims a proposal for whoever puts it in force, so that nobody refuses it meanwhile. Whether it was there to claim.
    pub async fn claim(&self, id: &Name, who: &Who, now: Timestamp) -> Result<bool, LedgerError> {
        let statement = format!(
            "update envelope_proposals set state = 'activating', closed_member = $2, closed_name = $3, closed_at = {} \
             where id = $1 and {}",
            now.micros(),
            free(now)
        );
        Ok(self.0.tell(&statement, [id.as_str(), &who.id, who.name.as_str()]).await? == 1)
    }

    /// Gives a claim back.
    pub async fn let_go(&self, id: &Name) -> Result<(), LedgerError> {
        let statement = "update envelope_proposals set state = 'open' where id = $1 and state = 'activating'";
        self.0.tell(statement, [id.as_str()]).await?;
        Ok(())
    }

    /// It is in force, as the log says.
    pub async fn activated(&self, id: &Name, by: &str, at: Timestamp, seq: u64) -> Result<(), LedgerError> {
        let statement = format!(
            "update envelope_proposals set state = 'activated', closed_name = $2, closed_at = {}, receipt = {seq} \
             where id = $1 and state <> 'activated'",
            at.micros()
        );
        self.0.tell(&statement, [id.as_str(), by]).await?;
        Ok(())
    }

    /// Ends an open proposal otherwise. Whether it was open.
    pub async fn close(
        &self,
        id: &Name,
        state: &str,
        who: &Who,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        let statement = format!(
            "update envelope_proposals set state = $2, closed_member = $3, closed_name = $4, \
             closed_reason = nullif($5, ''), closed_at = {} where id = $1 and {}",
            now.micros(),
            free(now)
        );
        let values = [id.as_str(), state, &who.id, who.name.as_str(), reason];
        Ok(self.0.tell(&statement, values).await? == 1)
    }

    /// The saved cases, by name.
    pub async fn cases(&self, place: &Place) -> Result<Vec<Case>, LedgerError> {
        let text = "select id, name, body, expected, saved_by, saved_at from envelope_cases \
                    where log = $1 and connector = $2 order by name";
        self.0.ask(text, at(place)).await?.iter().map(case).collect()
    }

    /// Saves a case. Whether its name was free.
    pub async fn put_case(&self, place: &Place, case: &Case, who: &Who) -> Result<bool, LedgerError> {
        let statement = format!(
            "insert into envelope_cases (id, log, connector, name, body, expected, member, saved_by, saved_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, {}) on conflict (log, connector, name) do nothing",
            case.at.micros()
        );
        let body = serde_json::to_string(&case.write).map_err(LedgerError::unavailable)?;
        let [log, connector] = at(place);
        let expected = case.expected.as_str();
        let values =
            [case.id.as_str(), log, connector, case.name.as_str(), &body, expected, &who.id, &case.by];
        Ok(self.0.tell(&statement, values).await? == 1)
    }

    /// Removes a case. Whether it was there.
    pub async fn drop_case(&self, place: &Place, id: &str) -> Result<bool, LedgerError> {
        let statement = "delete from envelope_cases where log = $1 and connector = $2 and id = $3";
        let [log, connector] = at(place);
        Ok(self.0.tell(statement, [log, connector, id]).await? == 1)
    }
}

const PROPOSALS: &str = "select id, connector, body, digest, base, reason, member, name, proposed_at, state, \
    closed_name, closed_at, closed_reason, receipt from envelope_proposals";

/// A proposal that nobody is putting in force at the moment.
fn free(now: Timestamp) -> String {
    let stale = now.micros().saturating_sub(CLAIM_MICROS);
    format!("(state = 'open' or (state = 'activating' and closed_at < {stale}))")
}

fn at(place: &Place) -> [&str; 2] {
    [place.tenant.log().as_str(), place.connector.as_str()]
}

fn optional(digest: Option<Digest>) -> String {
    digest.map(|digest| digest.to_string()).unwrap_or_default()
}

fn draft(row: &AnyRow) -> Result<Draft, LedgerError> {
    Ok(Draft { form: json(row, "form")?, base: maybe(row, "base")?, at: time(row, "saved_at")? })
}

fn lying(row: &AnyRow) -> Result<Lying, LedgerError> {
    let body: String = row.try_get("body")?;
    let word: String = row.try_get("state")?;
    let stage = match word.as_str() {
        "activated" => Stage::Activated(outcome(row)?),
        "withdrawn" => Stage::Withdrawn(outcome(row)?),
        "refused" => Stage::Refused(outcome(row)?),
        _ => Stage::Open,
    };
    let proposal = Proposal {
        id: parsed(row, "id")?,
        connector: parsed(row, "connector")?,
        envelope: Envelope::parse(body.as_bytes()).map_err(LedgerError::unavailable)?,
        digest: parsed(row, "digest")?,
        base: maybe(row, "base")?,
        reason: row.try_get("reason")?,
        member: row.try_get("member")?,
        by: row.try_get("name")?,
        at: time(row, "proposed_at")?,
        stage,
    };
    Ok(Lying { proposal, claimed: word == "activating" })
}

fn outcome(row: &AnyRow) -> Result<Outcome, LedgerError> {
    let receipt: Option<i64> = row.try_get("receipt")?;
    Ok(Outcome {
        by: row.try_get::<Option<String>, _>("closed_name")?.unwrap_or_default(),
        at: time(row, "closed_at")?,
        reason: row.try_get("closed_reason")?,
        receipt: receipt.and_then(|seq| seq.try_into().ok()),
    })
}

fn case(row: &AnyRow) -> Result<Case, LedgerError> {
    let expected: String = row.try_get("expected")?;
    Ok(Case {
        id: parsed(row, "id")?,
        name: parsed(row, "name")?,
        write: json(row, "body")?,
        expected: serde_json::from_value(expected.into()).map_err(LedgerError::unavailable)?,
        by: row.try_get("saved_by")?,
        at: time(row, "saved_at")?,
    })
}
