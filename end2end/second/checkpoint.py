"""The signed head of a log (SPEC.md section 12): a C2SP signed note."""

import re
from dataclasses import dataclass
from typing import Final

from . import ed25519, texts
from .refused import Refused, refuse, require
from .trust import Key

ORIGIN: Final = re.compile(r"[!-*,-~]{1,255}", re.ASCII)
SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
SIGNATURE: Final = re.compile(r"\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)")
LONGEST: Final = 65_536
WITNESSES: Final = 16


@dataclass(frozen=True)
class Checkpoint:
    """A log's origin, size and root, and the one signature that carries the origin's name."""

    origin: str
    size: int
    root: bytes
    key_hash: bytes
    signature: bytes

    def signed_by(self, public: bytes) -> bool:
        """Whether the key signed it."""
        if texts.sha256(self.origin.encode() + b"\n\x01" + public)[:4] != self.key_hash:
            return False
        body = f"{self.origin}\n{self.size}\n{texts.to_base64(self.root)}\n"
        return ed25519.holds(public, body.encode(), self.signature)

    def signer(self, keys: dict[str, Key]) -> Key | None:
        """The key of these that signed it."""
        return next((key for key in keys.values() if self.signed_by(key.public)), None)


def read(data: bytes, where: str = "checkpoint") -> Checkpoint:
    """A signed checkpoint from its bytes."""
    require(len(data) <= LONGEST, where, f"at most {LONGEST} bytes", len(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        refuse(where, "UTF-8", error)
    require(text.endswith("\n"), where, "a last line with its line feed")
    lines = text[:-1].split("\n")
    require(len(lines) >= 5 and lines[3] == "", where, "three lines, an empty line, signatures", len(lines))
    origin, size, root = lines[:3]
    require(ORIGIN.fullmatch(origin) is not None, where, "an origin", origin)
    require(SIZE.fullmatch(size) is not None and int(size) < 2**53, where, "a size", size)
    hashed = texts.from_base64(root, 32, where)
    blob = _own(lines[4:], origin, where)
    return Checkpoint(origin, int(size), hashed, blob[:4], blob[4:])


def _own(lines: list[str], origin: str, where: str) -> bytes:
    own: list[bytes] = []
    for line in lines:
        found = SIGNATURE.fullmatch(line)
        if found is None:
            refuse(where, "a signature line", line)
        if found[1] == origin:
            own.append(texts.from_base64(found[2], 68, where))
        else:
            texts.from_base64(found[2], None, where)
    require(len(own) == 1, where, "one signature of the origin's name", len(own))
    require(len(lines) <= WITNESSES + 1, where, f"at most {WITNESSES} witnesses", len(lines) - 1)
    return own[0]


def signed(data: bytes, public: bytes) -> bool:
    """Whether the bytes are a checkpoint that the key signed."""
    try:
        return read(data).signed_by(public)
    except Refused:
        return False
