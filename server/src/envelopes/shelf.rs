//! Where drafts, proposals and cases lie: in the ledger's database, beside the logs and no part of them.

use app::portal::envelopes::{Case, Outcome, Proposal, Stage};
use evidence::digest::Digest;
use evidence::envelope::Envelope;
use evidence::name::Name;
use evidence::timestamp::Timestamp;
use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AssertSqlSafe, Row as _};

use super::{Draft, Place, Who};
use crate::ledger::LedgerError;
use crate::store::Store;

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
        self.rows(text, [log, connector, member]).await?.first().map(draft).transpose()
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
        self.execute(&statement, [log, connector, member, &form, &base]).await.map(drop)
    }

    pub async fn drop_draft(&self, place: &Place, member: &str) -> Result<(), LedgerError> {
        let statement = "delete from envelope_drafts where log = $1 and connector = $2 and member = $3";
        let [log, connector] = at(place);
        self.execute(statement, [log, connector, member]).await.map(drop)
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
        self.execute(&statement, values).await.map(drop)
    }

    /// The proposal with this id; `None` if it is not of this place.
    pub async fn proposal(&self, place: &Place, id: &str) -> Result<Option<Lying>, LedgerError> {
        let text = format!("{PROPOSALS} where log = $1 and connector = $2 and id = $3");
        let [log, connector] = at(place);
        self.rows(&text, [log, connector, id]).await?.first().map(lying).transpose()
    }

    /// The newest proposals, newest first.
    pub async fn proposals(&self, place: &Place) -> Result<Vec<Lying>, LedgerError> {
        let text =
            format!("{PROPOSALS} where log = $1 and connector = $2 order by proposed_at desc, id limit 100");
        self.rows(&text, at(place)).await?.iter().map(lying).collect()
    }

    /// Claims a proposal for whoever puts it in force, so that nobody refuses it meanwhile. Whether it was there to claim.
    pub async fn claim(&self, id: &Name, who: &Who, now: Timestamp) -> Result<bool, LedgerError> {
        let statement = format!(
            "update envelope_proposals set state = 'activating', closed_member = $2, closed_name = $3, closed_at = {} \
             where id = $1 and {}",
            now.micros(),
            free(now)
        );
        Ok(self.execute(&statement, [id.as_str(), &who.id, who.name.as_str()]).await? == 1)
    }

    /// Gives a claim back.
    pub async fn let_go(&self, id: &Name) -> Result<(), LedgerError> {
        let statement = "update envelope_proposals set state = 'open' where id = $1 and state = 'activating'";
        self.execute(statement, [id.as_str()]).await.map(drop)
    }

    /// It is in force, as the log says.
    pub async fn activated(&self, id: &Name, by: &str, at: Timestamp, seq: u64) -> Result<(), LedgerError> {
        let statement = format!(
            "update envelope_proposals set state = 'activated', closed_name = $2, closed_at = {}, receipt = {seq} \
             where id = $1 and state <> 'activated'",
            at.micros()
        );
        self.execute(&statement, [id.as_str(), by]).await.map(drop)
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
        Ok(self.execute(&statement, values).await? == 1)
    }

    /// The saved cases, by name.
    pub async fn cases(&self, place: &Place) -> Result<Vec<Case>, LedgerError> {
        let text = "select id, name, body, expected, saved_by, saved_at from envelope_cases \
                    where log = $1 and connector = $2 order by name";
        self.rows(text, at(place)).await?.iter().map(case).collect()
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
        Ok(self.execute(&statement, values).await? == 1)
    }

    /// Removes a case. Whether it was there.
    pub async fn drop_case(&self, place: &Place, id: &str) -> Result<bool, LedgerError> {
        let statement = "delete from envelope_cases where log = $1 and connector = $2 and id = $3";
        let [log, connector] = at(place);
        Ok(self.execute(statement, [log, connector, id]).await? == 1)
    }

    async fn connection(&self) -> Result<PoolConnection<Any>, LedgerError> {
        self.0.pool().acquire().await.map_err(LedgerError::unavailable)
    }

    async fn rows<const N: usize>(&self, text: &str, values: [&str; N]) -> Result<Vec<AnyRow>, LedgerError> {
        let mut query = sqlx::query(AssertSqlSafe(text.to_owned()));
        for value in values {
            query = query.bind(storable(value));
        }
        query.fetch_all(&mut *self.connection().await?).await.map_err(LedgerError::unavailable)
    }

    /// How many rows it changed.
    async fn execute<const N: usize>(&self, text: &str, values: [&str; N]) -> Result<u64, LedgerError> {
        let mut query = sqlx::query(AssertSqlSafe(text.to_owned()));
        for value in values {
            query = query.bind(storable(value));
        }
        let done = query.execute(&mut *self.connection().await?).await.map_err(LedgerError::unavailable)?;
        Ok(done.rows_affected())
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

/// `PostgreSQL` keeps no NUL in a text.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn draft(row: &AnyRow) -> Result<Draft, LedgerError> {
    let form: String = column(row, "form")?;
    Ok(Draft {
        form: serde_json::from_str(&form).map_err(LedgerError::unavailable)?,
        base: maybe(row, "base")?,
        at: time(row, "saved_at")?,
    })
}

fn lying(row: &AnyRow) -> Result<Lying, LedgerError> {
    let body: String = column(row, "body")?;
    let word: String = column(row, "state")?;
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
        reason: column(row, "reason")?,
        member: column(row, "member")?,
        by: column(row, "name")?,
        at: time(row, "proposed_at")?,
        stage,
    };
    Ok(Lying { proposal, claimed: word == "activating" })
}

fn outcome(row: &AnyRow) -> Result<Outcome, LedgerError> {
    let receipt: Option<i64> = column(row, "receipt")?;
    Ok(Outcome {
        by: column::<Option<String>>(row, "closed_name")?.unwrap_or_default(),
        at: time(row, "closed_at")?,
        reason: column(row, "closed_reason")?,
        receipt: receipt.and_then(|seq| seq.try_into().ok()),
    })
}

fn case(row: &AnyRow) -> Result<Case, LedgerError> {
    let body: String = column(row, "body")?;
    let expected: String = column(row, "expected")?;
    Ok(Case {
        id: parsed(row, "id")?,
        name: parsed(row, "name")?,
        write: serde_json::from_str(&body).map_err(LedgerError::unavailable)?,
        expected: serde_json::from_value(expected.into()).map_err(LedgerError::unavailable)?,
        by: column(row, "saved_by")?,
        at: time(row, "saved_at")?,
    })
}

fn column<'r, T: sqlx::Decode<'r, Any> + sqlx::Type<Any>>(
    row: &'r AnyRow,
    name: &str,
) -> Result<T, LedgerError> {
    row.try_get(name).map_err(LedgerError::unavailable)
}

fn time(row: &AnyRow, name: &str) -> Result<Timestamp, LedgerError> {
    let micros: i64 = column(row, name)?;
    Timestamp::from_micros(micros).ok_or_else(|| LedgerError::unavailable("a time that is none"))
}

fn parsed<T: std::str::FromStr<Err: ToString>>(row: &AnyRow, name: &str) -> Result<T, LedgerError> {
    let text: String = column(row, name)?;
    text.parse().map_err(|error: T::Err| LedgerError::unavailable(error.to_string()))
}

fn maybe<T: std::str::FromStr<Err: ToString>>(row: &AnyRow, name: &str) -> Result<Option<T>, LedgerError> {
    let text: Option<String> = column(row, name)?;
    let parsed = text.map(|text| text.parse());
    parsed.transpose().map_err(|error: T::Err| LedgerError::unavailable(error.to_string()))
}
