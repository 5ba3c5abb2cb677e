"""Keys and trust (SPEC.md section 4)."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from . import canonical, ed25519, shape, signed, texts, words
from .refused import Unknown, refuse, require

KEY: Final = shape.record(
    {
        "keyid": shape.hex64,
        "public_key": shape.base64(32),
        "purposes": shape.array(shape.word("checkpoint", "pack", "receipt")),
        "valid_from": shape.time,
        "valid_until": shape.or_null(shape.time),
    }
)
TRUST: Final = shape.record(
    {
        "keys": shape.array(shape.anything, 1, 256),
        "rotations": shape.array(shape.anything, 0, 256),
        "vendor": shape.name,
        "vendor_name": shape.text,
    }
)
ROTATION: Final = shape.record({"from": shape.hex64, "time": shape.time, "to": shape.anything, "vendor": shape.name})


@dataclass(frozen=True)
class Key:
    """A key record."""

    keyid: str
    public: bytes
    purposes: tuple[str, ...]
    valid_from: int
    valid_until: int | None

    def may(self, purpose: str, at: int | None = None) -> bool:
        """Whether it may sign things of a purpose, at a time or ever."""
        in_time = at is None or self.valid_from <= at and (self.valid_until is None or at < self.valid_until)
        return purpose in self.purposes and in_time


@dataclass(frozen=True)
class Trust:
    """A trust document: which keys a vendor says it has, and which introduced which."""

    keys: dict[str, Key]
    rotations: tuple[tuple[str, str], ...]
    vendor: str
    vendor_name: str

    def trusted(self, named: Iterable[str]) -> set[str]:
        """The keys that are trusted because the reader named these ("Who vouches for whom")."""
        given = {keyid for keyid in named if keyid in self.keys}
        return given | self._reached(given, forwards=True) | self._reached(given, forwards=False)

    def _reached(self, given: set[str], forwards: bool) -> set[str]:
        steps = self.rotations if forwards else tuple((new, old) for old, new in self.rotations)
        found = set(given)
        fresh = set(given)
        while fresh:
            fresh = {to for source, to in steps if source in fresh} - found
            found |= fresh
        return found


def read(data: bytes, where: str = "trust.json") -> Trust:
    """A trust document, with its rotations checked."""
    value = canonical.read(data, where)
    TRUST(value, where)
    keys: dict[str, Key] = {}
    for place, item in enumerate(value["keys"]):
        key = read_key(item, f"{where}.keys.{place}")
        require(key.keyid not in keys, f"{where}.keys.{place}", "no keyid twice", key.keyid)
        keys[key.keyid] = key
    rotations = tuple(
        _rotation(item, keys, value["vendor"], f"{where}.rotations.{place}")
        for place, item in enumerate(value["rotations"])
    )
    return Trust(keys, rotations, value["vendor"], value["vendor_name"])


def read_key(value: Any, where: str) -> Key:
    """A key record, whose id is that of its key."""
    KEY(value, where)
    public = texts.from_base64(value["public_key"])
    require(ed25519.is_key(public), f"{where}.public_key", "a key that is not of small order")
    require(keyid_of(public) == value["keyid"], f"{where}.keyid", "the id of the key", value["keyid"])
    purposes = tuple(value["purposes"])
    require(list(purposes) == sorted(set(purposes)), f"{where}.purposes", "a sorted array without repetition")
    until = None if value["valid_until"] is None else texts.time(value["valid_until"])
    return Key(value["keyid"], public, purposes, texts.time(value["valid_from"]), until)


def keyid_of(public: bytes) -> str:
    """The id of a public key."""
    return hashlib.sha256(public).hexdigest()


def _rotation(item: Any, keys: dict[str, Key], vendor: str, where: str) -> tuple[str, str]:
    document = signed.opened(item, canonical.write(item), where)
    try:
        signed.known(document, {"rotation": ROTATION}, where)
    except Unknown as error:
        refuse(where, "a rotation", error.found)
    predicate = document.predicate
    to = read_key(predicate["to"], f"{where}.to")
    signed.about(document, [("key", to.keyid)], where)
    require(predicate["vendor"] == vendor, f"{where}.vendor", vendor, predicate["vendor"])
    incoming, outgoing = keys.get(to.keyid), keys.get(predicate["from"])
    if incoming is None or outgoing is None:
        refuse(where, "keys that are listed", to.keyid)
    require(incoming.public == to.public, where, "the same public key")
    for key in (outgoing, incoming):
        require(document.signed_by(key.keyid, key.public), where, f"a signature by {key.keyid}")
    return outgoing.keyid, incoming.keyid


def names(text: str, keyid: str) -> bool:
    """Whether text, as hex or words, names the key with this id."""
    digits = re.sub(r"[\s:]", "", re.sub(r"^\s*sha256:", "", text.lower()))
    if texts.HEX64.fullmatch(digits):
        return digits == keyid
    return _as_words(text) == keyid[:32]


def _as_words(text: str) -> str | None:
    spoken = text.lower().split()
    if len(spoken) != 16:
        return None
    lists = (words.EVEN, words.ODD)
    try:
        return bytes(lists[place % 2].index(word) for place, word in enumerate(spoken)).hex()
    except ValueError:
        return None
