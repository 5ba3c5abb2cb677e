"""Step 9: effects, and whether states continue (SPEC.md section 14)."""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Final

from . import canonical, texts, undo
from .pack import Pack, Result
from .receipt import Receipt
from .refused import refuse, require

FIRST: Final = 16


@dataclass(frozen=True)
class Write:
    """A committed write to one record: where it was decided and told, and its states."""

    decision: int
    outcome: int
    before: str | None
    after: str | None


def effects_hold(pack: Pack) -> Result:
    """Step 9."""
    decisions: dict[str, Receipt] = {}
    permits: set[str] = set()
    outcomes: dict[str, Receipt] = {}
    writes: dict[tuple[str, str, bytes], list[Write]] = defaultdict(list)
    for found, in_range in pack.with_place():
        if found.kind == "decision":
            decisions[found.digest] = found
            _once(found, permits)
        elif found.kind == "outcome" and in_range:
            decision = _effect(found, decisions, outcomes)
            _written(found, decision, writes)
    pending = _pending(pack, outcomes)
    for place, of in sorted(writes.items()):
        pack.findings.extend(_continuity(place, of))
    return Result("held", f"{len(outcomes)} outcomes, {pending} pending")


def _once(found: Receipt, permits: set[str]) -> None:
    if found.verdict == "ALLOW" and found.says["permit"] is not None:
        permit = found.says["permit"]["id"]
        require(permit not in permits, f"#{found.seq}: permit", "an id that was not given before", permit)
        permits.add(permit)


def _effect(found: Receipt, decisions: dict[str, Receipt], outcomes: dict[str, Receipt]) -> Receipt:
    says, where = found.says, f"#{found.seq}"
    cited = says["decision"]
    decision = decisions.get(cited["receipt"])
    if decision is None or decision.seq != cited["seq"] or decision.verdict != "ALLOW":
        refuse(where, "an ALLOW decision in the pack", f"#{cited['seq']}")
    require(decision.digest not in outcomes, where, "a decision without outcome", f"#{cited['seq']}")
    outcomes[decision.digest] = found
    permit, action = decision.says["permit"], decision.says["action"]
    require(permit is not None and says["permit"] == permit["id"], f"{where}: permit", str(permit), says["permit"])
    require(says["source"] == action["source"], f"{where}: source", action["source"], says["source"])
    committed = says["status"] == "COMMITTED"
    require((says["code"] is None) == committed, f"{where}: code", "null exactly for COMMITTED", says["code"])
    if committed:
        decided = [_decided(record) for record in action["records"]]
        require(canonical.same(says["records"], decided), f"{where}: records", str(decided), says["records"])
    return decision


def _decided(record: Any) -> dict[str, Any]:
    states = {"after": undo.state(record["after"]), "before": undo.state(record["before"])}
    return states | {"key": record["key"].get("open")}


def _written(found: Receipt, decision: Receipt, writes: dict[tuple[str, str, bytes], list[Write]]) -> None:
    if found.says["status"] == "COMMITTED":
        action = decision.says["action"]
        for record in found.says["records"]:
            place = action["connector"], action["table"], canonical.write(record["key"])
            writes[place].append(Write(decision.seq, found.seq, record["before"], record["after"]))


def _pending(pack: Pack, outcomes: dict[str, Receipt]) -> int:
    last, goes_on = pack.range[-1].at, pack.manifest["to"] + 1 < pack.manifest["size"]
    pending = 0
    for found in pack.range:
        if found.verdict == "ALLOW" and found.digest not in outcomes:
            good = goes_on or texts.time(found.says["permit"]["expires_at"]) > last
            require(good, f"#{found.seq}", "an outcome", "none, and its permit has expired")
            pack.findings.append({"is": "pending", "seq": found.seq})
            pending += 1
    return pending


def _continuity(place: tuple[str, str, bytes], writes: list[Write]) -> list[dict[str, Any]]:
    """The breaks in the first order with the fewest."""
    breaks = _breaks(_order(writes, None))
    if breaks:
        for begin in range(min(FIRST, len(writes))):
            if writes[begin].decision < writes[0].outcome:
                other = _breaks(_order(writes, begin))
                breaks = other if len(other) < len(breaks) else breaks
    where = {"connector": place[0], "table": place[1], "key": canonical.read(place[2])}
    return [{"is": "continuity", **where, "from": one.outcome, "to": next_.outcome} for one, next_ in breaks]


def _breaks(order: list[Write]) -> list[tuple[Write, Write]]:
    return [(one, other) for one, other in zip(order, order[1:], strict=False) if other.before != one.after]


def _order(writes: list[Write], begin: int | None) -> list[Write]:
    """The writes one by one; `writes` are in the order of outcomes, `begin` is the one to begin with."""
    left = Left(writes)
    order: list[Write] = []
    while len(order) < len(writes):
        if not order and begin is not None:
            place = begin
        else:
            place = left.next(order[-1] if order else None)
        left.take(place)
        order.append(writes[place])
    return order


class Left:
    """The writes that are left, and those of them that can be next: decided before every outcome left."""

    def __init__(self, writes: list[Write]) -> None:
        self._writes = writes
        self._taken = [False] * len(writes)
        self._head = 0
        self._waiting = sorted(range(len(writes)), key=lambda place: writes[place].decision, reverse=True)
        self._by_before: dict[str | None, list[int]] = defaultdict(list)
        self._ready: list[int] = []
        self._admit()

    def take(self, place: int) -> None:
        """Takes one out."""
        self._taken[place] = True
        while self._head < len(self._writes) and self._taken[self._head]:
            self._head += 1
        self._admit()

    def next(self, last: Write | None) -> int:
        """Which one is next after the last."""
        if last is not None:
            follows = self._by_before.get(last.after, [])
            while follows and self._taken[follows[0]]:
                heapq.heappop(follows)
            if follows:
                return follows[0]
        first = self._first()
        afters = Counter(self._writes[place].after for place in first)
        return next((place for place in first if not self._follows_another(place, afters)), first[0])

    def _follows_another(self, place: int, afters: Counter[str | None]) -> bool:
        write = self._writes[place]
        return afters[write.before] > (1 if write.after == write.before else 0)

    def _first(self) -> list[int]:
        """The 16 with the first outcomes of those that can be next."""
        found: list[int] = []
        while self._ready and len(found) < FIRST:
            place = heapq.heappop(self._ready)
            if not self._taken[place]:
                found.append(place)
        for place in found:
            heapq.heappush(self._ready, place)
        return found

    def _admit(self) -> None:
        if self._head == len(self._writes):
            return
        earliest = self._writes[self._head].outcome
        while self._waiting and self._writes[self._waiting[-1]].decision < earliest:
            place = self._waiting.pop()
            heapq.heappush(self._by_before[self._writes[place].before], place)
            heapq.heappush(self._ready, place)
