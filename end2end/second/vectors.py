"""Every vector, held against what its case says (SPEC.md section 17, vectors/README.md)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from . import canonical, checkpoint, commitment, container, merkle, receipt, shape, texts, trust
from .pack import Known
from .refused import Refused, require
from .verify import verify

HASH: Final = shape.base64(32)
PROOF: Final = shape.array(HASH)
INCLUSION: Final = shape.record(
    {"index": shape.count, "leaf": HASH, "proof": PROOF, "root": HASH, "size": shape.count}
)
CONSISTENCY: Final = shape.record(
    {"new_root": HASH, "new_size": shape.count, "old_root": HASH, "old_size": shape.count, "proof": PROOF}
)
DISCLOSURE: Final = shape.record({"digest": commitment.HASHED, "disclosure": commitment.disclosure})


def differences(folder: Path) -> Iterator[tuple[str, str]]:
    """Each case by name, with how it differs from what its case says, or nothing."""
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        yield place.name, _difference(place)


def _difference(place: Path) -> str:
    case = json.loads((place / "case.json").read_bytes())
    if "kind" not in case:
        return _pack(place, case)
    found = _format(place, case)
    return "" if found == case["state"] else f"expected {case['state']}, found {found}"


def _pack(place: Path, case: Any) -> str:
    since = checkpoint.read(case["since"].encode("utf-8")) if "since" in case else None
    known = Known((case["key"],) if case["key"] else (), None, since)
    answer = verify((place / "pack.evidencepack").read_bytes(), known)
    found = answer.comparable()
    differ = [f"{fact} expected {case[fact]}, found {found[fact]}" for fact in found if case.get(fact, found[fact]) != found[fact]]
    return "; ".join(differ) + ("; " + answer.detail if differ else "")


def _format(place: Path, case: Any) -> str:
    try:
        KINDS[case["kind"]]((place / "input").read_bytes(), case)
    except Refused:
        return "refused"
    return "accepted"


def _canonical(data: bytes, _: Any) -> None:
    canonical.read(data)


def _checkpoint(data: bytes, case: Any) -> None:
    head = checkpoint.read(data)
    require(head.signed_by(texts.from_base64(case["public_key"])), "checkpoint", "a signature that holds")


def _consistency(data: bytes, _: Any) -> None:
    value = canonical.read(data)
    CONSISTENCY(value, "consistency")
    old, new, proof = _hash(value["old_root"]), _hash(value["new_root"]), [_hash(step) for step in value["proof"]]
    require(merkle.continues(value["old_size"], value["new_size"], old, new, proof), "consistency", "a proof that leads")


def _container(data: bytes, _: Any) -> None:
    container.read(data)


def _disclosure(data: bytes, _: Any) -> None:
    value = canonical.read(data)
    DISCLOSURE(value, "disclosure")
    require(commitment.digest(value["disclosure"]) == value["digest"], "disclosure", "the digest of its disclosure")


def _dsse(data: bytes, case: Any) -> None:
    found = receipt.read(data, "receipt")
    key = texts.from_base64(case["public_key"])
    require(found.document.signed_by(trust.keyid_of(key), key), "receipt", "a signature that holds")


def _fingerprint(data: bytes, case: Any) -> None:
    require(trust.names(data.decode("utf-8"), case["id"]), "fingerprint", case["id"])


def _inclusion(data: bytes, _: Any) -> None:
    value = canonical.read(data)
    INCLUSION(value, "inclusion")
    leaf, root, proof = _hash(value["leaf"]), _hash(value["root"]), [_hash(step) for step in value["proof"]]
    leads = merkle.included(value["index"], value["size"], leaf, proof, root)
    require(leads, "inclusion", "a proof that leads to the root")


def _timestamp(data: bytes, _: Any) -> None:
    texts.time(data.decode("utf-8"))


def _trust(data: bytes, _: Any) -> None:
    trust.read(data)


def _hash(text: str) -> bytes:
    return texts.from_base64(text, 32)


KINDS: Final[dict[str, Callable[[bytes, Any], None]]] = {
    "canonical": _canonical,
    "checkpoint": _checkpoint,
    "consistency": _consistency,
    "container": _container,
    "disclosure": _disclosure,
    "dsse": _dsse,
    "fingerprint": _fingerprint,
    "inclusion": _inclusion,
    "timestamp": _timestamp,
    "trust": _trust,
}
