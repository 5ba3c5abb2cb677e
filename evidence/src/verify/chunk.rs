//! Files in pieces that are one unit of work each, so that a large one does not hold up a page.

use std::collections::BTreeMap;
use std::ops::Range;

/// A few milliseconds of hashing, even in a slow browser.
const BYTES: usize = 64 * 1024;

/// A piece of a file.
pub(super) struct Chunk {
    /// The file.
    pub name: String,
    /// Where the piece lies in it.
    pub range: Range<usize>,
    /// Whether the file ends here.
    pub is_last: bool,
}

/// Every file, one after another; an empty one is one empty piece.
pub(super) fn chunks(files: &BTreeMap<String, Vec<u8>>) -> Vec<Chunk> {
    files.iter().flat_map(|(name, bytes)| pieces(name, bytes.len())).collect()
}

fn pieces(name: &str, length: usize) -> impl Iterator<Item = Chunk> {
    (0..length.max(1)).step_by(BYTES).map(move |start| {
        let end = start.saturating_add(BYTES).min(length);
        Chunk { name: name.to_owned(), range: start..end, is_last: end == length }
    })
}

/// How many pieces `files` have.
pub(super) fn count(files: &BTreeMap<String, Vec<u8>>) -> u64 {
    let count = |bytes: &Vec<u8>| u64::try_from(bytes.len().div_ceil(BYTES).max(1)).unwrap_or(u64::MAX);
    files.values().map(count).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_the_whole() {
        for length in [0, 1, BYTES - 1, BYTES, BYTES + 1, 3 * BYTES] {
            let files = BTreeMap::from([("file".to_owned(), vec![0; length])]);
            let chunks = chunks(&files);
            assert_eq!(count(&files), chunks.len() as u64);
            let mut end = 0;
            for (place, chunk) in chunks.iter().enumerate() {
                assert_eq!(chunk.range.start, end);
                end = chunk.range.end;
                assert_eq!(chunk.is_last, place + 1 == chunks.len());
            }
            assert_eq!(end, length);
        }
    }
}
