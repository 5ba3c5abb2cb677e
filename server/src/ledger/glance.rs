//! What an overview says of a log: a few numbers, each from an index, however long the log is.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use app::portal::Tally;
use evidence::name::{Name, Text};
use evidence::receipt::DecisionReceipt;
use evidence::timestamp::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::fault::Fault;
use super::rows::{decision, number, signed};
use super::{Ledger, LedgerError, page, parked};
use crate::registry::{Person, Tenant};

/// How many receipts are looked at in one go when a moment is looked for.
const LOOKED_AT: u64 = 256;
/// How many of what waits are looked at for one person.
const MOST_WAITING: usize = 100;

/// What a log says lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// The decisions from each of the moments that were asked for to the next one.
    pub tallies: Vec<Tally>,
    /// How many writes since the first moment reached for another tenant's records, and were refused.
    pub crossings: u64,
    /// How many writes of others since then reached for this tenant's records, and were refused.
    pub notices: u64,
    /// How many allowed writes have had time enough and no outcome yet.
    pub open: u64,
}

impl Ledger {
    /// What a tenant's log says since `moments`, which are in their order.
    pub async fn glance(&self, tenant: &Tenant, moments: &[Timestamp]) -> Result<Glance, LedgerError> {
        let now = self.clock.now().micros();
        Ok(look(&mut *self.reader().await?, tenant.log(), moments, now).await?)
    }

    /// How much waits for people, by log; logs where nothing does are left out.
    pub async fn waiting_by_log(&self, vendor: &Name) -> Result<HashMap<Name, u64>, LedgerError> {
        let now = self.clock.now().micros();
        Ok(waiting(&mut *self.reader().await?, vendor, now).await?)
    }

    /// How much waits for this person, of what is most urgent.
    pub async fn waiting_for(&self, vendor: &Name, person: &Person) -> Result<u64, LedgerError> {
        let now = self.clock.now().micros();
        Ok(mine(&mut *self.reader().await?, vendor, person, now).await?)
    }

    /// Whether any write has been decided for this vendor.
    pub async fn has_decided(&self, vendor: &Name) -> Result<bool, LedgerError> {
        let text = "select r.seq from tenants t join receipts r on r.log = t.log and r.kind = 'decision' \
                    where t.vendor = $1 limit 1";
        let found =
            sqlx::query(text).bind(vendor.to_string()).fetch_optional(&mut *self.reader().await?).await;
        Ok(found.map_err(Fault::from)?.is_some())
    }
}

async fn look(
    connection: &mut AnyConnection,
    log: &Name,
    moments: &[Timestamp],
    now: i64,
) -> Result<Glance, Fault> {
    let places = places(connection, log, moments).await?;
    let first = signed(places.first().copied().unwrap_or_default());
    Ok(Glance {
        tallies: tallies(connection, log, &places).await?,
        crossings: counted(
            connection,
            log,
            &format!("receipts where log = $1 and code = 'TENANT_ISOLATION' and seq >= {first}"),
        )
        .await?,
        notices: counted(
            connection,
            log,
            &format!("receipts where log = $1 and kind = 'notice' and seq >= {first}"),
        )
        .await?,
        open: counted(connection, log, &format!("effects where log = $1 and due <= {now}")).await?,
    })
}

async fn counted(connection: &mut AnyConnection, log: &Name, of: &str) -> Result<u64, Fault> {
    let text = format!("select count(*) as number from {of}");
    let row = sqlx::query(AssertSqlSafe(text)).bind(log.to_string()).fetch_one(connection).await?;
    number(&row, "number")
}

/// Decisions by verdict, between one of the places and the next.
async fn tallies(connection: &mut AnyConnection, log: &Name, places: &[u64]) -> Result<Vec<Tally>, Fault> {
    let mut tallies = vec![Tally::default(); places.len()];
    let Some(first) = places.first() else { return Ok(tallies) };
    let mut which = String::new();
    for (at, next) in places.iter().skip(1).enumerate() {
        let _ = write!(which, " when seq < {next} then {at}");
    }
    let last = places.len() - 1;
    let which = if which.is_empty() { "0".to_owned() } else { format!("case{which} else {last} end") };
    let text = format!(
        "select verdict, cast({which} as bigint) as day, count(*) as number from receipts where log = $1 \
         and verdict in ('ALLOW', 'DENY', 'ESCALATE') and seq >= {first} group by 1, 2"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(log.to_string()).fetch_all(connection).await?;
    for row in &rows {
        let (verdict, count): (String, u64) = (row.try_get("verdict")?, number(row, "number")?);
        let day = usize::try_from(number(row, "day")?).map_err(Fault::corrupt)?;
        let Some(tally) = tallies.get_mut(day) else { continue };
        match verdict.as_str() {
            "ALLOW" => tally.allow = count,
            "DENY" => tally.deny = count,
            _ => tally.escalate = count,
        }
    }
    Ok(tallies)
}

/// The number of the first receipt at each moment or after it. Time does not run backwards in a log, and a few receipts that are
/// spread over it say between which the moment lies; of a short log they are all there are.
async fn places(
    connection: &mut AnyConnection,
    log: &Name,
    moments: &[Timestamp],
) -> Result<Vec<u64>, Fault> {
    let size = page::log_size(connection, log).await?;
    let seen = times(connection, log, 0, size).await?;
    let mut places = Vec::with_capacity(moments.len());
    for moment in moments {
        let (mut low, mut high) = narrowed(&seen, moment.micros(), (0, size));
        while low < high {
            let closer = times(connection, log, low, high).await?;
            (low, high) = narrowed(&closer, moment.micros(), (low, high));
        }
        places.push(low);
    }
    Ok(places)
}

/// When some receipts from `low` up to `high` were recorded.
async fn times(
    connection: &mut AnyConnection,
    log: &Name,
    low: u64,
    high: u64,
) -> Result<BTreeMap<u64, i64>, Fault> {
    let step = (high - low).div_ceil(LOOKED_AT).max(1);
    let mut asked: Vec<String> = Vec::new();
    let mut seq = low;
    while seq < high {
        asked.push(seq.to_string());
        seq += step;
    }
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = format!("select seq, time from receipts where log = $1 and seq in ({})", asked.join(", "));
    let rows = sqlx::query(AssertSqlSafe(text)).bind(log.to_string()).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((number(row, "seq")?, row.try_get("time")?))).collect()
}

/// Where the moment can lie, from what was seen. It is closer than before wherever something was seen in between.
fn narrowed(seen: &BTreeMap<u64, i64>, moment: i64, (low, high): (u64, u64)) -> (u64, u64) {
    let before = seen.iter().rev().find(|(_, time)| **time < moment).map_or(low, |(seq, _)| seq + 1);
    let after = seen.iter().find(|(_, time)| **time >= moment).map_or(high, |(seq, _)| *seq);
    (before.max(low), after.min(high))
}

async fn waiting(
    connection: &mut AnyConnection,
    vendor: &Name,
    now: i64,
) -> Result<HashMap<Name, u64>, Fault> {
    let text = format!(
        "select p.log, count(*) as number from parked p join tenants t on t.log = p.log \
         where t.vendor = $1 and p.expires_at > {now} group by p.log"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(vendor.to_string()).fetch_all(connection).await?;
    let counted = |row: &sqlx::any::AnyRow| {
        let log: String = row.try_get("log")?;
        Ok((log.parse().map_err(Fault::corrupt)?, number(row, "number")?))
    };
    rows.iter().map(counted).collect()
}

async fn mine(
    connection: &mut AnyConnection,
    vendor: &Name,
    person: &Person,
    now: i64,
) -> Result<u64, Fault> {
    let text = format!(
        "select r.body from parked p join tenants t on t.log = p.log \
         join receipts r on r.log = p.log and r.seq = p.decision \
         where t.vendor = $1 and p.expires_at > {now} order by p.expires_at limit {MOST_WAITING}"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(vendor.to_string()).fetch_all(&mut *connection).await?;
    let mut count = 0;
    for row in &rows {
        let asked = decision(&row.try_get::<String, _>("body")?)?;
        let (cited, receipt) = (asked.citation(), asked.receipt());
        if !is_asked(receipt, person) {
            continue;
        }
        let votes = parked::votes_in(connection, &receipt.entry.log, &cited).await?;
        let has_voted = votes.iter().any(|vote| vote.receipt().approver == person.name);
        count += u64::from(!has_voted);
    }
    Ok(count)
}

/// Whether the person is one of those who were asked, and not the one for whom it is.
fn is_asked(receipt: &DecisionReceipt, person: &Person) -> bool {
    let group = receipt.decision.approval.as_ref().map(|needed| &needed.group);
    let requester: Option<&Text> = receipt.action.on_behalf_of.as_ref();
    group.is_some_and(|group| person.approves.contains(group)) && requester != Some(&person.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_says_between_which_a_moment_lies() {
        let seen = BTreeMap::from([(0, 10), (4, 20), (8, 20), (12, 30)]);
        assert_eq!(narrowed(&seen, 20, (0, 16)), (1, 4));
        assert_eq!(narrowed(&seen, 25, (0, 16)), (9, 12));
        assert_eq!(narrowed(&seen, 5, (0, 16)), (0, 0));
        assert_eq!(narrowed(&seen, 31, (0, 16)), (13, 16));
        assert_eq!(narrowed(&BTreeMap::new(), 1, (0, 0)), (0, 0));
    }
}
