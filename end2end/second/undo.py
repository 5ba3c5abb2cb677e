"""Undoing (SPEC.md section 9): what an action with `undoes` is held against."""

from typing import Any, Final

from . import canonical
from .contract import INVERSE

INVALID: Final = "CAPABILITY_ROLLBACK_PLAN_INVALID"
Against = tuple[str, str, str | None, str | None]


def restores(action: Any, standing: Any) -> bool:
    """Whether it undoes by writing the before-image back."""
    original = standing.get("undoes")
    return action["undoes"] is not None and original is not None and way(original["rollback"]) == "restore"


def against(action: Any, standing: Any, now: str) -> Against | None:
    """The first row of wall 5 about `undoes` that stops it: code, `at`, `found`, `allowed`."""
    original, cited = standing.get("undoes"), action["undoes"]
    if original is None and cited is None:
        return None
    if original is None or cited is None or not canonical.same(original["decision"], cited):
        return "MISSING_REQUIREMENT", "undoes", None, None
    if original["verdict"] != "ALLOW":
        return INVALID, "undoes", original["verdict"], "ALLOW"
    if original["connector"] != action["connector"]:
        return INVALID, "connector", action["connector"], original["connector"]
    return _against_how(action, original, now)


def _against_how(action: Any, original: Any, now: str) -> Against | None:
    how = way(original["rollback"])
    if how is None:
        return INVALID, "undoes", "a write that can't be undone", None
    if how == "compensate":
        named, own = original["rollback"]["compensate"]["operation"], f"{action['table']}.{action['operation']}"
        return None if named == own else (INVALID, "operation", own, named)
    if original["until"] is not None and now >= original["until"]:
        return INVALID, "undoes", now, f"before {original['until']}"
    if action["table"] != original["table"]:
        return INVALID, "table", action["table"], original["table"]
    inverse = INVERSE.get(original["operation"])
    if action["operation"] != inverse:
        return INVALID, "operation", action["operation"], inverse
    return None


def differs(action: Any, original: Any) -> Against | None:
    """The first row of wall 6 about a restore that stops it."""
    records, originals = action["records"], original["records"]
    if len(records) != len(originals):
        return INVALID, "records", str(len(records)), str(len(originals))
    for place, (record, undone) in enumerate(zip(records, originals, strict=True)):
        at = f"records.{place}"
        if not canonical.same(record["key"], undone["key"]):
            return INVALID, at, "another record", None
        if record["owner"] != "unobserved" and state(record["before"]) != undone["after"]:
            return "PRECONDITION_FAILED", at, "a state that is not the one the original left", None
        if state(record["after"]) != undone["before"]:
            return "MISSING_REQUIREMENT", at, "a state that is not the one the original found", None
    return None


def state(of: Any) -> str | None:
    """The hash of a state, or null."""
    return None if of is None else str(of["hash"])


def way(rollback: Any) -> str | None:
    """`restore`, `compensate`, or none for what cannot be undone."""
    return None if rollback is None or rollback == "none" else str(next(iter(rollback)))

