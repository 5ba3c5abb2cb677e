//! The public halves of the signing keys, since when each one signs, and how one followed another.
//!
//! The table of keys is what all servers on one database agree by: the newest key in it is the one that signs, and whoever
//! begins a log makes sure, in the same transaction, that it still is.

use evidence::canonical;
use evidence::dsse::{self, Signed};
use evidence::key::KeyId;
use evidence::timestamp::Timestamp;
use evidence::trust::{KeyRecord, Rotation, Trust};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use crate::keys::{Key, Signer};
use crate::registry::Vendor;

/// What the table of keys makes of a signer.
pub(super) enum Entered {
    /// It signs, and this is its record.
    Signs(KeyRecord),
    /// It does not: this key does, since then.
    Superseded(KeyRecord),
}

/// Enters the key that signs now. The first one ever is good from `now` on; any other must be handed over to by the one
/// before it.
pub(super) async fn enter(
    connection: &mut AnyConnection,
    signer: &Signer,
    now: Timestamp,
) -> Result<Entered, Fault> {
    let id = signer.public_key().id();
    lock(connection).await?;
    let known = records(connection).await?;
    match known.last() {
        Some(newest) if newest.keyid == id => Ok(Entered::Signs(newest.clone())),
        Some(newest) => {
            let outgoing = signer.outgoing().filter(|key| key.public_key().id() == newest.keyid);
            let Some(outgoing) = outgoing else { return Ok(Entered::Superseded(newest.clone())) };
            let from = now.max(after(newest.valid_from)?);
            let record = signer.current().record(from);
            insert(connection, &record).await?;
            state(connection, &outgoing, &signer.current(), &record).await?;
            Ok(Entered::Signs(record))
        }
        None => {
            let record = signer.current().record(now);
            insert(connection, &record).await?;
            // Another server may have begun at the same moment.
            Ok(Entered::Signs(newest(connection).await?.unwrap_or(record)))
        }
    }
}

/// Makes sure that no other key has been entered, and that none is until the end of this transaction.
pub(super) async fn claim(connection: &mut AnyConnection, id: &KeyId) -> Result<bool, Fault> {
    lock(connection).await?;
    Ok(records(connection).await?.last().is_some_and(|newest| newest.keyid == *id))
}

/// The record of the key that signs now.
pub(super) async fn newest(connection: &mut AnyConnection) -> Result<Option<KeyRecord>, Fault> {
    Ok(records(connection).await?.pop())
}

/// Says of a key that it signs nothing from `until` on.
pub(super) async fn end(connection: &mut AnyConnection, id: &KeyId, until: Timestamp) -> Result<(), Fault> {
    let found = records(connection).await?.into_iter().find(|record| record.keyid == *id);
    let Some(mut record) = found.filter(|record| record.valid_until.is_none()) else { return Ok(()) };
    record.valid_until = Some(until);
    sqlx::query("update signing_keys set body = $1 where keyid = $2")
        .bind(text(&record)?)
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The trust document of a vendor.
pub(super) async fn read(connection: &mut AnyConnection, vendor: &Vendor) -> Result<Trust, Fault> {
    let keys = records(connection).await?;
    let rows = sqlx::query("select body from rotations order by place").fetch_all(&mut *connection).await?;
    let mut rotations = Vec::new();
    for row in &rows {
        let signed = Signed::parse(row.try_get::<String, _>("body")?.as_bytes()).map_err(Fault::corrupt)?;
        let rotation: Rotation = signed.predicate().map_err(Fault::corrupt)?;
        if rotation.vendor == vendor.name {
            rotations.push(signed);
        }
    }
    Ok(Trust { keys, rotations, vendor: vendor.name.clone(), vendor_name: vendor.title.clone() })
}

/// The moment after `time`: keys follow one another, they do not begin together.
pub(super) fn after(time: Timestamp) -> Result<Timestamp, Fault> {
    Timestamp::from_micros(time.micros().saturating_add(1)).ok_or_else(|| Fault::corrupt("the end of time"))
}

/// Whoever holds these rows is the only one who changes them or relies on them. Whoever waited sees what the other has
/// done, because the next statement looks anew.
async fn lock(connection: &mut AnyConnection) -> Result<(), Fault> {
    sqlx::query("update signing_keys set valid_from = valid_from").execute(connection).await?;
    Ok(())
}

/// The keys, oldest first.
async fn records(connection: &mut AnyConnection) -> Result<Vec<KeyRecord>, Fault> {
    let rows = sqlx::query("select body from signing_keys order by valid_from, keyid");
    rows.fetch_all(connection).await?.iter().map(record).collect()
}

fn record(row: &AnyRow) -> Result<KeyRecord, Fault> {
    canonical::from_slice(row.try_get::<String, _>("body")?.as_bytes()).map_err(Fault::corrupt)
}

async fn insert(connection: &mut AnyConnection, record: &KeyRecord) -> Result<(), Fault> {
    sqlx::query("insert into signing_keys (keyid, valid_from, body) values ($1, $2, $3) on conflict (keyid) do nothing")
        .bind(record.keyid.to_string())
        .bind(record.valid_from.micros())
        .bind(text(record)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// States, for every vendor, that one key hands over to the other.
async fn state(
    connection: &mut AnyConnection,
    outgoing: &Key,
    incoming: &Key,
    to: &KeyRecord,
) -> Result<(), Fault> {
    let vendors = sqlx::query("select name from vendors order by name").fetch_all(&mut *connection).await?;
    let last = sqlx::query("select coalesce(max(place), 0) as place from rotations");
    let mut place: i64 = last.fetch_one(&mut *connection).await?.try_get("place")?;
    for row in &vendors {
        let vendor = row.try_get::<String, _>("name")?.parse().map_err(Fault::corrupt)?;
        let from = outgoing.public_key().id();
        let rotation = Rotation { from, time: to.valid_from, to: to.clone(), vendor };
        let draft = dsse::Draft::new(&rotation).map_err(Fault::corrupt)?;
        let message = draft.message();
        let signatures = [outgoing, incoming].map(|key| (key.public_key(), key.sign(&message)));
        let signed = draft.sign(&signatures).map_err(Fault::corrupt)?;
        place += 1;
        sqlx::query("insert into rotations (place, body) values ($1, $2)")
            .bind(place)
            .bind(String::from_utf8_lossy(signed.bytes()).into_owned())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn text(record: &KeyRecord) -> Result<String, Fault> {
    String::from_utf8(canonical::to_vec(record).map_err(Fault::corrupt)?).map_err(Fault::corrupt)
}
