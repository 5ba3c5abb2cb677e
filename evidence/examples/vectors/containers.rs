//! Containers that are not the one encoding of their entries: what ZIP lets a liar say.

use evidence::container;
use evidence::verify::State;

use super::Case;
use crate::world::tamper::Files;
use crate::world::{Log, stories};

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::accepted("container", "ok-empty", "no entries", container::write(&Files::new()).unwrap()),
        Case::accepted("container", "ok", "two entries", zip(&[entry("a", b"hi"), entry("b/c", b"")])),
    ];
    for (name, why, bytes) in hostile() {
        cases.push(Case::refused("container", name, why, bytes));
    }
    let log = stories::one_write();
    let pack = log.pack();
    cases.push(unreadable(&log, "trailing-bytes", "bytes after the end record", [&pack[..], b"\0"].concat()));
    cases.push(unreadable(
        &log,
        "leading-bytes",
        "a program before the first entry",
        [b"MZ", &pack[..]].concat(),
    ));
    let mut damaged = pack.clone();
    damaged[100] ^= 1;
    cases.push(unreadable(&log, "damaged", "one bit of the first file was flipped", damaged));
    cases
}

fn unreadable(log: &Log, name: &str, why: &str, pack: Vec<u8>) -> Case {
    Case::pack(name, why, log, pack, State::CouldNotCheck, Some(1))
}

/// One entry, as its two headers tell it.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    local_name: Vec<u8>,
    content: Vec<u8>,
    flags: u16,
    method: u16,
    time: u16,
    crc: u32,
    packed: u32,
    size: u32,
    extra: Vec<u8>,
    comment: Vec<u8>,
    attributes: u32,
    offset: Option<u32>,
}

fn entry(name: &str, content: &[u8]) -> Entry {
    raw(name.as_bytes(), content)
}

fn raw(name: &[u8], content: &[u8]) -> Entry {
    let size = u32::try_from(content.len()).unwrap();
    Entry {
        name: name.to_vec(),
        local_name: name.to_vec(),
        content: content.to_vec(),
        flags: 0,
        method: 0,
        time: 0,
        crc: crc32(content),
        packed: size,
        size,
        extra: Vec::new(),
        comment: Vec::new(),
        attributes: 0,
        offset: None,
    }
}

/// One bit at a time, as the polynomial division is defined.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

impl Entry {
    fn middle(&self, name: &[u8]) -> Vec<u8> {
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_le_bytes();
        let mut bytes = Vec::new();
        for half in [self.flags, self.method, self.time, 0x21] {
            bytes.extend(half.to_le_bytes());
        }
        for whole in [self.crc, self.packed, self.size] {
            bytes.extend(whole.to_le_bytes());
        }
        bytes.extend(length(name));
        bytes.extend(length(&self.extra));
        bytes
    }

    fn local(&self) -> Vec<u8> {
        let middle = self.middle(&self.local_name);
        [b"PK\x03\x04\x14\0", &middle[..], &self.local_name, &self.extra, &self.content].concat()
    }

    fn central(&self, offset: u32) -> Vec<u8> {
        let comment = u16::try_from(self.comment.len()).unwrap().to_le_bytes();
        let middle = self.middle(&self.name);
        [
            b"PK\x01\x02\x14\0\x14\0",
            &middle[..],
            &comment,
            &[0; 4],
            &self.attributes.to_le_bytes(),
            &self.offset.unwrap_or(offset).to_le_bytes(),
            &self.name,
            &self.extra,
            &self.comment,
        ]
        .concat()
    }
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_with(entries, b"", u16::try_from(entries.len()).unwrap(), b"")
}

/// A ZIP with a gap before its directory, a stated number of entries, and a comment.
fn zip_with(entries: &[Entry], gap: &[u8], count: u16, comment: &[u8]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        directory.extend(entry.central(u32::try_from(file.len()).unwrap()));
        file.extend(entry.local());
    }
    file.extend(gap);
    let (offset, size) = (u32::try_from(file.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count.to_le_bytes());
    file.extend(count.to_le_bytes());
    file.extend(size.to_le_bytes());
    file.extend(offset.to_le_bytes());
    file.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    file.extend(comment);
    file
}

type Hostile = (&'static str, &'static str, Vec<u8>);

fn hostile() -> Vec<Hostile> {
    [names(), headers(), layouts()].into_iter().flatten().collect()
}

fn names() -> Vec<Hostile> {
    let one = |name: &str| zip(&[entry(name, b"x")]);
    vec![
        ("traversal", "a name that leaves its folder", one("../../etc/passwd")),
        ("traversal-inside", "a name that leaves its folder on the way", one("a/../../b")),
        ("absolute", "a name from the root", one("/etc/passwd")),
        ("drive", "a name on a drive", one("C:/autoexec.bat")),
        ("backslash", "a name with a backslash", one("a\\b")),
        ("nul-in-name", "a name with NUL", one("a\0.txt")),
        ("space-in-name", "a name with a space", one("a b")),
        ("bidi-name", "a name with a bidi control", one("a\u{202e}txt.exe")),
        ("not-utf8-name", "a name that is not text", zip(&[raw(b"a\xff", b"x")])),
        ("folder", "an entry that is a folder", one("a/")),
        ("no-name", "an entry without a name", one("")),
        ("long-name", "a name of 129 bytes", one(&"a".repeat(129))),
        ("duplicate-name", "two entries with one name", zip(&[entry("a", b"1"), entry("a", b"2")])),
        ("descending", "names that do not ascend", zip(&[entry("b", b"1"), entry("a", b"2")])),
        ("nested", "an entry inside another as in a folder", zip(&[entry("a", b"1"), entry("a/b", b"2")])),
        (
            "two-names",
            "a name at the entry and another in the directory",
            zip(&[Entry { local_name: b"b".to_vec(), ..entry("a", b"x") }]),
        ),
    ]
}

fn headers() -> Vec<Hostile> {
    let plain = || entry("a", b"hi");
    let one = |entry: Entry| zip(&[entry]);
    let zip64 = [1, 0, 16, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
    vec![
        (
            "deflate-bomb",
            "a deflated entry that claims to be 4 GiB",
            one(Entry { method: 8, size: u32::MAX, ..plain() }),
        ),
        (
            "deflate",
            "a deflated entry",
            one(Entry { method: 8, content: b"\x03\x00".to_vec(), packed: 2, size: 0, crc: 0, ..plain() }),
        ),
        (
            "other-method",
            "an entry packed by a method that few programs know",
            one(Entry { method: 93, ..plain() }),
        ),
        (
            "huge-claim",
            "a stored entry that claims to be 4 GiB",
            one(Entry { packed: u32::MAX, size: u32::MAX, ..plain() }),
        ),
        ("two-sizes", "an entry that is larger unpacked, and stored", one(Entry { size: 3, ..plain() })),
        (
            "short-claim",
            "an entry that claims to be shorter than it is",
            one(Entry { packed: 1, size: 1, crc: crc32(b"h"), ..plain() }),
        ),
        (
            "zip64",
            "sizes in a ZIP64 extra field",
            one(Entry { packed: u32::MAX, size: u32::MAX, extra: zip64.to_vec(), ..plain() }),
        ),
        ("extra-field", "an extra field", one(Entry { extra: vec![0x55, 0x54, 1, 0, 0], ..plain() })),
        ("entry-comment", "a comment at an entry", one(Entry { comment: b"hi".to_vec(), ..plain() })),
        ("data-descriptor", "sizes after the contents", one(Entry { flags: 8, ..plain() })),
        ("encrypted", "an entry marked as encrypted", one(Entry { flags: 1, ..plain() })),
        ("utf8-flag", "an entry marked as UTF-8", one(Entry { flags: 0x800, ..plain() })),
        ("time", "an entry with a time of day", one(Entry { time: 0x6000, ..plain() })),
        ("symlink", "an entry marked as a symbolic link", one(Entry { attributes: 0xa1ff_0000, ..plain() })),
        ("crc", "contents that are not those of the CRC-32", one(Entry { crc: 1, ..plain() })),
        ("overlap", "two entries in the directory that are one in the file", overlap()),
        ("other-offset", "a directory that points elsewhere", one(Entry { offset: Some(7), ..plain() })),
    ]
}

/// The directory lists two entries, and both point at the same bytes.
fn overlap() -> Vec<u8> {
    let inner = entry("a", b"hi");
    let mut file = inner.local();
    let offset = u32::try_from(file.len()).unwrap();
    let directory = [inner.central(0), entry("b", b"hi").central(0)].concat();
    let size = u32::try_from(directory.len()).unwrap();
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0\x02\0\x02\0");
    file.extend(size.to_le_bytes());
    file.extend(offset.to_le_bytes());
    file.extend([0, 0]);
    file
}

fn layouts() -> Vec<Hostile> {
    let good = zip(&[entry("a", b"hi")]);
    let one = [entry("a", b"hi")];
    let disks = {
        let mut file = good.clone();
        let at = file.len() - 18;
        file[at] = 1;
        file
    };
    vec![
        ("no-bytes", "no bytes at all", Vec::new()),
        ("no-end", "no end record", good[..good.len() - 22].to_vec()),
        ("cut-off", "the last byte is missing", good[..good.len() - 1].to_vec()),
        ("concatenated", "two containers one after the other", [&good[..], &good[..]].concat()),
        ("trailing-byte", "a byte after the end", [&good[..], b"\0"].concat()),
        ("leading-byte", "a byte before the beginning", [b"\0", &good[..]].concat()),
        ("archive-comment", "a comment at the end", zip_with(&one, b"", 1, b"hello")),
        (
            "hidden-end",
            "an end record within the comment of another",
            zip_with(&one, b"", 1, &good[good.len() - 22..]),
        ),
        ("gap", "bytes between the entries and the directory", zip_with(&one, b"\0\0", 1, b"")),
        (
            "hidden-entry",
            "an entry that the directory does not list",
            [&entry("a", b"hi").local()[..], &good[..]].concat(),
        ),
        ("count-too-small", "fewer entries stated than there are", zip_with(&one, b"", 0, b"")),
        ("count-too-large", "more entries stated than there are", zip_with(&one, b"", 2, b"")),
        ("ten-thousand-and-one", "10,001 entries stated", zip_with(&[], b"", 10_001, b"")),
        ("as-many-as-can-be", "65,535 entries stated, as ZIP64 does", zip_with(&[], b"", u16::MAX, b"")),
        ("second-disk", "a second disk", disks),
        ("gzip", "another kind of archive", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0".to_vec()),
    ]
}
