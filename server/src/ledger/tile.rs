//! Tiles: a log's Merkle tree in rows of 256 hashes, so that a proof takes a few rows however long the log is.
//!
//! The division is that of C2SP's tlog-tiles: a tile of level `l` holds hashes of tree level `8·l`. Only full tiles
//! are stored; what stands in a tile that is not full is in the receipts themselves or in the roots of the tiles below.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use evidence::log::{Hash, Node, node_hash};
use evidence::name::Name;
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::rows::signed;

/// How many levels of the tree one level of tiles spans.
pub(super) const TILE_LEVELS: u8 = 8;
/// How many hashes a full tile holds.
pub(super) const TILE_WIDTH: usize = 1 << TILE_LEVELS;

/// A full tile.
pub(super) struct Tile {
    pub log: Name,
    pub level: u8,
    pub place: u64,
    pub hashes: Vec<Hash>,
}

impl Tile {
    pub fn new(log: &Name, level: u8, place: u64, hashes: Vec<Hash>) -> Self {
        Self { log: log.clone(), level, place, hashes }
    }

    /// The root over all of it: the hash at its place in the level above.
    pub fn root(&self) -> Option<Hash> {
        perfect_root(&self.hashes)
    }

    /// The hashes as one text.
    pub fn text(&self) -> String {
        STANDARD.encode(self.hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>())
    }
}

/// The root of the perfect tree over a power of two of hashes.
pub(super) fn perfect_root(hashes: &[Hash]) -> Option<Hash> {
    match hashes {
        [] => None,
        [root] => Some(*root),
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            Some(node_hash(perfect_root(left)?, perfect_root(right)?))
        }
    }
}

/// Nodes of one log as it was at some size, read from tiles as they are asked for.
pub(super) struct Nodes {
    log: String,
    size: u64,
    known: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl Nodes {
    /// The nodes of the log's first `size` leaves.
    pub fn new(log: &Name, size: u64) -> Self {
        Self { log: log.as_str().to_owned(), size, known: BTreeMap::new() }
    }

    /// Reads whatever `ask` asks for, and gives what it then says. It is asked twice: once to hear what it needs.
    pub async fn answer<T>(
        &mut self,
        connection: &mut AnyConnection,
        mut ask: impl FnMut(&mut dyn FnMut(Node) -> Option<Hash>) -> T,
    ) -> Result<T, Fault> {
        let mut wanted = BTreeSet::new();
        ask(&mut |node| {
            wanted.extend(tile_of(node));
            Some(Hash([0; 32]))
        });
        for tile in wanted {
            if let std::collections::btree_map::Entry::Vacant(vacant) = self.known.entry(tile) {
                vacant.insert(read(connection, &self.log, self.size, tile).await?);
            }
        }
        Ok(ask(&mut |node| self.node(node)))
    }

    fn node(&self, node: Node) -> Option<Hash> {
        let tile = tile_of(node)?;
        let depth = node.level % TILE_LEVELS;
        let first = usize::try_from((node.index << depth) % TILE_WIDTH as u64).ok()?;
        perfect_root(self.known.get(&tile)?.get(first..first + (1 << depth))?)
    }
}

/// The tile in which a node's hash stands, or those from which it follows: level and place.
fn tile_of(node: Node) -> Option<(u8, u64)> {
    let first = node.index.checked_shl((node.level % TILE_LEVELS).into())?;
    Some((node.level / TILE_LEVELS, first / TILE_WIDTH as u64))
}

/// The hashes of a tile as far as it reaches in a log of `size` leaves.
pub(super) async fn read(
    connection: &mut AnyConnection,
    log: &str,
    size: u64,
    (level, place): (u8, u64),
) -> Result<Vec<Hash>, Fault> {
    let full = sqlx::query("select hashes from tiles where log = $1 and level = $2 and place = $3")
        .bind(log.to_owned())
        .bind(i64::from(level))
        .bind(signed(place))
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = full {
        return parse(&row.try_get::<String, _>("hashes")?);
    }
    let first = place * TILE_WIDTH as u64;
    let end = (first + TILE_WIDTH as u64).min(size >> (u32::from(TILE_LEVELS) * u32::from(level)).min(63));
    let query = if level == 0 {
        sqlx::query(
            "select leaf_hash as hash from receipts where log = $1 and seq >= $2 and seq < $3 order by seq",
        )
    } else {
        sqlx::query(
            "select root as hash from tiles where log = $1 and place >= $2 and place < $3 and level = $4 \
             order by place",
        )
    };
    let query = query.bind(log.to_owned()).bind(signed(first)).bind(signed(end));
    let query = if level == 0 { query } else { query.bind(i64::from(level) - 1) };
    let hashes = query.fetch_all(connection).await?;
    hashes.iter().map(|row| row.try_get::<String, _>("hash")?.parse().map_err(Fault::corrupt)).collect()
}

fn parse(text: &str) -> Result<Vec<Hash>, Fault> {
    let bytes = STANDARD.decode(text).map_err(Fault::corrupt)?;
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() && hashes.len() == TILE_WIDTH {
        Ok(hashes.iter().copied().map(Hash).collect())
    } else {
        Err(Fault::corrupt("a tile of another length"))
    }
}
