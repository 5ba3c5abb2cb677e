"""Standing from the receipts before (SPEC.md section 11)."""

from typing import Any

from . import envelope, texts, undo
from .receipt import Receipt


class Window:
    """What one limit counts through one connector, moved along as time goes on: no decision is looked at twice."""

    def __init__(self, limit: Any, connector: str) -> None:
        self._limit = limit
        self._connector = connector
        self._begin = self._end = self._rows = 0

    def rows(self, allowed: list[tuple[int, Any]], now: int) -> int:
        """The records of all that was allowed and is less than the window older than now."""
        for _, action in allowed[self._end :]:
            self._rows += self._counted(action)
        self._end = len(allowed)
        oldest = now - self._limit["window_seconds"] * 1_000_000
        while self._begin < self._end and allowed[self._begin][0] <= oldest:
            self._rows -= self._counted(allowed[self._begin][1])
            self._begin += 1
        return self._rows

    def _counted(self, action: Any) -> int:
        counts = action["connector"] == self._connector and envelope.counts(self._limit, action)
        return len(action["records"]) if counts else 0


class History:
    """What the receipts so far say. Receipts are taken in order; what is asked is as of then."""

    def __init__(self, documents: dict[str, Any]) -> None:
        self._documents = documents
        self._stopped: dict[str, bool] = {}
        self._in_force: dict[tuple[str, str], str] = {}
        self._allowed: list[tuple[int, Any]] = []
        self._windows: dict[tuple[str, str, str], Window] = {}
        self._decisions: dict[str, tuple[Receipt, str | None]] = {}
        self._votes: dict[str, list[Any]] = {}

    def take(self, receipt: Receipt) -> None:
        """Adds the next receipt."""
        says = receipt.says
        if receipt.kind == "standing":
            subject = says["subject"]
            who = subject if isinstance(subject, str) else f"agent {subject['agent']}"
            self._stopped[who] = says["state"] == "stopped"
        elif receipt.kind == "activation":
            self._in_force[says["document"], says["connector"]] = says["digest"]
        elif receipt.kind == "decision":
            self._decided(receipt)
        elif receipt.kind == "approval":
            vote = {name: says[name] for name in ("approve", "approver", "group")} | {"at": says["entry"]["time"]}
            self._votes.setdefault(says["decision"]["receipt"], []).append(vote)

    def _decided(self, receipt: Receipt) -> None:
        action = receipt.says["action"]
        self._decisions[receipt.digest] = receipt, self.in_force("envelope", action["connector"])
        if receipt.verdict == "ALLOW":
            self._allowed.append((receipt.at, action))

    def in_force(self, document: str, connector: str) -> str | None:
        """The digest of the last activation of that kind for the connector."""
        return self._in_force.get((document, connector))

    def decision(self, citation: Any) -> Receipt | None:
        """The decision so far that a citation cites."""
        found = self._decisions.get(citation["receipt"])
        return found[0] if found is not None and found[0].seq == citation["seq"] else None

    def standing(self, action: Any, now: int) -> dict[str, Any]:
        """Standing but for `approval`; without `undoes` if the action undoes what is not there."""
        connector = action["connector"]
        in_force = self.in_force("envelope", connector)
        found = {
            "agent": self._agent(action["agent"]),
            "contract": self.in_force("contract", connector),
            "envelope": in_force,
            "portal_frozen": self._stopped.get("portal", False),
            "spent": self._spent(action, in_force, now),
            "tenant_frozen": self._stopped.get("tenant", False),
        }
        original = None if action["undoes"] is None else self.decision(action["undoes"])
        return found if original is None else found | {"undoes": _original(original)}

    def _agent(self, agent: str) -> str:
        stopped = self._stopped.get(f"agent {agent}")
        return "unknown" if stopped is None else "suspended" if stopped else "active"

    def _spent(self, action: Any, in_force: str | None, now: int) -> dict[str, int]:
        of = self._documents.get(in_force or "")
        limits = [] if of is None else [limit for limit in of["limits"] if envelope.counts(limit, action)]
        found = {}
        for limit in limits:
            which = in_force or "", str(limit["id"]), str(action["connector"])
            window = self._windows.setdefault(which, Window(limit, action["connector"]))
            found[limit["id"]] = window.rows(self._allowed, now)
        return found

    def resumed(self, citation: Any) -> dict[str, Any] | None:
        """Standing's `approval` for a decision that is resumed, or none if it did not escalate here."""
        found = self._decisions.get(citation["receipt"])
        if found is None or found[0].seq != citation["seq"]:
            return None
        receipt, in_force = found
        needed = receipt.says["decision"]["approval"]
        if needed is None:
            return None
        return {
            "decision": receipt.citation,
            "envelope": in_force,
            "expires_at": texts.written(receipt.at + needed["expires_seconds"] * 1_000_000),
            "needed": needed,
            "votes": self._votes.get(receipt.digest, []),
        }


def _original(receipt: Receipt) -> dict[str, Any]:
    action, decision = receipt.says["action"], receipt.says["decision"]
    rollback = decision["rollback"]
    until = None
    if undo.way(rollback) == "restore":
        until = texts.written(receipt.at + rollback["restore"]["window_seconds"] * 1_000_000)
    return {
        "connector": action["connector"],
        "decision": receipt.citation,
        "operation": action["operation"],
        "records": [
            {"after": undo.state(record["after"]), "before": undo.state(record["before"]), "key": record["key"]}
            for record in action["records"]
        ],
        "rollback": rollback,
        "table": action["table"],
        "until": until,
        "verdict": decision["verdict"],
    }

