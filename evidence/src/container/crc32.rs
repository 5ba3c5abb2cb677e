//! The CRC-32 that ZIP asks for (ISO 3309, polynomial 0xEDB88320 reflected), eight bytes at a step.
//!
//! It is no protection against intent; signatures are. It tells which entry an accident has hit.

use super::ContainerError;

/// `TABLES[k][b]` is what byte `b` contributes `k` bytes later.
const TABLES: [[u32; 256]; 8] = tables();

/// A CRC-32 in the making.
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Default for Crc32 {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Crc32 {
    /// That of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut crc = Self::default();
        crc.update(bytes);
        crc
    }

    /// Takes in the bytes that come next.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0 = updated(self.0, bytes);
    }

    /// Whether it is what was stated of the entry `name`.
    pub fn check(self, name: &str, stated: u32) -> Result<(), ContainerError> {
        let found = !self.0;
        if found == stated {
            return Ok(());
        }
        Err(ContainerError::Content { name: name.to_owned(), expected: stated, found })
    }
}

/// The CRC-32 of `bytes`.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !Crc32::of(bytes).0
}

fn updated(crc: u32, bytes: &[u8]) -> u32 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let crc = chunks.iter().fold(crc, |crc, chunk| {
        let mixed = (u64::from_le_bytes(*chunk) ^ u64::from(crc)).to_le_bytes();
        // The first of the eight bytes is the one that seven more come after.
        mixed.iter().zip(TABLES.iter().rev()).fold(0, |crc, (byte, table)| crc ^ at(table, *byte))
    });
    let [table, ..] = &TABLES;
    rest.iter().fold(crc, |crc, byte| {
        let [low, ..] = crc.to_le_bytes();
        at(table, low ^ byte) ^ (crc >> 8)
    })
}

/// A table has an entry for every byte, so the default is never taken and the compiler drops it.
fn at(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "computed by the compiler, which refuses an index out of bounds; an index is below 256"
)]
const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (if crc & 1 == 1 { 0xEDB8_8320 } else { 0 });
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut later = 1;
    while later < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before: u32 = tables[later - 1][byte];
            tables[later][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        later += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One bit at a time, as the polynomial division is defined.
    fn by_definition(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
        })
    }

    #[test]
    fn known_values() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b"The quick brown fox jumps over the lazy dog"), 0x414F_A339);
    }

    proptest! {
        #[test]
        fn eight_at_a_step_is_one_at_a_time(bytes: Vec<u8>) {
            prop_assert_eq!(crc32(&bytes), by_definition(&bytes));
        }

        #[test]
        fn in_pieces_is_at_once(bytes: Vec<u8>, place: prop::sample::Index) {
            let (first, rest) = bytes.split_at(place.index(bytes.len() + 1));
            let mut crc = Crc32::of(first);
            crc.update(rest);
            prop_assert!(crc.check("file", crc32(&bytes)).is_ok());
        }
    }
}
