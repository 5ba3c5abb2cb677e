"""What one tenant's agents may do (SPEC.md section 7)."""

from typing import Any, Final

from . import cedar, contract, shape, texts
from .refused import require

Envelope = dict[str, Any]
ITEMS: Final = 1_000

APPROVAL: Final = shape.record(
    {"expires_seconds": shape.number(60, 2_592_000), "group": shape.name, "quorum": shape.number(1, 20)}
)
IS: Final = shape.tagged(
    at_least=shape.scalar,
    at_most=shape.scalar,
    equal=shape.scalar,
    not_equal=shape.scalar,
    one_of=shape.array(shape.scalar, 1, ITEMS),
)
CONDITION: Final = shape.record({"column": shape.identifier, "is": IS, "of": shape.word("before", "set")})
RULE: Final = shape.record(
    {
        "agents": shape.or_null(shape.array(shape.name, 1, ITEMS)),
        "approval": shape.or_null(APPROVAL),
        "columns": shape.or_null(shape.array(shape.identifier, 1, ITEMS)),
        "effect": shape.word("allow", "ask", "never"),
        "id": shape.name,
        "max_rows": shape.or_null(shape.number(1, 2**32 - 1)),
        "operations": shape.or_null(shape.array(shape.word(*contract.OPERATIONS), 1, ITEMS)),
        "table": shape.identifier,
        "when": shape.array(CONDITION, 0, 50),
    }
)
LIMIT: Final = shape.record(
    {
        "agents": shape.or_null(shape.array(shape.name, 1, ITEMS)),
        "id": shape.name,
        "max_rows": shape.count,
        "operations": shape.or_null(shape.array(shape.word(*contract.OPERATIONS), 1, ITEMS)),
        "table": shape.or_null(shape.identifier),
        "window_seconds": shape.number(1, 2_678_400),
    }
)
ENVELOPE: Final = shape.record(
    {
        "approval": APPROVAL,
        "cedar": shape.or_null(shape.string(65_536)),
        "contract": shape.digest,
        "frozen": shape.boolean,
        "limits": shape.array(LIMIT, 0, 200),
        "rules": shape.array(RULE, 0, 200),
        "tenant": shape.name,
        "valid_from": shape.time,
        "valid_until": shape.or_null(shape.time),
        "version": shape.number(0, 2**32 - 1),
    }
)


def admit(envelope: Any, of: contract.Contract, where: str) -> None:
    """Refuses what is no envelope, or one that names what its contract does not have."""
    for rule in envelope["rules"]:
        require(rule["table"] in of["tables"], where, "a table of the contract", rule["table"])
        _rule(rule, of["tables"][rule["table"]], f"{where}: {rule['id']}")
    for limit in envelope["limits"]:
        _limit(limit, of, f"{where}: {limit['id']}")
    ids = [entry["id"] for entry in (*envelope["rules"], *envelope["limits"])]
    require(len(set(ids)) == len(ids), where, "ids that are all different")
    until = envelope["valid_until"]
    later = until is None or texts.time(until) > texts.time(envelope["valid_from"])
    require(later, where, "valid_until after valid_from", until)
    if envelope["cedar"] is not None:
        cedar.admit(envelope["cedar"], where)


def _rule(rule: Any, table: Any, where: str) -> None:
    for operation in rule["operations"] or ():
        require(operation in table["operations"], where, "an operation of the table", operation)
    require(bool(operations(rule, table)), where, "an operation of the table")
    for column in rule["columns"] or ():
        require(column in table["columns"], where, "a column of the table", column)
    asks = rule["effect"] == "ask"
    require(asks == (rule["approval"] is not None), where, "an approval exactly if it asks")
    for condition in rule["when"]:
        _condition(condition, rule, table, where)


def _condition(condition: Any, rule: Any, table: Any, where: str) -> None:
    column = table["columns"].get(condition["column"])
    require(column is not None and column["class"] == "open", where, "an open column", condition["column"])
    about_delete = "delete" in operations(rule, table)
    require(condition["of"] != "set" or not about_delete, where, "no value that a delete sets")
    (test, constant), = condition["is"].items()
    require(test not in ("at_least", "at_most") or column["type"] == "integer", where, "an integer column")
    for value in constant if test == "one_of" else [constant]:
        fits = value is not None and contract.is_value_of(column, value)
        require(fits, where, "a value of the column", value)


def _limit(limit: Any, of: contract.Contract, where: str) -> None:
    if limit["table"] is not None:
        require(limit["table"] in of["tables"], where, "a table of the contract", limit["table"])
    tables = of["tables"].values() if limit["table"] is None else [of["tables"][limit["table"]]]
    for operation in limit["operations"] or ():
        known = any(operation in table["operations"] for table in tables)
        require(known, where, "an operation of the contract", operation)


def operations(rule: Any, table: Any) -> list[str]:
    """The operations that a rule matches, in the order delete, insert, update."""
    return [name for name in contract.OPERATIONS if name in table["operations"] and among(name, rule["operations"])]


def among(item: str, items: list[str] | None) -> bool:
    """Null stands for all."""
    return items is None or item in items


def counts(limit: Any, action: Any) -> bool:
    """Whether a limit counts an action."""
    in_table = limit["table"] is None or limit["table"] == action["table"]
    return in_table and among(action["agent"], limit["agents"]) and among(action["operation"], limit["operations"])


def matches_apart_from_records(rule: Any, action: Any) -> bool:
    """Whether a rule matches but for `max_rows` and `when`."""
    if rule["table"] != action["table"] or not among(action["operation"], rule["operations"]):
        return False
    if not among(action["agent"], rule["agents"]):
        return False
    if rule["columns"] is None:
        return True
    quantifier = any if rule["effect"] == "never" else all
    return quantifier(column in rule["columns"] for column in action["set"])
