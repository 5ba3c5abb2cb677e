//! A piece of a log: read and asked about on all cores, and kept small for the next candidate.
//!
//! What is kept is what [`Past`] keeps of a receipt, as compressed text: a hundred thousand decisions fit into a few
//! megabytes, and reading them again costs a fraction of deciding them.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::thread;

use evidence::decision::Decision;
use evidence::dsse::Signed;
use evidence::receipt::DecisionReceipt;
use evidence::replay::{Candidate, Past};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::plan::Plan;

/// How many receipts a piece spans, decisions or not.
pub(super) const CHUNK: u64 = 1_024;

/// A piece that was read before.
pub(super) struct Chunk {
    /// The number of the first receipt that was not looked at.
    pub(super) next: u64,
    /// One for each thread that read it, in order.
    blocks: Vec<Block>,
}

/// Some decisions as JSON lines, deflated.
struct Block(Vec<u8>);

/// A piece, where it is had from.
pub(super) enum Part {
    /// From memory.
    Kept(Arc<Chunk>),
    /// From the ledger: piece `place`, up to just before `next`, as exact texts.
    Read { place: u64, next: u64, bodies: Vec<String> },
}

/// A decision, and what the candidate answers where nothing is spent. `None` for one that is not put to it.
pub(super) struct Asked {
    pub(super) past: Past,
    pub(super) unspent: Option<Decision>,
}

/// What came of a piece.
pub(super) struct Answered {
    /// Its decisions, in order.
    pub(super) asked: Vec<Asked>,
    /// Its place and itself for the next time, if it is new.
    pub(super) new: Option<(u64, Chunk)>,
}

/// What can't be read, for the server's log.
pub(super) type Unreadable = String;

impl Chunk {
    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.0.len()).sum()
    }
}

/// Puts every decision of a piece to the candidate, on so many threads.
pub(super) fn ask(
    part: &Part,
    candidate: &Candidate,
    plan: &Plan,
    cores: usize,
) -> Result<Answered, Unreadable> {
    match part {
        Part::Kept(chunk) => {
            let asked = together(&chunk.blocks, |block| recall(block, candidate, plan))?;
            Ok(Answered { asked: asked.into_iter().flatten().collect(), new: None })
        }
        Part::Read { place, next, bodies } => {
            let shares: Vec<&[String]> = bodies.chunks(bodies.len().div_ceil(cores.max(1)).max(1)).collect();
            let read = together(&shares, |share| read(share, candidate, plan))?;
            let (asked, blocks): (Vec<_>, Vec<_>) = read.into_iter().unzip();
            let new = Some((*place, Chunk { next: *next, blocks }));
            Ok(Answered { asked: asked.into_iter().flatten().collect(), new })
        }
    }
}

/// Does the work for each of `items` at the same time.
fn together<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, Unreadable> + Sync,
) -> Result<Vec<R>, Unreadable> {
    thread::scope(|scope| {
        let threads: Vec<_> = items.iter().map(|item| scope.spawn(|| work(item))).collect();
        let ended =
            threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread ended early".to_owned())?);
        ended.collect()
    })
}

fn read(bodies: &[String], candidate: &Candidate, plan: &Plan) -> Result<(Vec<Asked>, Block), Unreadable> {
    let mut asked = Vec::with_capacity(bodies.len());
    let mut lines = DeflateEncoder::new(Vec::new(), Compression::fast());
    for body in bodies {
        let signed = Signed::parse(body.as_bytes()).map_err(told)?;
        let past = Past::of(signed.predicate::<DecisionReceipt>().map_err(told)?);
        let mut line = serde_json::to_vec(&past).map_err(told)?;
        line.push(b'\n');
        lines.write_all(&line).map_err(told)?;
        asked.extend(put(past, candidate, plan));
    }
    Ok((asked, Block(lines.finish().map_err(told)?)))
}

fn recall(block: &Block, candidate: &Candidate, plan: &Plan) -> Result<Vec<Asked>, Unreadable> {
    let mut text = String::new();
    DeflateDecoder::new(block.0.as_slice()).read_to_string(&mut text).map_err(told)?;
    let mut asked = Vec::new();
    for line in text.lines() {
        asked.extend(put(serde_json::from_str(line).map_err(told)?, candidate, plan));
    }
    Ok(asked)
}

fn put(past: Past, candidate: &Candidate, plan: &Plan) -> Option<Asked> {
    let is_asked = past.seq >= plan.from && past.action.connector == *candidate.connector();
    let unspent = is_asked.then(|| candidate.unspent(&past));
    plan.reads(past.seq).then_some(Asked { past, unspent })
}

#[expect(clippy::needless_pass_by_value, reason = "so it can be named in `map_err`")]
fn told(error: impl ToString) -> Unreadable {
    error.to_string()
}
