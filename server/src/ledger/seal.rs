//! Signs what was drafted and closes the batch: leaves, tiles and checkpoints.

use std::collections::BTreeSet;
use std::thread;

use evidence::checkpoint::{Checkpoint, SignedCheckpoint};
use evidence::dsse::{self, Predicate, Signed};
use evidence::log::{Hash, leaf_hash};
use evidence::name::Name;
use evidence::receipt::{KeyChange, KeyReceipt, Receipt};

use super::draft::{Beside, Draft, Logs, is_escalation};
use super::fault::Fault;
use super::state::Open;
use super::tile::Tile;
use crate::keys::{Key, Signer};

/// From how many drafts on a second thread is worth its start.
const SHARE: usize = 6;

/// A batch that is ready to be put down.
#[derive(Default)]
pub(super) struct Batch {
    pub entries: Vec<Sealed>,
    pub tiles: Vec<Tile>,
    pub checkpoints: Vec<(Name, SignedCheckpoint)>,
}

/// A signed receipt, and what is stored beside it.
pub(super) struct Sealed {
    pub receipt: Receipt,
    pub beside: Beside,
    pub signed: Signed,
    pub leaf: Hash,
}

/// Signs every draft and appends it to its log.
pub(super) fn seal(
    drafts: Vec<Draft>,
    logs: &mut Logs,
    signer: &Signer,
    cores: usize,
) -> Result<Batch, Fault> {
    let mut batch = Batch { entries: sign_all(drafts, signer, cores)?, ..Batch::default() };
    let mut touched = BTreeSet::new();
    for sealed in &batch.entries {
        let log = &sealed.receipt.entry().log;
        let state = logs.get_mut(log).ok_or_else(|| Fault::corrupt("a log was not loaded"))?;
        state.push(sealed.leaf, &mut batch.tiles).map_err(Fault::corrupt)?;
        if is_escalation(&sealed.receipt) {
            let digest = sealed.signed.digest();
            state.history.apply(&sealed.receipt, digest);
            state.parked.insert(sealed.receipt.entry().seq, digest);
        }
        if let Some((seq, open)) = sealed.open() {
            state.open.insert(seq, open);
        }
        touched.insert(log.clone());
    }
    for log in touched {
        let state = logs.get(&log).ok_or_else(|| Fault::corrupt("a log was not loaded"))?;
        let (size, root) = (state.frontier.size(), state.frontier.root());
        let checkpoint = Checkpoint::new(state.tenant.origin(), size, root).map_err(Fault::corrupt)?;
        batch.checkpoints.push((log, sign_checkpoint(checkpoint, signer)?));
    }
    Ok(batch)
}

/// The order is settled, so the signatures can be made on all cores at once.
fn sign_all(drafts: Vec<Draft>, signer: &Signer, cores: usize) -> Result<Vec<Sealed>, Fault> {
    let share = drafts.len().div_ceil(cores.max(1)).max(SHARE);
    let mut shares = Vec::new();
    let mut drafts = drafts.into_iter();
    loop {
        let next: Vec<Draft> = drafts.by_ref().take(share).collect();
        if next.is_empty() {
            break;
        }
        shares.push(next);
    }
    let last = shares.pop().unwrap_or_default();
    thread::scope(|scope| {
        let others: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(move || sign_share(share, signer))).collect();
        let last = sign_share(last, signer);
        let mut sealed = Vec::new();
        for other in others {
            sealed.extend(other.join().map_err(|_| Fault::corrupt("a signing thread ended early"))??);
        }
        sealed.extend(last?);
        Ok(sealed)
    })
}

fn sign_share(drafts: Vec<Draft>, signer: &Signer) -> Result<Vec<Sealed>, Fault> {
    let key = signer.current();
    let entries = drafts.into_iter().map(|Draft { receipt, beside }| {
        let document = match &receipt {
            Receipt::Activation(stated) => sign(stated, &key),
            Receipt::Approval(stated) => sign(stated, &key),
            Receipt::Decision(stated) => sign(stated, &key),
            Receipt::Key(stated) => sign(stated, &signer_of(stated, signer)?),
            Receipt::Notice(stated) => sign(stated, &key),
            Receipt::Outcome(stated) => sign(stated, &key),
            Receipt::Standing(stated) => sign(stated, &key),
        }?;
        Ok(Sealed { receipt, beside, leaf: leaf_hash(document.bytes()), signed: document })
    });
    entries.collect()
}

/// That a key follows another is for the other one to say.
fn signer_of(change: &KeyReceipt, signer: &Signer) -> Result<Key, Fault> {
    match change.change {
        KeyChange::Rotated => signer.outgoing().ok_or_else(|| Fault::OtherKey(change.entry.log.clone())),
        KeyChange::Added | KeyChange::Revoked => Ok(signer.current()),
    }
}

fn sign<P: Predicate>(stated: &P, key: &Key) -> Result<Signed, Fault> {
    let draft = dsse::Draft::new(stated).map_err(Fault::corrupt)?;
    let signature = key.sign(&draft.message());
    draft.sign(&[(key.public_key(), signature)]).map_err(Fault::corrupt)
}

fn sign_checkpoint(checkpoint: Checkpoint, signer: &Signer) -> Result<SignedCheckpoint, Fault> {
    let signature = signer.sign(&checkpoint.signature_input());
    SignedCheckpoint::assemble(checkpoint, signer.public_key().verifying_key(), signature)
        .map_err(Fault::corrupt)
}

impl Sealed {
    /// For an allowed decision: what its outcome will need.
    pub fn open(&self) -> Option<(u64, Open)> {
        Open::by(&self.receipt, self.signed.digest())
    }
}
