//! One log, walked from its first receipt to its last.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use evidence::checkpoint::SignedCheckpoint;
use evidence::key::KeyId;
use evidence::log::leaf_hash;
use evidence::trust::{Purpose, Trust};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::Audit;
use crate::ledger::fault::Fault;
use crate::ledger::rows::{number, signed};
use crate::ledger::state::State;
use crate::ledger::tile::Tile;
use crate::registry::Tenant;

/// How many receipts are in memory at once.
const PAGE: u64 = 128;

/// A log on its way past.
pub(super) struct Walk<'w, 'a> {
    pub audit: &'w mut Audit<'a>,
    pub trust: &'w Trust,
    pub state: State,
    /// The keys that the log has added and neither revoked nor rotated away.
    pub keys: BTreeSet<KeyId>,
    /// Whether the tree can still be compared: what follows a gap or a changed receipt leads nowhere.
    tree: bool,
    /// The size of the last checkpoint that was passed, and how many tiles were filled.
    checkpointed: u64,
    tiles: u64,
    /// Actions whose row names a later decision than the one that was passed.
    pub awaited: BTreeMap<String, u64>,
    /// How many actions were begun, and outcomes recorded.
    pub actions: u64,
    pub outcomes: u64,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub fn new(audit: &'w mut Audit<'a>, trust: &'w Trust, tenant: Tenant) -> Self {
        Self {
            audit,
            trust,
            state: State::empty(tenant),
            keys: BTreeSet::new(),
            tree: true,
            checkpointed: 0,
            tiles: 0,
            awaited: BTreeMap::new(),
            actions: 0,
            outcomes: 0,
        }
    }

    pub async fn run(mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        loop {
            let from = self.state.next;
            let page = sqlx::query(
                "select seq, kind, time, leaf_hash, body, action, verdict, code, agent, target, operation, records \
                 from receipts where log = $1 and seq >= $2 order by seq limit $3",
            )
            .bind(self.state.tenant.log().to_string())
            .bind(signed(from))
            .bind(signed(PAGE))
            .fetch_all(&mut *connection)
            .await?;
            if page.is_empty() {
                return self.end(connection).await;
            }
            self.page(connection, &page).await?;
            self.audit.progress(page.len() as u64);
        }
    }

    async fn page(&mut self, connection: &mut AnyConnection, page: &[AnyRow]) -> Result<(), Fault> {
        let mut heads = self.checkpoints(connection, page.last()).await?;
        let mut filled = Vec::new();
        let mut passed = Vec::new();
        for row in page {
            let seq = number(row, "seq")?;
            if seq != self.state.next {
                let next = self.state.next;
                self.find(seq, format!("follows #{next} at once; receipts are missing"));
                self.tree = false;
                self.state.next = seq;
            }
            let body: String = row.try_get("body")?;
            let leaf = leaf_hash(body.as_bytes());
            if row.try_get::<String, _>("leaf_hash")? != leaf.to_string() {
                self.find(seq, "is not the receipt that its leaf hash was made of");
            }
            passed.extend(self.receipt(connection, seq, row, &body).await?);
            self.state.next = seq + 1;
            if self.tree {
                self.state.push(leaf, &mut filled).map_err(Fault::corrupt)?;
                self.pass_heads(&mut heads);
            }
        }
        self.compare_tiles(connection, &filled).await?;
        self.compare_beside(connection, &passed).await
    }

    /// The checkpoints from the last one passed to the end of the page.
    async fn checkpoints(
        &mut self,
        connection: &mut AnyConnection,
        last: Option<&AnyRow>,
    ) -> Result<VecDeque<(u64, String)>, Fault> {
        let until = last.map(|row| number(row, "seq")).transpose()?.unwrap_or(0) + 1;
        let rows = sqlx::query(
            "select size, note from checkpoints where log = $1 and size > $2 and size <= $3 order by size",
        )
        .bind(self.state.tenant.log().to_string())
        .bind(signed(self.state.next))
        .bind(signed(until))
        .fetch_all(connection)
        .await?;
        rows.iter().map(|row| Ok((number(row, "size")?, row.try_get("note")?))).collect()
    }

    fn pass_heads(&mut self, heads: &mut VecDeque<(u64, String)>) {
        let size = self.state.frontier.size();
        while let Some((_, note)) = heads.pop_front_if(|(head, _)| *head <= size) {
            self.checkpointed = size;
            if let Some(fault) = self.head(size, &note) {
                let at = format!("{} checkpoint of {size}", self.at());
                self.audit.find(&at, fault);
            }
        }
    }

    /// What is wrong with a checkpoint of the log as it is now.
    fn head(&mut self, size: u64, note: &str) -> Option<String> {
        let signed = match SignedCheckpoint::parse(note.as_bytes()) {
            Ok(signed) => signed,
            Err(error) => return Some(format!("can't be read: {error}")),
        };
        let stated = signed.checkpoint();
        if stated.origin() != self.state.tenant.origin() || stated.size() != size {
            return Some(format!("is of {} at {}", stated.origin(), stated.size()));
        }
        let mut keys = self.trust.keys.iter().filter(|key| self.keys.contains(&key.keyid));
        let may = |key: &&evidence::trust::KeyRecord| {
            key.purposes.contains(&Purpose::Checkpoint)
                && signed.verify(key.public_key.verifying_key()).is_ok()
        };
        if !keys.any(|key| may(&key)) {
            return Some("is not signed by the key that signs the log here".to_owned());
        }
        let root = self.state.frontier.root();
        if stated.root() != root {
            // All later ones differ as well.
            self.tree = false;
            return Some(format!("states the root {}, but the receipts lead to {root}", stated.root()));
        }
        None
    }

    async fn compare_tiles(&mut self, connection: &mut AnyConnection, filled: &[Tile]) -> Result<(), Fault> {
        for tile in filled {
            self.tiles += 1;
            let row =
                sqlx::query("select root, hashes from tiles where log = $1 and level = $2 and place = $3")
                    .bind(tile.log.to_string())
                    .bind(i64::from(tile.level))
                    .bind(signed(tile.place))
                    .fetch_optional(&mut *connection)
                    .await?;
            let root = tile.root().map(|root| root.to_string());
            let same = |row: &AnyRow| {
                Ok::<_, Fault>(
                    row.try_get::<Option<String>, _>("root")? == root
                        && row.try_get::<String, _>("hashes")? == tile.text(),
                )
            };
            let fault = match &row {
                None => "is missing",
                Some(row) if !same(row)? => "holds other hashes than the receipts lead to",
                Some(_) => continue,
            };
            let at = format!("{} tile {} of level {}", self.at(), tile.place, tile.level);
            self.audit.find(&at, fault);
        }
        Ok(())
    }

    async fn end(mut self, connection: &mut AnyConnection) -> Result<(), Fault> {
        let size = self.state.next;
        if self.tree {
            if self.checkpointed != size {
                let fault =
                    format!("its last checkpoint is of {} receipts, but it has {size}", self.checkpointed);
                self.audit.find(&self.at(), fault);
            }
            self.count(connection, "tiles", self.tiles).await?;
        }
        let later = sqlx::query("select count(*) as heads from checkpoints where log = $1 and size > $2")
            .bind(self.state.tenant.log().to_string())
            .bind(signed(size))
            .fetch_one(&mut *connection)
            .await?;
        if number(&later, "heads")? > 0 {
            self.audit.find(&self.at(), format!("checkpoints of more than its {size} receipts were signed"));
        }
        self.end_beside(connection).await
    }

    /// How many rows of the log `table` must have.
    pub async fn count(
        &mut self,
        connection: &mut AnyConnection,
        table: &'static str,
        expected: u64,
    ) -> Result<(), Fault> {
        let text = format!("select count(*) as found from {table} where log = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(self.state.tenant.log().to_string())
            .fetch_one(connection)
            .await?;
        let found = number(&row, "found")?;
        if found != expected {
            let fault = format!("the table {table} has {found} rows of it, but its receipts make {expected}");
            self.audit.find(&self.at(), fault);
        }
        Ok(())
    }

    /// The log, for people.
    pub fn at(&self) -> String {
        format!("{}/{}", self.state.tenant.vendor(), self.state.tenant.name())
    }

    pub fn find(&mut self, seq: u64, fault: impl Into<String>) {
        let at = format!("{} #{seq}", self.at());
        self.audit.find(&at, fault);
    }
}
