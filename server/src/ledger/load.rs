//! Takes a log up again from the database, by reading only what the next receipt depends on.

use std::collections::{BTreeMap, BTreeSet};

use evidence::checkpoint::SignedCheckpoint;
use evidence::digest::Digest;
use evidence::history::{History, LONGEST_WINDOW_SECONDS};
use evidence::log::{Frontier, Hash, leaf_hash, left_edge};
use evidence::name::Name;
use evidence::receipt::Receipt;
use evidence::timestamp::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::library::Library;
use super::rows::{number, parse, signed};
use super::state::{Open, State};
use super::tile::{self, TILE_LEVELS, TILE_WIDTH, perfect_root};
use crate::registry::Tenant;

/// Loads the log of `tenant`, with the writes allowed in the last `horizon` seconds at least, and the documents in force
/// into the library.
pub(super) async fn load(
    connection: &mut AnyConnection,
    library: &mut Library,
    tenant: &Tenant,
    horizon: u32,
) -> Result<State, Fault> {
    let (next, last_time) = end(connection, tenant).await?;
    let tails = tails(connection, tenant, next).await?;
    let frontier = frontier(&tails, next)?;
    check(connection, tenant, &frontier).await?;
    let mut state = State {
        tenant: tenant.clone(),
        history: History::default(),
        signer: None,
        horizon,
        connectors: BTreeSet::new(),
        open: open(connection, tenant).await?,
        parked: parked(connection, tenant).await?,
        last_time,
        next,
        frontier,
        tails,
    };
    replay_turns(connection, &mut state).await?;
    let windows = documents(connection, library, &state).await?;
    state.horizon = horizon.max(windows).min(LONGEST_WINDOW_SECONDS);
    replay_allowed(connection, &mut state).await?;
    Ok(state)
}

/// Takes in what other servers have appended to a log since it was loaded. If they put a document in force, gives the
/// longest window that limits count over now.
pub(super) async fn catch_up(
    connection: &mut AnyConnection,
    library: &mut Library,
    state: &mut State,
) -> Result<Option<u32>, Fault> {
    let rows = sqlx::query("select body from receipts where log = $1 and seq >= $2 order by seq")
        .bind(state.tenant.log().to_string())
        .bind(signed(state.next))
        .fetch_all(&mut *connection)
        .await?;
    let mut activated = false;
    for row in &rows {
        let body: String = row.try_get("body")?;
        let (receipt, signed) = parse(&body)?;
        activated |= matches!(receipt, Receipt::Activation(_));
        state.enter(receipt.entry());
        state.take_in(&receipt, signed.digest());
        // Whoever appended them has stored the tiles.
        state.push(leaf_hash(body.as_bytes()), &mut Vec::new()).map_err(Fault::corrupt)?;
    }
    check(connection, &state.tenant, &state.frontier).await?;
    (state.open, state.parked) =
        (open(connection, &state.tenant).await?, parked(connection, &state.tenant).await?);
    if activated { documents(connection, library, state).await.map(Some) } else { Ok(None) }
}

async fn end(connection: &mut AnyConnection, tenant: &Tenant) -> Result<(u64, Timestamp), Fault> {
    let last = sqlx::query("select seq, time from receipts where log = $1 order by seq desc limit 1")
        .bind(tenant.log().to_string())
        .fetch_optional(connection)
        .await?;
    let Some(row) = last else { return Ok((0, Timestamp::MIN)) };
    let time = Timestamp::from_micros(row.try_get("time")?).ok_or_else(|| Fault::corrupt("a time"))?;
    Ok((number(&row, "seq")? + 1, time))
}

/// The tiles that are not full yet, level by level.
async fn tails(connection: &mut AnyConnection, tenant: &Tenant, size: u64) -> Result<Vec<Vec<Hash>>, Fault> {
    let mut tails = Vec::new();
    let (mut level, mut count) = (0, size);
    while count > 0 {
        let place = count / TILE_WIDTH as u64;
        let tail = if count.is_multiple_of(TILE_WIDTH as u64) {
            Vec::new()
        } else {
            tile::read(connection, tenant.log().as_str(), size, (level, place)).await?
        };
        tails.push(tail);
        (level, count) = (level + 1, place);
    }
    Ok(tails)
}

/// Every perfect subtree at the log's left edge lies within one of the tails.
fn frontier(tails: &[Vec<Hash>], size: u64) -> Result<Frontier, Fault> {
    let hashes: Option<Vec<Hash>> = left_edge(size)
        .map(|node| {
            let depth = node.level % TILE_LEVELS;
            let first = usize::try_from((node.index << depth) % TILE_WIDTH as u64).ok()?;
            let tail = tails.get(usize::from(node.level / TILE_LEVELS))?;
            perfect_root(tail.get(first..first + (1 << depth))?)
        })
        .collect();
    let hashes = hashes.ok_or_else(|| Fault::corrupt("receipts or tiles are missing"))?;
    Frontier::from_parts(size, hashes).map_err(Fault::corrupt)
}

/// A log is only continued if it is still the one whose head was signed last.
async fn check(connection: &mut AnyConnection, tenant: &Tenant, frontier: &Frontier) -> Result<(), Fault> {
    let found = head(connection, tenant.log()).await?;
    let signed = found.as_ref().map(|signed| (signed.checkpoint().size(), signed.checkpoint().root()));
    let expected = (frontier.size() > 0).then(|| (frontier.size(), frontier.root()));
    if signed == expected {
        return Ok(());
    }
    Err(Fault::corrupt(format!("the receipts of {} do not lead to its last checkpoint", tenant.log())))
}

/// The last checkpoint of a log.
pub(super) async fn head(
    connection: &mut AnyConnection,
    log: &Name,
) -> Result<Option<SignedCheckpoint>, Fault> {
    let note = sqlx::query("select note from checkpoints where log = $1 order by size desc limit 1")
        .bind(log.to_string())
        .fetch_optional(connection)
        .await?;
    let Some(row) = note else { return Ok(None) };
    let note: String = row.try_get("note")?;
    SignedCheckpoint::parse(note.as_bytes()).map(Some).map_err(Fault::corrupt)
}

/// Replays what changed the standing of anyone or anything, and the questions that people have still to answer.
async fn replay_turns(connection: &mut AnyConnection, state: &mut State) -> Result<(), Fault> {
    let turns = sqlx::query(
        "select body from receipts where log = $1 and kind in ('activation', 'approval', 'key', 'standing') \
         union all select r.body from parked p join receipts r on r.log = p.log and r.seq = p.decision \
         where p.log = $1",
    )
    .bind(state.tenant.log().to_string())
    .fetch_all(connection)
    .await?;
    let mut receipts = turns.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    receipts.sort_by_key(|(receipt, _)| receipt.entry().seq);
    for (receipt, digest) in receipts {
        state.take_in(&receipt, digest);
    }
    Ok(())
}

/// Reads the documents in force, and says how long their longest window is.
async fn documents(
    connection: &mut AnyConnection,
    library: &mut Library,
    state: &State,
) -> Result<u32, Fault> {
    let mut longest = 0;
    for connector in &state.connectors {
        if let Some(digest) = state.history.contract(connector.as_str()) {
            library.fetch_contract(connection, digest).await?;
        }
        if let Some(digest) = state.history.envelope(connector.as_str()) {
            let compiled = library.fetch_envelope(connection, digest).await?;
            let windows = compiled.envelope().limits.iter().map(|limit| limit.window_seconds);
            longest = longest.max(windows.max().unwrap_or(0));
        }
    }
    Ok(longest)
}

/// Replays the writes that limits may still count.
async fn replay_allowed(connection: &mut AnyConnection, state: &mut State) -> Result<(), Fault> {
    if state.horizon == 0 {
        return Ok(());
    }
    let since = state.last_time.saturating_minus_seconds(state.horizon.into());
    let allowed = sqlx::query(
        "select body from receipts where log = $1 and verdict = 'ALLOW' and time >= $2 order by seq",
    )
    .bind(state.tenant.log().to_string())
    .bind(since.micros())
    .fetch_all(connection)
    .await?;
    for row in &allowed {
        let (receipt, digest) = read(row)?;
        state.history.apply(&receipt, digest);
    }
    Ok(())
}

async fn open(connection: &mut AnyConnection, tenant: &Tenant) -> Result<BTreeMap<u64, Open>, Fault> {
    let rows = sqlx::query(
        "select e.decision, e.action, e.receipt, e.permit, r.agent, r.target \
         from effects e join receipts r on r.log = e.log and r.seq = e.decision where e.log = $1",
    )
    .bind(tenant.log().to_string())
    .fetch_all(connection)
    .await?;
    let opens = rows.iter().map(|row| {
        let open = Open {
            receipt: row.try_get::<String, _>("receipt")?.parse().map_err(Fault::corrupt)?,
            permit: row.try_get::<String, _>("permit")?.parse().map_err(Fault::corrupt)?,
            action: row.try_get::<String, _>("action")?.parse().map_err(Fault::corrupt)?,
            agent: row.try_get("agent")?,
            target: row.try_get("target")?,
        };
        Ok((number(row, "decision")?, open))
    });
    opens.collect()
}

async fn parked(connection: &mut AnyConnection, tenant: &Tenant) -> Result<BTreeMap<u64, Digest>, Fault> {
    let rows = sqlx::query("select decision, receipt from parked where log = $1")
        .bind(tenant.log().to_string())
        .fetch_all(connection)
        .await?;
    let parked = rows.iter().map(|row| {
        let receipt = row.try_get::<String, _>("receipt")?.parse().map_err(Fault::corrupt)?;
        Ok((number(row, "decision")?, receipt))
    });
    parked.collect()
}

fn read(row: &AnyRow) -> Result<(Receipt, Digest), Fault> {
    let (receipt, signed) = parse(&row.try_get::<String, _>("body")?)?;
    Ok((receipt, signed.digest()))
}
