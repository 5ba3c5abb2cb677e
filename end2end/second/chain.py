"""Steps 4 to 6 and 12: receipts, sequence, log, consistency (SPEC.md section 14)."""

from typing import Any, Final

from . import canonical, checkpoint, merkle, receipt, shape, signed, texts
from .pack import Cited, Pack, Result
from .receipt import Receipt
from .refused import refuse, require

HASH: Final = shape.base64(32)
CITED: Final = shape.record({"proof": shape.array(HASH), "receipt": shape.anything, "seq": shape.count})
EDGES: Final = shape.record({"left": shape.array(HASH, 0, 64), "right": shape.array(HASH, 0, 64)})


def receipts_hold(pack: Pack) -> Result:
    """Step 4."""
    keys = Ring(pack)
    for place, line in enumerate(_lines(pack, "cited.jsonl")):
        pack.cited.append(_cited(line, f"cited.jsonl, line {place + 1}"))
        keys.take(pack.cited[-1].receipt)
    for place, line in enumerate(_lines(pack, "receipts.jsonl")):
        pack.range.append(receipt.read(line, f"receipts.jsonl, line {place + 1}"))
        keys.take(pack.range[-1])
    pack.revoked = keys.revoked
    require(pack.manifest_signer not in keys.revoked, "manifest.dsse", "a key that was not revoked")
    return Result("held", f"{len(pack.range)} receipts and {len(pack.cited)} earlier ones, every signature holds")


def _lines(pack: Pack, name: str) -> list[bytes]:
    data = bytes(pack.files[name])
    require(not data or data.endswith(b"\n"), name, "a last line with its line feed")
    return data.split(b"\n")[:-1]


def _cited(line: bytes, where: str) -> Cited:
    value = canonical.read(line, where)
    CITED(value, where)
    envelope = canonical.write(value["receipt"])
    require(len(envelope) <= receipt.LONGEST, where, f"at most {receipt.LONGEST} bytes", len(envelope))
    found = receipt.of(signed.opened(value["receipt"], envelope, where), where)
    require(found.seq == value["seq"], f"{where}: seq", str(found.seq), value["seq"])
    return Cited(found, [texts.from_base64(step) for step in value["proof"]])


class Ring:
    """The keys that may sign receipts at a place of the log (section 11)."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._valid: set[str] = set()
        self.revoked: set[str] = set()

    def take(self, found: Receipt) -> None:
        """The next receipt: by whom it is signed, and what it says of keys."""
        where = f"#{found.seq}"
        keyid = found.document.signatures[0][0]
        key = self._pack.of_trust().keys.get(keyid)
        if key is None or not key.may("receipt", found.at):
            refuse(where, "a key of trust.json that may sign receipts then", keyid)
        require(keyid in self._valid or _adds_own(found, keyid), where, "a key that the log added", keyid)
        require(found.document.signed_by(keyid, key.public), where, "a signature that holds")
        self._pack.signers.add(keyid)
        if found.kind == "key":
            self._change(found.says, keyid, where)

    def _change(self, says: Any, signer: str, where: str) -> None:
        keyid = says["key"]["keyid"]
        listed = self._pack.of_trust().keys.get(keyid)
        known = listed is not None and list(listed.purposes) == says["key"]["purposes"]
        require(known, where, "a key as it is in trust.json", keyid)
        if says["change"] == "revoked":
            self._valid.discard(keyid)
            self.revoked.add(keyid)
            return
        if says["change"] == "rotated":
            self._valid.discard(signer)
        self._valid.add(keyid)
        self.revoked.discard(keyid)


def _adds_own(found: Receipt, keyid: str) -> bool:
    adds = found.kind == "key" and found.says["change"] == "added"
    return adds and found.seq == 0 and found.says["key"]["keyid"] == keyid


def sequence_holds(pack: Pack) -> Result:
    """Step 5."""
    manifest, last = pack.manifest, None
    require(bool(pack.range), "receipts.jsonl", "at least one receipt", "none")
    for found in pack.receipts():
        entry = found.says["entry"]
        for member in ("tenant", "log"):
            require(entry[member] == manifest[member], f"#{found.seq}: {member}", manifest[member], entry[member])
        require(last is None or found.at >= last, f"#{found.seq}: time", "no time before the one before")
        last = found.at
    _dense(pack)
    return Result("held", f"#{manifest['from']} to #{manifest['to']} without a gap")


def _dense(pack: Pack) -> None:
    begin, end = pack.manifest["from"], pack.manifest["to"]
    for place, found in enumerate(pack.range):
        require(found.seq == begin + place, f"receipts.jsonl, line {place + 1}", f"#{begin + place}", f"#{found.seq}")
    require(pack.range[-1].seq == end, "receipts.jsonl", f"to end with #{end}", f"#{pack.range[-1].seq}")
    last = -1
    for cited in pack.cited:
        require(last < cited.receipt.seq < begin, "cited.jsonl", "ascending, before the range", f"#{cited.receipt.seq}")
        last = cited.receipt.seq


def log_holds(pack: Pack) -> Result:
    """Step 6."""
    begin, size, after = pack.manifest["from"], pack.manifest["size"], pack.manifest["to"] + 1
    right = _edges(pack, begin)
    if "checkpoint" not in pack.files:
        pack.completeness = "unproven"
        return Result("not_present", "the pack has no checkpoint")
    head = checkpoint.read(bytes(pack.files["checkpoint"]))
    _head_fits(pack, head)
    require(after <= size, "checkpoint: size", f"at least {after}", size)
    if right is None and after < size:
        pack.completeness = "unproven"
        return Result("not_present", "the pack has no edges")
    tree = _tree(pack, after)
    _grow(tree, list(merkle.perfect(after, size)), right or [], "edges.json: right")
    require(tree.root() == head.root, "checkpoint: root", texts.to_base64(head.root), texts.to_base64(tree.root()))
    _proofs_lead(pack, head)
    pack.checkpoint = head
    pack.completeness = "whole" if begin == 0 and after == size else "range"
    return Result("held", f"{size} leaves")


def _edges(pack: Pack, begin: int) -> list[bytes] | None:
    """Reads the left edge; gives the right one, or none without `edges.json`."""
    edges = None
    if "edges.json" in pack.files:
        edges = canonical.read(bytes(pack.files["edges.json"]), "edges.json")
        EDGES(edges, "edges.json")
        pack.left = [texts.from_base64(root) for root in edges["left"]]
    needed = len(list(merkle.perfect(0, begin)))
    require(len(pack.left) == needed, "edges.json: left", f"{needed} hashes", len(pack.left))
    return None if edges is None else [texts.from_base64(root) for root in edges["right"]]


def _head_fits(pack: Pack, head: checkpoint.Checkpoint) -> None:
    signer = head.signer(pack.of_trust().keys)
    if signer is None or not signer.may("checkpoint"):
        refuse("checkpoint", "a signature by a key of trust.json that may sign checkpoints")
    require(signer.keyid not in pack.revoked, "checkpoint", "a key that was not revoked", signer.keyid)
    pack.signers.add(signer.keyid)
    for member, found in (("size", head.size), ("origin", head.origin)):
        require(pack.manifest[member] == found, f"checkpoint: {member}", str(pack.manifest[member]), found)
    require(head.origin.endswith("/" + pack.manifest["log"]), "checkpoint: origin", "to end in the log's id", head.origin)


def _tree(pack: Pack, size: int) -> merkle.Tree:
    """The tree of the first leaves, as many as `size`, from the left edge and the range."""
    begin = pack.manifest["from"]
    tree = merkle.Tree()
    _grow(tree, list(merkle.perfect(0, begin)), pack.left, "edges.json: left")
    for found in pack.range[: size - begin]:
        tree.add(1, merkle.leaf(found.document.data))
    return tree


def _grow(tree: merkle.Tree, sizes: list[int], roots: list[bytes], where: str) -> None:
    require(len(sizes) == len(roots), where, f"{len(sizes)} hashes", len(roots))
    for size, root in zip(sizes, roots, strict=True):
        tree.add(size, root)


def _proofs_lead(pack: Pack, head: checkpoint.Checkpoint) -> None:
    for cited in pack.cited:
        leaf = merkle.leaf(cited.receipt.document.data)
        leads = merkle.included(cited.receipt.seq, head.size, leaf, cited.proof, head.root)
        require(leads, f"cited.jsonl: #{cited.receipt.seq}", "a proof that leads to the root")


def consistency_holds(pack: Pack) -> Result:
    """Step 12."""
    kept, begin, after = pack.known.since, pack.manifest["from"], pack.manifest["to"] + 1
    if kept is None:
        return Result("not_present", "no checkpoint was kept")
    require(kept.origin == pack.manifest["origin"], "the kept checkpoint: origin", pack.manifest["origin"], kept.origin)
    require(kept.signer(pack.of_trust().keys) is not None, "the kept checkpoint", "a signature by a key of trust.json")
    size = pack.manifest["size"]
    require(kept.size <= size, "the kept checkpoint: size", f"at most {size}", kept.size)
    if begin <= kept.size <= after:
        root = _tree(pack, kept.size).root()
    elif pack.checkpoint is not None and kept.size == size:
        root = pack.checkpoint.root
    else:
        return Result("not_present", "the kept checkpoint lies outside of the range")
    require(root == kept.root, "the kept checkpoint: root", texts.to_base64(kept.root), texts.to_base64(root))
    return Result("held", f"the log continues the one of {kept.size} leaves")
