"""Texts for bytes, names, times and values of columns (SPEC.md section 2)."""

import base64
import binascii
import calendar
import datetime
import hashlib
import re
from typing import Any, Final

from .canonical import LARGEST
from .refused import refuse, require

DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
HEX64: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}", re.ASCII)
TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{6})Z", re.ASCII
)
DECIMAL: Final = re.compile(r"-?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:e-?[0-9]{1,400})?", re.ASCII)
TEXT_MAX: Final = 2_000
VALUE_MAX: Final = 65_536


def sha256(data: bytes | memoryview) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def digest(data: bytes | memoryview) -> str:
    """The digest of bytes: `sha256:` and 64 hex digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def from_base64(text: str, length: int | None = None, where: str = "base64") -> bytes:
    """Bytes of RFC 4648 section 4 with padding; stray bits are refused."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        refuse(where, "base64", text)
    require(base64.b64encode(data).decode("ascii") == text, where, "base64 without stray bits", text)
    require(length is None or len(data) == length, where, f"{length} bytes", f"{len(data)} bytes")
    return data


def to_base64(data: bytes) -> str:
    """RFC 4648 section 4."""
    return base64.b64encode(data).decode("ascii")


def to_base64url(data: bytes) -> str:
    """RFC 4648 section 5 without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def from_base64url(text: str, length: int, where: str) -> bytes:
    """Bytes of RFC 4648 section 5 without padding; stray bits are refused."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        refuse(where, "base64url", text)
    require(to_base64url(data) == text and len(data) == length, where, f"base64url of {length} bytes", text)
    return data


def time(text: str, where: str = "time") -> int:
    """Microseconds since 1970 of a time."""
    found = TIME.fullmatch(text)
    if found is None:
        refuse(where, "a time with six digits of fraction", text)
    year, month, day, hour, minute, second, fraction = (int(part) for part in found.groups())
    holds = 1 <= year <= 9999 and 1 <= month <= 12 and hour <= 23 and minute <= 59 and second <= 59
    require(holds and 1 <= day <= calendar.monthrange(year, month)[1], where, "a time that exists", text)
    return calendar.timegm((year, month, day, hour, minute, second)) * 1_000_000 + fraction


def written(microseconds: int) -> str:
    """The time so many microseconds after 1970, as it is written; the last that can be for what is beyond it."""
    latest = time("9999-12-31T23:59:59.999999Z")
    seconds, fraction = divmod(min(microseconds, latest), 1_000_000)
    days, second = divmod(seconds, 86_400)
    day = datetime.date(1970, 1, 1) + datetime.timedelta(days=days)
    return f"{day.isoformat()}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{fraction:06}Z"


def is_value(value: Any) -> bool:
    """Whether it is a value of any column."""
    if isinstance(value, str):
        return len(value.encode("utf-8")) <= VALUE_MAX
    return value is None or isinstance(value, (bool, int))


def has_type(value: Any, kind: str) -> bool:
    """Whether a value other than null is of the column's type."""
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return _is_integer(value)
    if not isinstance(value, str) or not is_value(value):
        return False
    if kind == "decimal":
        return DECIMAL.fullmatch(value) is not None
    if kind == "bytes":
        return _is_base64(value)
    return "\0" not in value


def as_integer(value: Any) -> int:
    """The number that an integer column's value is."""
    return int(value)


def _is_integer(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) <= LARGEST
    if not isinstance(value, str) or not re.fullmatch(r"-?[1-9][0-9]{15,18}", value, re.ASCII):
        return False
    return abs(int(value)) > LARGEST and -(2**63) <= int(value) < 2**63


def _is_base64(text: str) -> bool:
    try:
        return to_base64(base64.b64decode(text.encode("ascii"), validate=True)) == text
    except (UnicodeEncodeError, binascii.Error):
        return False
