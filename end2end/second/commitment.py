"""Disclosures, cells and states (SPEC.md section 5)."""

from typing import Any, Final

from . import canonical, shape, texts

SALT: Final = shape.string(None)
HASHED: Final = shape.string(None)
CELL: Final = shape.tagged(open=shape.record({"salt": SALT, "value": shape.scalar}), sealed=HASHED)
STATE: Final = shape.record({"cells": shape.mapping(shape.text, CELL), "hash": shape.digest})


def disclosure(value: Any, where: str) -> None:
    """An array of salt, column and value."""
    shape.array(shape.anything, 3, 3)(value, where)
    SALT(value[0], f"{where}.salt")
    shape.text(value[1], f"{where}.column")
    shape.scalar(value[2], f"{where}.value")


def digest(value: list[Any]) -> str:
    """The digest of a disclosure (RFC 9901 section 4.2.3)."""
    return texts.to_base64url(texts.sha256(texts.to_base64url(canonical.write(value)).encode("ascii")))


def cell(column: str, value: Any) -> str:
    """The digest of a cell, open or sealed."""
    if "sealed" in value:
        return str(value["sealed"])
    return digest([value["open"]["salt"], column, value["open"]["value"]])


def state(*layers: Any) -> str:
    """The state hash of cells laid on each other."""
    cells = {column: cell(column, value) for layer in layers for column, value in layer.items()}
    return texts.digest(canonical.write(cells))


def hashes_hold(record: Any) -> bool:
    """Whether the state hashes of a record are those of its cells."""
    before, after = record["before"], record["after"]
    if before is not None and before["hash"] != state(before["cells"]):
        return False
    if after is None:
        return True
    layers = [after["cells"]] if before is None else [before["cells"], after["cells"]]
    return bool(after["hash"] == state(*layers))
