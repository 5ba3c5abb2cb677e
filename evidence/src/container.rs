//! The file that an `EvidencePack` is: a ZIP with all of ZIP's choices made.
//!
//! ZIP is read by every computer, but says things twice (once before each entry, once at the end), and programs
//! disagree about which to believe; whoever signs a ZIP signs a riddle. So there is exactly one file for given
//! entries, and the reader accepts that file alone:
//!
//! - entries are stored, not compressed, in ascending bytewise order of their names, one right after the other
//!   from offset 0, then the central directory, then the end record: no gap, no overlap, nothing before or after;
//! - every header field is fixed or follows from names and contents: version 2.0, flags 0, 1980-01-01 00:00,
//!   no attributes, extra fields, comments, data descriptors, encryption, ZIP64 or second disk;
//! - names are 1 to [`MAX_NAME`] of `A`–`Z`, `a`–`z`, `0`–`9`, `.`, `_`, `-` and `/`, in segments that are not empty, `.` or
//!   `..`, and no entry lies inside another as in a folder: unpacking stays within its folder on every system.
//!
//! **There are no decompression bombs**: nothing is compressed, so what is read is a part of the file itself, and
//! opening takes no memory for contents. The limits are checked before anything else is looked at.

use std::collections::BTreeMap;

mod crc32;
mod error;
mod name;
mod record;

pub use crc32::Crc32;
use crc32::crc32;
pub use error::ContainerError;
use record::Header;

/// The most bytes a container may have: 2 GiB − 1. All offsets fit ZIP's 32 bits, also where programs take them
/// as signed, and the whole fits the memory of a 32-bit WASM module.
pub const MAX_BYTES: u64 = (1 << 31) - 1;

/// The most entries a container may have. Packs have a few dozen; 10,000 is well below ZIP's 65,535, and bounds the
/// time and memory for the directory whatever the file's size.
pub const MAX_ENTRIES: usize = 10_000;

/// The most bytes of a name. With a folder to unpack into it stays below Windows' limit of 260.
pub const MAX_NAME: usize = 128;

/// An opened container: names and contents, all within the file's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container<'a> {
    entries: Vec<(&'a str, &'a [u8])>,
    /// What each entry's CRC-32 is said to be.
    stated: Vec<u32>,
}

/// The one container with these entries.
///
/// # Errors
/// [`ContainerError::TooManyEntries`], [`TooLarge`](ContainerError::TooLarge), [`Name`](ContainerError::Name),
/// [`Nested`](ContainerError::Nested).
pub fn write(entries: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, ContainerError> {
    check_entries(entries.len())?;
    let mut file = Vec::with_capacity(written_size(entries)?);
    let mut headers = Vec::with_capacity(entries.len());
    for (name, content) in entries {
        let header = header(name, content, crc32(content), file.len())?;
        file.extend(record::local(&header));
        file.extend(content);
        headers.push(header);
    }
    name::check_nesting(&headers)?;
    let tail = tail(&headers, file.len())?;
    file.extend(tail);
    Ok(file)
}

impl<'a> Container<'a> {
    /// Opens a file. Everything in it is checked, including the contents' CRC-32: what this accepts,
    /// [`write()`] would make of the same entries, byte for byte.
    ///
    /// # Errors
    /// Any [`ContainerError`].
    pub fn open(file: &'a [u8]) -> Result<Self, ContainerError> {
        let container = Self::laid_out(file)?;
        for (name, content, stated) in container.stated() {
            Crc32::of(content).check(name, stated)?;
        }
        Ok(container)
    }

    /// Opens a file without looking at the contents: their CRC-32 is the caller's to check, which takes longest. A page
    /// does that bit by bit.
    ///
    /// # Errors
    /// Any [`ContainerError`] but [`ContainerError::Content`].
    pub fn laid_out(file: &'a [u8]) -> Result<Self, ContainerError> {
        check_bytes(file.len() as u64)?;
        let end =
            *file.last_chunk().ok_or(ContainerError::Truncated { offset: 0, expected: "an end record" })?;
        let count = usize::from(record::stated_entries(end));
        check_entries(count)?;

        let mut reader = Reader { file, offset: 0 };
        let (mut entries, mut headers) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for _ in 0..count {
            let (header, content) = reader.entry()?;
            name::check_order(headers.last(), &header)?;
            entries.push((header.name, content));
            headers.push(header);
        }
        name::check_nesting(&headers)?;
        reader.tail(&headers)?;
        Ok(Self { entries, stated: headers.iter().map(|header| header.crc).collect() })
    }

    /// The contents of an entry.
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        let at = self.entries.binary_search_by_key(&name, |(name, _)| name).ok()?;
        self.entries.get(at).map(|(_, content)| *content)
    }

    /// All names with their contents and what those are said to have as CRC-32.
    pub fn stated(&self) -> impl Iterator<Item = (&'a str, &'a [u8], u32)> {
        self.entries.iter().zip(&self.stated).map(|((name, content), crc)| (*name, *content, *crc))
    }

    /// All names, ascending.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.entries.iter().map(|(name, _)| *name)
    }

    /// All names with their contents, ascending by name.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.entries.iter().copied()
    }
}

/// A place in a file, before which everything is in order.
struct Reader<'a> {
    file: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    fn entry(&mut self) -> Result<(Header<'a>, &'a [u8]), ContainerError> {
        let start = self.offset;
        let cut_off = ContainerError::Truncated { offset: start, expected: "a local header" };
        let fixed = self.rest().first_chunk().ok_or(cut_off)?;
        let (crc, size, name_length) = record::stated(*fixed);
        self.take(record::LOCAL, "a local header")?;
        let name = self.take(name_length.into(), "a name")?;
        let name = name::checked(name)?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let content = self.take(size, "the contents of an entry")?;

        let header = header(name, content, crc, start)?;
        if !self.file.get(start..).is_some_and(|bytes| bytes.starts_with(&record::local(&header))) {
            return Err(ContainerError::Record { offset: start, expected: "local header" });
        }
        Ok((header, content))
    }

    /// The central directory and the end record, and then nothing.
    fn tail(&self, headers: &[Header<'_>]) -> Result<(), ContainerError> {
        if self.rest() == tail(headers, self.offset)? {
            return Ok(());
        }
        Err(ContainerError::Record { offset: self.offset, expected: "central directory and end record" })
    }

    fn rest(&self) -> &'a [u8] {
        self.file.get(self.offset..).unwrap_or_default()
    }

    fn take(&mut self, length: usize, expected: &'static str) -> Result<&'a [u8], ContainerError> {
        let offset = self.offset;
        let (taken, _) =
            self.rest().split_at_checked(length).ok_or(ContainerError::Truncated { offset, expected })?;
        self.offset += length;
        Ok(taken)
    }
}

fn header<'a>(name: &'a str, content: &[u8], crc: u32, offset: usize) -> Result<Header<'a>, ContainerError> {
    let name = name::checked(name.as_bytes())?;
    let name_length = u16::try_from(name.len()).map_err(|_| name::refused(name.as_bytes()))?;
    Ok(Header { name, name_length, crc, size: number(content.len())?, offset: number(offset)? })
}

/// The central directory, which begins at `offset`, and the end record.
fn tail(headers: &[Header<'_>], offset: usize) -> Result<Vec<u8>, ContainerError> {
    let mut tail = Vec::new();
    for header in headers {
        tail.extend(record::central(header));
    }
    let entries = u16::try_from(headers.len())
        .map_err(|_| ContainerError::TooManyEntries { entries: headers.len() })?;
    let end = record::end(entries, number(tail.len())?, number(offset)?);
    tail.extend(end);
    Ok(tail)
}

fn written_size(entries: &BTreeMap<String, Vec<u8>>) -> Result<usize, ContainerError> {
    let size = entries.iter().fold(record::END, |sum, (name, content)| {
        let headers = record::LOCAL + record::CENTRAL + 2 * name.len();
        sum.saturating_add(headers).saturating_add(content.len())
    });
    check_bytes(size as u64)?;
    Ok(size)
}

fn number(value: usize) -> Result<u32, ContainerError> {
    u32::try_from(value).map_err(|_| ContainerError::TooLarge { bytes: value as u64 })
}

fn check_bytes(bytes: u64) -> Result<(), ContainerError> {
    if bytes <= MAX_BYTES { Ok(()) } else { Err(ContainerError::TooLarge { bytes }) }
}

fn check_entries(entries: usize) -> Result<(), ContainerError> {
    if entries <= MAX_ENTRIES { Ok(()) } else { Err(ContainerError::TooManyEntries { entries }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(of: &[(&str, &[u8])]) -> BTreeMap<String, Vec<u8>> {
        of.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect()
    }

    fn example() -> BTreeMap<String, Vec<u8>> {
        entries(&[("checkpoint", b"log\n1\n"), ("empty", b""), ("receipts/0.jsonl", b"{}\n{}\n")])
    }

    #[test]
    fn the_smallest_container_byte_for_byte() {
        let file = write(&entries(&[("a", b"hi")])).unwrap();
        let crc = b"\xac\x2a\x93\xd8";
        let expected = [
            b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0".as_slice(),
            crc,
            b"\x02\0\0\0\x02\0\0\0\x01\0\0\0a",
            b"hi",
            b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0",
            crc,
            b"\x02\0\0\0\x02\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a",
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x21\0\0\0\0\0",
        ]
        .concat();
        assert_eq!(file, expected);
        assert_eq!(write(&BTreeMap::new()).unwrap().len(), 22);
    }

    #[test]
    fn what_was_written_can_be_read() {
        let file = write(&example()).unwrap();
        let container = Container::open(&file).unwrap();
        assert_eq!(container.names().collect::<Vec<_>>(), ["checkpoint", "empty", "receipts/0.jsonl"]);
        assert_eq!(container.get("checkpoint"), Some(b"log\n1\n".as_slice()));
        assert_eq!(container.get("empty"), Some(b"".as_slice()));
        assert_eq!(container.get("receipts"), None);
        assert_eq!(container.entries().count(), 3);
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let file = write(&example()).unwrap();
        for bit in 0..file.len() * 8 {
            let mut changed = file.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(Container::open(&changed).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn every_missing_or_added_byte_is_noticed() {
        let file = write(&example()).unwrap();
        for place in 0..file.len() {
            assert!(Container::open(&file[..place]).is_err(), "cut off at {place}");
            assert!(Container::open(&file[place + 1..]).is_err(), "beginning after {place}");
            assert!(Container::open(&[&file[..place], &file[place + 1..]].concat()).is_err());
            assert!(Container::open(&[&file[..place], b"\0", &file[place..]].concat()).is_err());
        }
        assert!(Container::open(&[file.as_slice(), b"\0"].concat()).is_err());
    }

    #[test]
    fn a_file_is_not_a_folder() {
        let refused = write(&entries(&[("a/b", b""), ("a/b-c", b""), ("a/b/c", b"")]));
        assert_eq!(refused, Err(ContainerError::Nested { name: "a/b/c".into(), folder: "a/b".into() }));
    }

    #[test]
    fn names_ascend_and_are_different() {
        for (first, second) in [("b", "a"), ("a", "a")] {
            let headers =
                [header(first, b"", crc32(b""), 0).unwrap(), header(second, b"", crc32(b""), 31).unwrap()];
            let mut file = [record::local(&headers[0]), record::local(&headers[1])].concat();
            file.extend(tail(&headers, 62).unwrap());
            assert!(matches!(Container::open(&file), Err(ContainerError::Order { .. })));
        }
    }

    #[test]
    fn limits_come_first() {
        let many: BTreeMap<_, _> = (0..=MAX_ENTRIES).map(|n| (format!("{n}"), Vec::new())).collect();
        assert_eq!(write(&many), Err(ContainerError::TooManyEntries { entries: 10_001 }));
        let end = record::end(10_001, 0, 0);
        assert_eq!(Container::open(&end), Err(ContainerError::TooManyEntries { entries: 10_001 }));
        assert_eq!(check_bytes(MAX_BYTES), Ok(()));
        assert_eq!(check_bytes(MAX_BYTES + 1), Err(ContainerError::TooLarge { bytes: MAX_BYTES + 1 }));
    }

    #[test]
    fn damage_is_told_by_name() {
        let mut file = write(&entries(&[("a", b"hi")])).unwrap();
        file[31] ^= 1;
        assert!(matches!(Container::open(&file), Err(ContainerError::Content { name, .. }) if name == "a"));
    }

    proptest! {
        #[test]
        fn round_trip(
            names in prop::collection::btree_map("[a-z0-9_-]{1,12}(/[a-z.]{3,9}x)?", prop::collection::vec(any::<u8>(), 0..99), 0..20)
        ) {
            let Ok(file) = write(&names) else { return Ok(()) };
            let container = Container::open(&file).unwrap();
            let read = container.entries().map(|(name, content)| (name.to_owned(), content.to_vec())).collect();
            prop_assert_eq!(names, read);
        }

        #[test]
        fn what_is_accepted_is_what_would_be_written(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
        ) {
            let mut file = write(&example()).unwrap();
            for (place, byte) in changes {
                *place.get_mut(&mut file) = byte;
            }
            if let Ok(container) = Container::open(&file) {
                let again = container.entries().map(|(name, content)| (name.to_owned(), content.to_vec())).collect();
                prop_assert_eq!(write(&again).unwrap(), file);
            }
        }

        #[test]
        fn nonsense_does_not_panic(bytes: Vec<u8>) {
            let _ = Container::open(&bytes);
        }
    }
}
