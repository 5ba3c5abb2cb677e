"""What an envelope's rules say of an action (SPEC.md sections 7 and 8), without Cedar.

The policies that `cedar` makes of rules mean what section 7 says that the rules mean, so that is asked here. What
somebody wrote by hand in Cedar only Cedar can answer: then there is no answer.
"""

from dataclasses import dataclass
from typing import Any, Final

from .envelope import matches_apart_from_records
from .texts import as_integer, has_type

WORST: Final = ("permitted", "unmatched", "forbidden", "failed")


class OnlyCedar(Exception):
    """The answer depends on hand-written Cedar, which this checker cannot evaluate."""


@dataclass(frozen=True)
class Answer:
    """Permitted, unmatched, forbidden or failed, and the rules that determined it, in the envelope's order."""

    is_: str
    rules: tuple[str, ...] = ()


class Unaskable(Exception):
    """A question that cannot be put."""


def ask(envelope: Any, table: Any, action: Any, with_approval: bool) -> Answer:
    """Over all records the worst answer, and the rules of every record with it."""
    if envelope["cedar"] is not None:
        raise OnlyCedar
    answers = [_of_record(envelope, table, action, record, with_approval) for record in action["records"]]
    worst = max((answer.is_ for answer in answers), key=WORST.index)
    rules = {rule for answer in answers if answer.is_ == worst for rule in answer.rules}
    return Answer(worst, tuple(rule["id"] for rule in envelope["rules"] if rule["id"] in rules))


def _of_record(envelope: Any, table: Any, action: Any, record: Any, with_approval: bool) -> Answer:
    try:
        values = {"before": _before(table, record), "set": _set(table, action, record)}
    except Unaskable:
        return Answer("failed")
    matched = [rule for rule in envelope["rules"] if _matches(rule, table, action, values)]
    forbids = tuple(rule["id"] for rule in matched if rule["effect"] == "never")
    if forbids:
        return Answer("forbidden", forbids)
    permits = tuple(r["id"] for r in matched if r["effect"] == "allow" or r["effect"] == "ask" and with_approval)
    return Answer("permitted", permits) if permits else Answer("unmatched")


def _matches(rule: Any, table: Any, action: Any, values: Any) -> bool:
    if not matches_apart_from_records(rule, action):
        return False
    if rule["max_rows"] is not None and len(action["records"]) > rule["max_rows"]:
        return False
    return all(_holds(condition, table, values[condition["of"]]) for condition in rule["when"])


def _holds(condition: Any, table: Any, values: Any) -> bool:
    column = condition["column"]
    if column not in values:
        return False
    kind = table["columns"][column]["type"]
    (test, constant), = condition["is"].items()
    if test == "one_of":
        return any(_number(item, kind) == values[column] for item in constant)
    value, bound = values[column], _number(constant, kind)
    if test == "at_least":
        return bool(value >= bound)
    if test == "at_most":
        return bool(value <= bound)
    return bool((value == bound) == (test == "equal"))


def _before(table: Any, record: Any) -> dict[str, Any]:
    cells = {} if record["before"] is None else record["before"]["cells"]
    found: dict[str, Any] = {}
    for name, column in table["columns"].items():
        if column["class"] == "open" and name in cells and "open" in cells[name]:
            _put(found, name, cells[name]["open"]["value"], column["type"])
    return found


def _set(table: Any, action: Any, record: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in action["set"].items():
        column = table["columns"].get(name)
        if column is not None and column["class"] == "open":
            _put(found, name, value["open"] if "open" in value else _stands(name, record), column["type"])
    return found


def _stands(name: str, record: Any) -> Any:
    """The value of a column that is set, as it stands in this record."""
    for state in (record["after"], record["before"]):
        if state is not None and "open" in state["cells"].get(name, {}):
            return state["cells"][name]["open"]["value"]
    raise Unaskable


def _put(found: dict[str, Any], name: str, value: Any, kind: str) -> None:
    if value is None:
        return
    if not has_type(value, kind):
        raise Unaskable
    found[name] = _number(value, kind)


def _number(value: Any, kind: str) -> Any:
    return as_integer(value) if kind == "integer" else value
