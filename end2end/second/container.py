"""The container (SPEC.md section 13): a ZIP in the one encoding that its files allow.

It is read once from the front, header by header, and once more as the directory must be: every byte of directory and
end record is made anew from what the local headers said, and compared. So nothing is unpacked, nothing is trusted that
a header claims before the bytes are there, and the work is in proportion to the file.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from .refused import Unknown, shown

BIGGEST: Final = 2**31 - 1
MOST: Final = 10_000
NAME: Final = re.compile(r"[A-Za-z0-9._/-]{1,128}", re.ASCII)
LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
END: Final = struct.Struct("<4sHHHHIIH")
DATE: Final = 0x0021
VERSION: Final = 20

MUST: Final = frozenset(
    "README.txt summary.html manifest.dsse manifest.json receipts.jsonl cited.jsonl trust.json disclosures.json".split()
)
MAY: Final = frozenset(["checkpoint", "edges.json", "verifier.html"])
DOCUMENT: Final = re.compile(r"contracts/[0-9a-f]{64}\.json|envelopes/[0-9a-f]{64}\.(?:json|cedar|cedarschema)", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One file: where its header begins, and its checksum and contents."""

    name: bytes
    offset: int
    crc: int
    data: memoryview


def read(data: bytes | memoryview) -> dict[str, memoryview]:
    """The files of a container by name, in order."""
    view = memoryview(data)
    if len(view) > BIGGEST:
        raise _no("the file", f"at most {BIGGEST} bytes", len(view))
    entries, after = _entries(view)
    _directory(view, entries, after)
    files = {entry.name.decode("ascii"): entry.data for entry in entries}
    for name in files:
        parts = name.split("/")
        for length in range(1, len(parts)):
            if "/".join(parts[:length]) in files:
                raise _no(name, "no name that is a folder of another")
    return files


def complete(files: dict[str, memoryview]) -> None:
    """Every file that must be there is, and none that the table does not name."""
    for name in sorted(MUST):
        if name not in files:
            raise _no(name, "a file that must be there")
    for name in files:
        if name not in MUST and name not in MAY and not DOCUMENT.fullmatch(name):
            raise _no(name, "a file that this version knows")


def _entries(view: memoryview) -> tuple[list[Entry], int]:
    entries: list[Entry] = []
    at = 0
    while bytes(view[at : at + 4]) == b"PK\x03\x04":
        if len(entries) == MOST:
            raise _no("the file", f"at most {MOST} entries", "more")
        entry = _entry(view, at)
        if entries and entry.name <= entries[-1].name:
            raise _no(shown(bytes(entry.name)), "names in ascending order, none twice")
        entries.append(entry)
        at += LOCAL.size + len(entry.name) + len(entry.data)
    return entries, at


def _entry(view: memoryview, at: int) -> Entry:
    if at + LOCAL.size > len(view):
        raise _no(f"byte {at}", "a header", "the end")
    _, version, flags, method, hour, day, crc, packed, size, length, extra = LOCAL.unpack_from(view, at)
    if (version, flags, method, hour, day, extra) != (VERSION, 0, 0, 0, DATE, 0) or packed != size:
        raise _no(f"byte {at}", "a header in the one encoding")
    begin = at + LOCAL.size + length
    name = bytes(view[at + LOCAL.size : begin])
    if begin + size > len(view):
        raise _no(f"byte {at}", f"{size} bytes", "the end")
    _named(name, length)
    contents = view[begin : begin + size]
    if zlib.crc32(contents) != crc:
        raise _no(shown(name.decode("ascii")), "contents of the checksum that the header has")
    return Entry(name, at, crc, contents)


def _named(name: bytes, length: int) -> None:
    text = name.decode("latin-1")
    parts = text.split("/")
    if len(name) != length or not NAME.fullmatch(text) or any(part in ("", ".", "..") for part in parts):
        raise _no("a name", "1 to 128 plain characters, no empty segment, '.' or '..'", text)


def _directory(view: memoryview, entries: list[Entry], at: int) -> None:
    begin = at
    for entry in entries:
        row = _row(entry)
        if view[at : at + len(row)] != row:
            raise _no(f"byte {at}", "the directory's entry for " + entry.name.decode("ascii"))
        at += len(row)
    end = END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), at - begin, begin, 0)
    if view[at:] != end:
        raise _no(f"byte {at}", "the end record and nothing after it")


def _row(entry: Entry) -> bytes:
    size = len(entry.data)
    fixed = CENTRAL.pack(
        b"PK\x01\x02", VERSION, VERSION, 0, 0, 0, DATE, entry.crc, size, size, len(entry.name), 0, 0, 0, 0, 0, entry.offset
    )
    return fixed + entry.name


def _no(where: str, expected: str, found: object = "") -> Unknown:
    return Unknown(shown(where), expected, shown(found))
