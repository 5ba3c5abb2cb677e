"""`decide` (SPEC.md section 9): walls 1 to 7, then what the rules say, then people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from . import undo
from .contract import can_be_carried_out, is_value_of
from .envelope import counts, matches_apart_from_records
from .question import Answer, ask

Reason = dict[str, str | None]
FACT_MAX: Final = 200
INVALID: Final = "CAPABILITY_ROLLBACK_PLAN_INVALID"


@dataclass
class Case:
    """What is decided on; `measure` is the operation in the contract by which it is measured, once wall 5 knows it."""

    contract: Any
    envelope: Any
    action: Any
    standing: Any
    now: str
    measure: Any = None

    @property
    def table(self) -> Any:
        """The action's table in the contract."""
        return self.contract["tables"].get(self.action["table"])

    @property
    def restores(self) -> bool:
        """Whether it undoes by writing back ("Undoing")."""
        return undo.restores(self.action, self.standing)

    @property
    def rollback(self) -> Any:
        """The decision's `rollback`: null before wall 5 knows the operation; nothing is restored twice."""
        if self.measure is None:
            return None
        return "none" if self.restores else self.measure["rollback"]

    @property
    def offered(self) -> bool:
        """Whether the contract offers the action's own operation."""
        return self.action["operation"] in self.table["operations"]


def decide(contract: Any, envelope: Any, action: Any, standing: Any, now: str) -> dict[str, Any]:
    """The decision; OnlyCedar if it depends on what was written by hand."""
    case = Case(contract, envelope, action, standing, now)
    for wall in WALLS:
        reasons = wall(case)
        if reasons:
            return _decision(case, "DENY", reasons)
    return _asked(case)


def reason(code: str, at: str | None = None, found: str | None = None, allowed: str | None = None, rule: str | None = None) -> Reason:
    """A reason: a code and four facts, cut after 200 characters."""
    facts = {"at": at, "found": found, "allowed": allowed, "rule": rule}
    return {"code": code} | {name: None if fact is None else fact[:FACT_MAX] for name, fact in facts.items()}


def _decision(case: Case, verdict: str, reasons: list[Reason], rules: tuple[str, ...] = (), approval: Any = None) -> dict[str, Any]:
    return {
        "approval": approval if verdict == "ESCALATE" else None,
        "reasons": reasons,
        "rollback": case.rollback,
        "rules": list(rules),
        "verdict": verdict,
    }


def _may_act(case: Case) -> list[Reason]:
    standing, agent = case.standing, case.action["agent"]
    for who in ("portal", "tenant"):
        if standing[f"{who}_frozen"]:
            return [reason("SYSTEM_FROZEN", who)]
    if standing["agent"] == "suspended":
        return [reason("AGENT_KILLED", "agent", agent)]
    if standing["agent"] == "unknown":
        return [reason("PRINCIPAL_INACTIVE", "agent", agent)]
    return []


def _in_force(case: Case) -> list[Reason]:
    if case.contract is None:
        return [reason("CAPABILITY_UNKNOWN", "connector")]
    if case.envelope is None:
        return [reason("NO_POLICY_DEFINED", "tenant")]
    cited = case.envelope["contract"]
    if cited != case.standing["contract"]:
        return [reason("POLICY_HASH_MISMATCH", "envelope", cited)]
    if case.envelope["frozen"]:
        return [reason("SYSTEM_FROZEN", "envelope")]
    return _in_time(case)


def _in_time(case: Case) -> list[Reason]:
    begins, ends = case.envelope["valid_from"], case.envelope["valid_until"]
    if case.now < begins:
        return [reason("MANDATE_OUTSIDE_VALIDITY", None, case.now, f"from {begins}")]
    if ends is not None and case.now >= ends:
        return [reason("MANDATE_OUTSIDE_VALIDITY", None, case.now, f"before {ends}")]
    return []


def _not_drifted(case: Case) -> list[Reason]:
    if case.action["schema"] == "drifted":
        return [reason("ERR_CONNECTOR_CONTRACT_DRIFT", "connector", case.action["connector"])]
    return []


def _own_tenant(case: Case) -> list[Reason]:
    records = [
        reason("TENANT_ISOLATION", f"records.{place}")
        for place, record in enumerate(case.action["records"])
        if isinstance(record["owner"], dict) or "foreign" in record["key"]
    ]
    columns = [reason("TENANT_ISOLATION", f"set.{name}") for name, value in _in_order(case) if "foreign" in value]
    return records + columns


def _in_order(case: Case) -> list[tuple[str, Any]]:
    """Columns of `set` in the order of their UTF-8 bytes."""
    return sorted(case.action["set"].items(), key=lambda pair: pair[0].encode("utf-8"))


def _in_contract(case: Case) -> list[Reason]:
    """Wall 5."""
    against = undo.against(case.action, case.standing, case.now)
    if against is not None:
        return [reason(*against)]
    if case.table is None:
        return [reason("SCHEMA_VIOLATION", "table", case.action["table"], ", ".join(sorted(case.contract["tables"])))]
    operation = case.standing["undoes"]["operation"] if case.restores else case.action["operation"]
    case.measure = case.table["operations"].get(operation)
    if case.measure is None:
        return [reason("SCHEMA_VIOLATION", "operation", operation, ", ".join(sorted(case.table["operations"])))]
    return [*_columns(case), *_keys(case)]


def _columns(case: Case) -> Iterator[Reason]:
    operation = case.action["operation"]
    for name, value in _in_order(case):
        column = case.table["columns"].get(name)
        found = None
        if column is None:
            found = "a column that the contract does not have"
        elif not case.restores and name not in case.measure["columns"]:
            found = f"a column that {operation} may not set"
        elif not _fits(case, column, value):
            found = "a value that is not of the column's type"
        if found is not None:
            yield reason("SCHEMA_VIOLATION", f"set.{name}", found)
    if not case.action["set"] and operation != "delete":
        yield reason("SCHEMA_VIOLATION", "set", "no column", "at least one column")


def _fits(case: Case, column: Any, value: Any) -> bool:
    if "sealed" in value:
        return bool(value["sealed"]["conforms"]) and (column["class"] == "sealed" or case.restores)
    return column["class"] == "open" and is_value_of(column, value["open"])


def _keys(case: Case) -> Iterator[Reason]:
    names, columns = case.table["key"], case.table["columns"]
    for place, record in enumerate(case.action["records"]):
        key = record["key"]["open"]
        if set(key) != set(names) or not all(is_value_of(columns[name], key[name]) for name in names):
            yield reason("SCHEMA_VIOLATION", f"records.{place}", None, ", ".join(names))
    if not case.action["records"]:
        yield reason("SCHEMA_VIOLATION", "records", "none", "at least one")


def _states_known(case: Case) -> list[Reason]:
    """Wall 6."""
    if case.restores:
        differs = undo.differs(case.action, case.standing["undoes"])
        if differs is not None:
            return [reason(*differs)]
    for place, record in enumerate(case.action["records"]):
        found = _unknown(case.action["operation"], record)
        if found is not None:
            return [reason("MISSING_REQUIREMENT", f"records.{place}", found)]
    if not can_be_carried_out(case.contract, case.rollback):
        return [reason(INVALID, "contract")]
    return []


def _unknown(operation: str, record: Any) -> str | None:
    inserts, owner, before = operation == "insert", record["owner"], record["before"]
    if owner == "absent" and (not inserts or before is not None):
        return "no such record"
    if owner == "tenant" and before is not None and inserts:
        return "a record with this key already"
    if not (owner == "tenant" and before is not None or owner == "absent" and inserts):
        return "a state that was not observed"
    if (record["after"] is None) != (operation == "delete"):
        return "no state after the write"
    return None


def _within_limits(case: Case) -> list[Reason]:
    """Wall 7."""
    rows, most = len(case.action["records"]), case.measure["max_rows"]
    if rows > most:
        return [reason("PER_CALL_LIMIT", "records", str(rows), str(most))]
    return (_within_rules(case, rows) if case.offered else []) or _within_spending(case, rows)


def _within_rules(case: Case, rows: int) -> list[Reason]:
    rules = [
        rule
        for rule in case.envelope["rules"]
        if rule["effect"] != "never" and matches_apart_from_records(rule, case.action)
    ]
    if not rules or any(rule["max_rows"] is None or rows <= rule["max_rows"] for rule in rules):
        return []
    largest = max(rules, key=lambda rule: int(rule["max_rows"]))
    return [reason("PER_CALL_LIMIT", "records", str(rows), str(largest["max_rows"]), largest["id"])]


def _within_spending(case: Case, rows: int) -> list[Reason]:
    for limit in case.envelope["limits"]:
        if not counts(limit, case.action):
            continue
        spent = case.standing["spent"].get(limit["id"])
        if spent is None or spent + rows > limit["max_rows"]:
            left = "unknown" if spent is None else str(max(0, limit["max_rows"] - spent))
            return [reason("BUDGET_EXCEEDED", "records", str(rows), left, limit["id"])]
    return []


WALLS: Final[tuple[Callable[[Case], list[Reason]], ...]] = (
    _may_act,
    _in_force,
    _not_drifted,
    _own_tenant,
    _in_contract,
    _states_known,
    _within_limits,
)


def _asked(case: Case) -> dict[str, Any]:
    """Rows 8 to 10."""
    if not case.offered:
        return _people(case, ())
    answer = ask(case.envelope, case.table, case.action, with_approval=False)
    if answer.is_ == "permitted" and case.measure["consequence"] != "irreversible" and not case.standing["approval"]:
        return _decision(case, "ALLOW", [], answer.rules)
    if answer.is_ in ("forbidden", "unmatched"):
        answer = ask(case.envelope, case.table, case.action, with_approval=True)
    return _denied(case, answer) or _people(case, answer.rules)


def _denied(case: Case, answer: Answer) -> dict[str, Any] | None:
    first = answer.rules[0] if answer.rules else None
    if answer.is_ == "failed":
        return _decision(case, "DENY", [reason("PRG_EVALUATION_ERROR", rule=first)], answer.rules)
    if answer.is_ == "forbidden":
        return _decision(case, "DENY", [reason("POLICY_VIOLATION", rule=first)], answer.rules)
    if answer.is_ == "unmatched" and not case.restores:
        return _decision(case, "DENY", [reason("EFFECT_OUT_OF_SCOPE")], answer.rules)
    return None


def _people(case: Case, rules: tuple[str, ...]) -> dict[str, Any]:
    """Row 10."""
    resumed = case.standing["approval"]
    if resumed is None:
        return _escalated(case, rules)
    if resumed["envelope"] != case.standing["envelope"]:
        return _decision(case, "DENY", [reason("POLICY_HASH_MISMATCH", "approval")], rules)
    return _voted(case, resumed, rules)


def _escalated(case: Case, rules: tuple[str, ...]) -> dict[str, Any]:
    asked = [rule["approval"] for rule in case.envelope["rules"] if rule["id"] in rules and rule["approval"]]
    approval = asked[0] if asked else case.envelope["approval"]
    allowed = f"{approval['quorum']} of {approval['group']}"
    first = rules[0] if rules else None
    return _decision(case, "ESCALATE", [reason("APPROVAL_REQUIRED", allowed=allowed, rule=first)], rules, approval)


def _voted(case: Case, resumed: Any, rules: tuple[str, ...]) -> dict[str, Any]:
    needed, expires = resumed["needed"], resumed["expires_at"]
    people: set[str] = set()
    for vote in resumed["votes"]:
        who = vote["approver"]
        if vote["group"] != needed["group"]:
            continue
        if not vote["approve"]:
            return _decision(case, "DENY", [reason("APPROVAL_REJECTED", found=who)], rules)
        if who == case.action["on_behalf_of"]:
            return _decision(case, "DENY", [reason("APPROVER_NOT_DISTINCT", found=who)], rules)
        if vote["at"] < expires:
            people.add(who)
    if len(people) >= needed["quorum"]:
        return _decision(case, "ALLOW", [], rules)
    if case.now >= expires:
        return _decision(case, "DENY", [reason("APPROVAL_TIMEOUT", found=case.now, allowed=expires)], rules)
    return _escalated(case, rules)

