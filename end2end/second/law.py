"""Steps 7, 8, 10 and 11: documents, verdicts, approvals, rollbacks (SPEC.md section 14)."""

import re
from typing import Any, Final

from . import canonical, cedar, commitment, contract, envelope, shape, texts, undo
from .decide import decide
from .history import History
from .pack import Pack, Result
from .question import OnlyCedar
from .receipt import VALUES, Receipt
from .refused import Unknown, refuse, require

CONTRACT: Final = re.compile(r"contracts/([0-9a-f]{64})\.json")
ENVELOPE: Final = re.compile(r"envelopes/([0-9a-f]{64})\.(json|cedar|cedarschema)")
OPENED: Final = shape.array(
    shape.record(
        {
            "connector": shape.name,
            "disclosure": commitment.disclosure,
            "key": VALUES,
            "table": shape.text,
        }
    )
)


def documents_hold(pack: Pack) -> Result:
    """Step 7."""
    _contracts(pack)
    _envelopes(pack)
    history = History(pack.documents)
    for found, in_range in pack.with_place():
        if found.kind == "activation":
            _activation(pack, history, found, in_range)
        elif found.kind == "decision" and in_range:
            _in_force(pack, history, found)
        history.take(found)
    opened = _opened(pack)
    return Result("held", f"{len(pack.documents)} documents, {opened} opened cells")


def _document(pack: Pack, name: str, hexed: str) -> Any:
    data = bytes(pack.files[name])
    require(texts.digest(data) == f"sha256:{hexed}", name, "the digest in its name", texts.digest(data))
    return canonical.read(data, name)


def _contracts(pack: Pack) -> None:
    for name in pack.files:
        if found := CONTRACT.fullmatch(name):
            value = _document(pack, name, found[1])
            contract.admit(value, name)
            pack.documents[f"sha256:{found[1]}"] = value


def _envelopes(pack: Pack) -> None:
    contracts = dict(pack.documents)
    for name in pack.files:
        found = ENVELOPE.fullmatch(name)
        if found is None:
            continue
        stem = name.rpartition(".")[0]
        if found[2] == "json":
            value = _document(pack, name, found[1])
            envelope.ENVELOPE(value, name)
            _compiles(pack, stem, value, contracts)
            pack.documents[f"sha256:{found[1]}"] = value


def _compiles(pack: Pack, stem: str, value: Any, contracts: dict[str, Any]) -> None:
    of = contracts.get(value["contract"])
    if of is None:
        refuse(f"{stem}.json", "its contract in the pack", value["contract"])
    envelope.admit(value, of, f"{stem}.json")
    for ending, text in (("cedar", cedar.policies(value, of)), ("cedarschema", cedar.schema(of))):
        name = f"{stem}.{ending}"
        require(name in pack.files and pack.files[name] == text.encode("utf-8"), name, "what the envelope compiles to")


def _activation(pack: Pack, history: History, found: Receipt, in_range: bool) -> None:
    says, where = found.says, f"#{found.seq}"
    value = pack.documents.get(says["digest"])
    is_envelope = says["document"] == "envelope"
    if value is None or ("rules" in value) != is_envelope:
        refuse(where, f"its {says['document']} in the pack", says["digest"])
    of = pack.documents[value["contract"]] if is_envelope else value
    require(of["connector"] == says["connector"], where, says["connector"], of["connector"])
    if is_envelope:
        require(value["tenant"] == pack.manifest["tenant"], where, pack.manifest["tenant"], value["tenant"])
    if in_range:
        before = history.in_force(says["document"], says["connector"])
        require(says["previous"] == before, f"{where}: previous", str(before), says["previous"])


def _in_force(pack: Pack, history: History, found: Receipt) -> None:
    for document in ("contract", "envelope"):
        given = found.says["standing"][document]
        last = history.in_force(document, found.says["action"]["connector"])
        require(given == last, f"#{found.seq}: standing.{document}", str(last), given)
        require(given is None or given in pack.documents, f"#{found.seq}", f"its {document} in the pack", given)


def _opened(pack: Pack) -> int:
    opened = canonical.read(bytes(pack.files["disclosures.json"]), "disclosures.json")
    OPENED(opened, "disclosures.json")
    committed = _committed(pack) if opened else set()
    for place, item in enumerate(opened):
        column = item["disclosure"][1]
        cell = item["connector"], item["table"], canonical.write(item["key"]), column, commitment.digest(item["disclosure"])
        require(cell in committed, f"disclosures.json: {place}", "a cell that a receipt committed to")
    return len(opened)


def _committed(pack: Pack) -> set[tuple[Any, ...]]:
    """Every cell that a receipt in the pack committed to: connector, table, key, column, digest."""
    found = set()
    for receipt in pack.receipts():
        for record in receipt.says["action"]["records"] if receipt.kind == "decision" else ():
            place = receipt.says["action"]["connector"], receipt.says["action"]["table"]
            key = canonical.write(record["key"].get("open"))
            for state in (record["before"], record["after"]):
                cells = {} if state is None else state["cells"]
                found |= {(*place, key, column, commitment.cell(column, cell)) for column, cell in cells.items()}
    return found


def verdicts_hold(pack: Pack) -> Result:
    """Step 8."""
    history = History(pack.documents)
    decided = by_hand = 0
    for found, in_range in pack.with_place():
        if found.kind == "decision" and in_range:
            by_hand += not _verdict(pack, history, found)
            decided += 1
        history.take(found)
    if by_hand:
        return Result("not_checked", f"{by_hand} of {decided} verdicts depend on hand-written Cedar")
    return Result("held", f"{decided} verdicts")


def _verdict(pack: Pack, history: History, found: Receipt) -> bool:
    """Whether a decision was decided again; false if only Cedar could."""
    says, where = found.says, f"#{found.seq}"
    action = says["action"]
    if says["law"] != 1:
        raise Unknown(f"{where}: law", "1", str(says["law"]))
    require(action["tenant"] == says["entry"]["tenant"], f"{where}: tenant", says["entry"]["tenant"], action["tenant"])
    for place, record in enumerate(action["records"]):
        require(commitment.hashes_hold(record), f"{where}: records.{place}", "the state hash of its cells")
    _stands(pack, history, found, where)
    _permit(found, where)
    return _decided_again(pack, found, where)


def _stands(pack: Pack, history: History, found: Receipt, where: str) -> None:
    action, given = found.says["action"], found.says["standing"]
    follows = history.standing(action, found.at)
    require(action["undoes"] is None or "undoes" in follows, f"{where}: undoes", "a decision in the pack")
    _spent(pack, given["spent"], follows["spent"], where)
    for member in sorted({*given, *follows} - {"approval", "spent"}):
        same = member in given and member in follows and canonical.same(given[member], follows[member])
        require(same, f"{where}: standing.{member}", str(follows.get(member)), given.get(member))


def _spent(pack: Pack, given: dict[str, int], counted: dict[str, int], where: str) -> None:
    require(set(given) == set(counted), f"{where}: standing.spent", ", ".join(counted), ", ".join(given))
    for limit, rows in counted.items():
        more = pack.manifest["from"] > 0 and given[limit] > rows
        require(given[limit] == rows or more, f"{where}: standing.spent.{limit}", str(rows), given[limit])
        if more:
            note = f"{where}: that {given[limit] - rows} records of limit {limit} were spent before the range"
            pack.not_checked.append(note)


def _permit(found: Receipt, where: str) -> None:
    permit = found.says["permit"]
    require((permit is not None) == (found.verdict == "ALLOW"), f"{where}: permit", "a permit exactly for ALLOW")
    if permit is not None:
        action = texts.digest(canonical.write(found.says["action"]))
        require(permit["action"] == action, f"{where}: permit.action", action, permit["action"])
        good = texts.time(permit["expires_at"]) > found.at
        require(good, f"{where}: permit.expires_at", "a time after the receipt's", permit["expires_at"])


def _decided_again(pack: Pack, found: Receipt, where: str) -> bool:
    says = found.says
    standing = says["standing"]
    contract_in_force, envelope_in_force = (pack.documents.get(standing[it] or "") for it in ("contract", "envelope"))
    try:
        follows = decide(contract_in_force, envelope_in_force, says["action"], standing, says["entry"]["time"])
    except OnlyCedar:
        return False
    same = canonical.same(follows, says["decision"])
    require(same, f"{where}: decision", canonical.write(follows).decode(), canonical.write(says["decision"]).decode())
    return True


def approvals_hold(pack: Pack) -> Result:
    """Step 10."""
    history = History(pack.documents)
    used: set[str] = set()
    votes = resumed = 0
    for found, in_range in pack.with_place():
        if found.kind == "approval" and in_range:
            votes += 1
            _vote(history, found)
        elif found.kind == "decision" and in_range and found.says["standing"]["approval"] is not None:
            resumed += 1
            _resumed(history, found, used)
        history.take(found)
    if not votes and not resumed:
        return Result("not_present", "nothing was approved")
    return Result("held", f"{votes} votes, {resumed} decisions on them")


def _vote(history: History, found: Receipt) -> None:
    asked, where = history.decision(found.says["decision"]), f"#{found.seq}"
    if asked is None or asked.verdict != "ESCALATE":
        refuse(where, "an ESCALATE decision", found.says["decision"]["seq"])
    needed = asked.says["decision"]["approval"]
    group = None if needed is None else needed["group"]
    require(found.says["group"] == group, f"{where}: group", str(group), found.says["group"])


def _resumed(history: History, found: Receipt, used: set[str]) -> None:
    given, where = found.says["standing"]["approval"], f"#{found.seq}: standing.approval"
    cited = given["decision"]
    asked = history.decision(cited)
    if asked is None or asked.verdict != "ESCALATE":
        refuse(where, "an ESCALATE decision", cited["seq"])
    require(canonical.same(asked.says["action"], found.says["action"]), where, "the very action that was asked about")
    follows = history.resumed(cited)
    require(canonical.same(given, follows), where, str(follows), given)
    if found.verdict == "ALLOW":
        require(cited["receipt"] not in used, where, "an approval that was not used", cited["seq"])
        used.add(cited["receipt"])


def rollbacks_hold(pack: Pack) -> Result:
    """Step 11."""
    history = History(pack.documents)
    undone = 0
    for found, in_range in pack.with_place():
        if in_range and found.verdict == "ALLOW" and found.says["action"]["undoes"] is not None:
            undone += 1
            _restored(history, found)
        history.take(found)
    return Result("held", f"{undone} rollbacks") if undone else Result("not_present", "nothing was rolled back")


def _restored(history: History, found: Receipt) -> None:
    action, where = found.says["action"], f"#{found.seq}: undoes"
    original = history.decision(action["undoes"])
    if original is None or original.verdict != "ALLOW":
        refuse(where, "an ALLOW decision in the pack", action["undoes"]["seq"])
    undone, rollback = original.says["action"], original.says["decision"]["rollback"]
    require(undone["connector"] == action["connector"], where, "the same connector", action["connector"])
    how = undo.way(rollback)
    if how == "compensate":
        named, own = rollback["compensate"]["operation"], f"{action['table']}.{action['operation']}"
        require(named == own, where, named, own)
        return
    require(how == "restore", where, "a write that can be undone")
    inverse = undone["table"], contract.INVERSE.get(undone["operation"])
    require((action["table"], action["operation"]) == inverse, where, "the inverse operation", action["operation"])
    exchanged = [_ends(record, "after", "before") for record in undone["records"]]
    same = canonical.same([_ends(record, "before", "after") for record in action["records"]], exchanged)
    require(same, where, "the same records with before and after exchanged")


def _ends(record: Any, first: str, second: str) -> list[Any]:
    return [record["key"], undo.state(record[first]), undo.state(record[second])]
