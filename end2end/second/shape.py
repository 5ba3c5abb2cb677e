"""What a document consists of: every member that SPEC.md names is there, and none besides (section 2)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from . import texts
from .refused import refuse, require

Shape = Callable[[Any, str], None]


def record(members: Mapping[str, Shape], maybe: Mapping[str, Shape] | None = None) -> Shape:
    """An object of exactly these members; those of `maybe` may be absent."""
    others = maybe or {}

    def check(value: Any, where: str) -> None:
        require(isinstance(value, dict), where, "an object", value)
        for name in value:
            require(name in members or name in others, f"{where}.{name}", "no such member")
        for name, shape in members.items():
            require(name in value, f"{where}.{name}", "a member")
            shape(value[name], f"{where}.{name}")
        for name, shape in others.items():
            if name in value:
                shape(value[name], f"{where}.{name}")

    return check


def array(item: Shape, least: int = 0, most: int | None = None) -> Shape:
    """An array of `least` to `most` items."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, list), where, "an array", value)
        require(len(value) >= least, where, f"at least {least} items", len(value))
        require(most is None or len(value) <= most, where, f"at most {most} items", len(value))
        for place, entry in enumerate(value):
            item(entry, f"{where}.{place}")

    return check


def mapping(name: Shape, item: Shape) -> Shape:
    """An object of any members with names and values of these shapes."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, dict), where, "an object", value)
        for key, entry in value.items():
            name(key, f"{where}.{key}")
            item(entry, f"{where}.{key}")

    return check


def or_null(shape: Shape) -> Shape:
    """The shape or null."""

    def check(value: Any, where: str) -> None:
        if value is not None:
            shape(value, where)

    return check


def word(*words: str) -> Shape:
    """One of these words."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, str) and value in words, where, " or ".join(words), value)

    return check


def tagged(**shapes: Shape) -> Shape:
    """An object of one member, whose name says what it is."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, dict) and len(value) == 1, where, "an object of one member", value)
        tag = next(iter(value))
        require(tag in shapes, where, " or ".join(shapes), tag)
        shapes[tag](value[tag], f"{where}.{tag}")

    return check


def either(words: Shape, other: Shape) -> Shape:
    """Text of one shape, or anything else of the other."""

    def check(value: Any, where: str) -> None:
        (words if isinstance(value, str) else other)(value, where)

    return check


def number(least: int, most: int) -> Shape:
    """A whole number of this range."""

    def check(value: Any, where: str) -> None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        require(whole and least <= value <= most, where, f"a number from {least} to {most}", value)

    return check


def matching(pattern: re.Pattern[str], what: str) -> Shape:
    """Text that a pattern matches as a whole."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, str) and pattern.fullmatch(value) is not None, where, what, value)

    return check


def string(most: int | None = texts.TEXT_MAX) -> Shape:
    """Text of at most so many bytes of UTF-8."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, str), where, "text", value)
        require(most is None or len(value.encode("utf-8")) <= most, where, f"at most {most} bytes")

    return check


def boolean(value: Any, where: str) -> None:
    """`true` or `false`."""
    require(isinstance(value, bool), where, "true or false", value)


def time(value: Any, where: str) -> None:
    """A time."""
    require(isinstance(value, str), where, "a time", value)
    texts.time(value, where)


def scalar(value: Any, where: str) -> None:
    """A value of a column."""
    if not texts.is_value(value):
        refuse(where, "a value", value)


def base64(length: int | None = None) -> Shape:
    """Base64 of so many bytes."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, str), where, "base64", value)
        texts.from_base64(value, length, where)

    return check


def base64url(length: int) -> Shape:
    """Base64url of so many bytes."""

    def check(value: Any, where: str) -> None:
        require(isinstance(value, str), where, "base64url", value)
        texts.from_base64url(value, length, where)

    return check


def anything(_value: Any, _where: str) -> None:
    """Anything."""


name: Final = matching(texts.NAME, "a name")
identifier: Final = matching(texts.IDENTIFIER, "an identifier")
digest: Final = matching(texts.DIGEST, "a digest")
hex64: Final = matching(texts.HEX64, "64 lower-case hex digits")
text: Final = string()
count: Final = number(0, 2**53 - 1)
