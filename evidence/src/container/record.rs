//! The three kinds of records that ZIP puts around contents, in the only form that is written or accepted.
//!
//! Numbers are little-endian (APPNOTE.TXT §4.3). The reader makes each record anew and compares, so it cannot
//! be more lenient than the writer.

/// Length of a local header before its name.
pub(super) const LOCAL: usize = 30;
/// Length of a central header before its name.
pub(super) const CENTRAL: usize = 46;
/// Length of the end record.
pub(super) const END: usize = 22;

/// 2.0, the version that every reader of the last thirty years understands; made on host 0.
const VERSION: [u8; 2] = 20_u16.to_le_bytes();
/// No flags, method 0 (stored), time 00:00:00, date 1980-01-01, the first that ZIP can say.
const PLAIN: [u8; 8] = [0, 0, 0, 0, 0, 0, 0x21, 0];

/// What the headers of an entry say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) name: &'a str,
    /// As a name has at most 128 bytes.
    pub(super) name_length: u16,
    pub(super) crc: u32,
    pub(super) size: u32,
    /// Where the entry's local header begins.
    pub(super) offset: u32,
}

/// What precedes the contents of an entry (APPNOTE.TXT §4.3.7).
pub(super) fn local(header: &Header<'_>) -> Vec<u8> {
    [b"PK\x03\x04", VERSION.as_slice(), &sizes(header), &[0; 2], header.name.as_bytes()].concat()
}

/// An entry in the central directory (APPNOTE.TXT §4.3.12): no extra field, comment, other disk or attributes.
pub(super) fn central(header: &Header<'_>) -> Vec<u8> {
    let offset = header.offset.to_le_bytes();
    let versions = [VERSION, VERSION].concat();
    [b"PK\x01\x02", versions.as_slice(), &sizes(header), &[0; 12], &offset, header.name.as_bytes()].concat()
}

/// The last 22 bytes (APPNOTE.TXT §4.3.16): one disk, no comment.
pub(super) fn end(entries: u16, directory_size: u32, directory_offset: u32) -> Vec<u8> {
    let (entries, size) = (entries.to_le_bytes(), directory_size.to_le_bytes());
    let offset = directory_offset.to_le_bytes();
    [b"PK\x05\x06", [0; 4].as_slice(), &entries, &entries, &size, &offset, &[0; 2]].concat()
}

/// The fields that both headers have in common. A stored entry is as large compressed as it is.
fn sizes(header: &Header<'_>) -> Vec<u8> {
    let size = header.size.to_le_bytes();
    let name_length = header.name_length.to_le_bytes();
    [PLAIN.as_slice(), &header.crc.to_le_bytes(), &size, &size, &name_length].concat()
}

/// The CRC-32, size and length of the name that the beginning of a local header states.
pub(super) fn stated(local: [u8; LOCAL]) -> (u32, u32, u16) {
    let [.., c0, c1, c2, c3, s0, s1, s2, s3, _, _, _, _, n0, n1, _, _] = local;
    (u32::from_le_bytes([c0, c1, c2, c3]), u32::from_le_bytes([s0, s1, s2, s3]), u16::from_le_bytes([n0, n1]))
}

/// The number of entries that an end record states.
pub(super) fn stated_entries(end: [u8; END]) -> u16 {
    let [.., low, high, _, _, _, _, _, _, _, _, _, _] = end;
    u16::from_le_bytes([low, high])
}
