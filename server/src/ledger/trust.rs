//! The public halves of the signing keys, and since when each one signs.

use evidence::canonical;
use evidence::dsse::Signed;
use evidence::timestamp::Timestamp;
use evidence::trust::{KeyRecord, Trust};
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use crate::keys::Signer;
use crate::registry::Vendor;

/// The record of the key that signs now. The first time that a key is seen, it is good from `now` on.
pub(super) async fn enter(
    connection: &mut AnyConnection,
    signer: &Signer,
    now: Timestamp,
) -> Result<KeyRecord, Fault> {
    let record = signer.record(now);
    let body =
        String::from_utf8(canonical::to_vec(&record).map_err(Fault::corrupt)?).map_err(Fault::corrupt)?;
    sqlx::query("insert into signing_keys (keyid, valid_from, body) values ($1, $2, $3) on conflict (keyid) do nothing")
        .bind(record.keyid.to_string())
        .bind(now.micros())
        .bind(body)
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query("select body from signing_keys where keyid = $1")
        .bind(record.keyid.to_string())
        .fetch_one(connection)
        .await?;
    canonical::from_slice(row.try_get::<String, _>("body")?.as_bytes()).map_err(Fault::corrupt)
}

/// The trust document of a vendor.
pub(super) async fn read(connection: &mut AnyConnection, vendor: &Vendor) -> Result<Trust, Fault> {
    let keys = sqlx::query("select body from signing_keys order by valid_from, keyid")
        .fetch_all(&mut *connection)
        .await?;
    let keys = keys.iter().map(|row| {
        canonical::from_slice(row.try_get::<String, _>("body")?.as_bytes()).map_err(Fault::corrupt)
    });
    let rotations =
        sqlx::query("select body from rotations order by place").fetch_all(&mut *connection).await?;
    let rotations = rotations
        .iter()
        .map(|row| Signed::parse(row.try_get::<String, _>("body")?.as_bytes()).map_err(Fault::corrupt));
    Ok(Trust {
        keys: keys.collect::<Result<_, _>>()?,
        rotations: rotations.collect::<Result<_, _>>()?,
        vendor: vendor.name.clone(),
        vendor_name: vendor.title.clone(),
    })
}
