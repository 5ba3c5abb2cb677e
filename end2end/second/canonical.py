"""Canonical JSON (SPEC.md section 2): RFC 8785 without fractions, duplicates, lone surrogates and depth."""

import json
import re
from typing import Any, Final

from .refused import refuse

DEEPEST: Final = 32
LARGEST: Final = 2**53 - 1
INTEGER: Final = re.compile(r"(?:0|-?[1-9][0-9]{0,15})", re.ASCII)
BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def read(data: bytes, where: str = "the document") -> Any:
    """The value of bytes that are in canonical form."""
    _shallow(data, where)
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_fraction
        )
        again = write(value)
    except (ValueError, RecursionError) as error:
        refuse(where, "canonical JSON", error)
    if again != data:
        refuse(where, "canonical JSON", "another encoding of the same value")
    return value


def write(value: Any) -> bytes:
    """The one encoding of a value; ValueError for a lone surrogate."""
    return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def order(name: str) -> bytes:
    """By what members are sorted: the UTF-16 code units of their names."""
    return name.encode("utf-16-be")


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same document; Python alone takes `true` for 1."""
    try:
        return write(one) == write(other)
    except ValueError:
        return False


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value, key=order)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def _shallow(data: bytes, where: str) -> None:
    depth = 0
    for found in BRACKETS.finditer(data):
        sign = data[found.start()]
        if sign in b"[{":
            depth += 1
            if depth > DEEPEST:
                refuse(where, f"at most {DEEPEST} levels", "more")
        elif sign in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member name that occurs twice")
    return members


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text) or abs(int(text)) > LARGEST:
        raise ValueError("a number that is not a whole one within 2^53-1")
    return int(text)


def _fraction(_: str) -> Any:
    raise ValueError("a number that is not a whole one")

