//! The histories that were read already, so that the next candidate only has to be asked.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use evidence::name::Name;

use super::chunk::{CHUNK, Chunk};

/// How much memory they take at most.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Pieces of logs, by log and place. The log that nobody has asked about for the longest time goes first.
#[derive(Default)]
pub(super) struct Shelf(Mutex<Books>);

#[derive(Default)]
struct Books {
    logs: HashMap<Name, Book>,
    asked: u64,
}

#[derive(Default)]
struct Book {
    chunks: BTreeMap<u64, Arc<Chunk>>,
    bytes: usize,
    asked: u64,
}

impl Shelf {
    /// Piece `place` of a log, if it is there and reaches as far as receipt `end`.
    pub(super) fn find(&self, log: &Name, place: u64, end: u64) -> Option<Arc<Chunk>> {
        let mut books = self.books();
        books.asked += 1;
        let asked = books.asked;
        let book = books.logs.get_mut(log)?;
        book.asked = asked;
        let needed = end.min((place + 1).saturating_mul(CHUNK));
        book.chunks.get(&place).filter(|chunk| chunk.next >= needed).cloned()
    }

    /// Keeps a piece, if there is room for it beside the others of its log.
    pub(super) fn keep(&self, log: &Name, place: u64, chunk: Chunk) {
        let mut books = self.books();
        books.asked += 1;
        let (asked, bytes) = (books.asked, chunk.bytes());
        let book = books.logs.entry(log.clone()).or_default();
        book.asked = asked;
        book.bytes += bytes;
        if let Some(replaced) = book.chunks.insert(place, Arc::new(chunk)) {
            book.bytes -= replaced.bytes();
        }
        books.shrink();
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn shrink(&mut self) {
        while self.logs.values().map(|book| book.bytes).sum::<usize>() > MOST_BYTES {
            let longest_ago = self.logs.iter().min_by_key(|(_, book)| book.asked);
            let Some(log) = longest_ago.map(|(log, _)| log.clone()) else { return };
            self.logs.remove(&log);
        }
    }
}
