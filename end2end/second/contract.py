"""What a connector may touch at all (SPEC.md section 6)."""

from typing import Any, Final

from . import shape, texts
from .refused import require

Contract = dict[str, Any]
OPERATIONS: Final = ("delete", "insert", "update")
INVERSE: Final = {"delete": "insert", "insert": "delete", "update": "update"}

ROLLBACK: Final = shape.either(
    shape.word("none"),
    shape.tagged(
        restore=shape.record({"window_seconds": shape.number(0, 2**32 - 1)}),
        compensate=shape.record({"operation": shape.string(None)}),
    ),
)
COLUMN: Final = shape.record(
    {
        "class": shape.word("open", "sealed"),
        "nullable": shape.boolean,
        "type": shape.word("boolean", "integer", "decimal", "text", "timestamp", "bytes"),
        "writable": shape.boolean,
    }
)
OPERATION: Final = shape.record(
    {
        "columns": shape.array(shape.identifier),
        "consequence": shape.word("low", "consequential", "irreversible"),
        "max_rows": shape.count,
        "rollback": ROLLBACK,
    }
)
TABLE: Final = shape.record(
    {
        "columns": shape.mapping(shape.identifier, COLUMN),
        "key": shape.array(shape.identifier, 1),
        "operations": shape.record({}, dict.fromkeys(OPERATIONS, OPERATION)),
        "tenant_column": shape.identifier,
    }
)
CONTRACT: Final = shape.record(
    {
        "connector": shape.name,
        "database": shape.word("postgresql", "sqlite"),
        "tables": shape.mapping(shape.identifier, TABLE),
        "version": shape.number(0, 2**32 - 1),
    }
)


def admit(contract: Any, where: str) -> None:
    """Refuses what is no contract, or one that says what cannot be."""
    CONTRACT(contract, where)
    for name, table in contract["tables"].items():
        _table(contract, table, f"{where}: {name}")


def _table(contract: Contract, table: Any, where: str) -> None:
    columns = table["columns"]
    for column in [*table["key"], table["tenant_column"]]:
        require(column in columns and columns[column]["class"] == "open", where, "an open key or tenant column", column)
    for name, operation in table["operations"].items():
        at = f"{where}.{name}"
        require(1 <= operation["max_rows"] <= 1_000, at, "max_rows from 1 to 1,000", operation["max_rows"])
        _columns(table, name, operation["columns"], at)
        require(can_be_carried_out(contract, operation["rollback"]), at, "a rollback that can be carried out")


def _columns(table: Any, operation: str, columns: list[str], where: str) -> None:
    require((operation == "delete") == (not columns), where, "columns, and none for a delete", columns)
    for column in columns:
        known = column in table["columns"] and table["columns"][column]["writable"]
        require(known, where, "columns of the table that are writable", column)
        fixed = operation == "update" and column in (*table["key"], table["tenant_column"])
        require(not fixed, where, "no key or tenant column", column)


def can_be_carried_out(contract: Contract, rollback: Any) -> bool:
    """Whether a rollback can be carried out."""
    if rollback == "none":
        return True
    if "restore" in rollback:
        return bool(rollback["restore"]["window_seconds"] > 0)
    table, _, operation = rollback["compensate"]["operation"].partition(".")
    return table in contract["tables"] and operation in contract["tables"][table]["operations"]


def is_value_of(column: Any, value: Any) -> bool:
    """Whether it is a value of the column (section 2)."""
    return bool(column["nullable"]) if value is None else texts.has_type(value, column["type"])
