"""Signed documents (SPEC.md section 3): DSSE envelopes in canonical JSON, in-toto statements, strict Ed25519."""

from dataclasses import dataclass
from typing import Any, Final

from . import canonical, ed25519, shape, texts
from .refused import Unknown, require

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
URN: Final = "urn:helm:evidence:"

ENVELOPE: Final = shape.record(
    {
        "payload": shape.base64(),
        "payloadType": shape.word(PAYLOAD_TYPE),
        "signatures": shape.array(shape.record({"keyid": shape.hex64, "sig": shape.base64(64)}), 1, 4),
    }
)
OUTLINE: Final = shape.record(
    {
        "_type": shape.word(STATEMENT),
        "predicate": shape.anything,
        "predicateType": shape.string(None),
        "subject": shape.array(shape.record({"digest": shape.record({"sha256": shape.hex64}), "name": shape.string(None)})),
    }
)


@dataclass(frozen=True)
class Signed:
    """A signed document as read: its bytes, its statement, and who says to have signed it."""

    data: bytes
    payload: bytes
    kind: str
    predicate: Any
    subject: Any
    signatures: tuple[tuple[str, bytes], ...]

    def signed_by(self, keyid: str, key: bytes) -> bool:
        """Whether the key of this id signed it."""
        return any(who == keyid and ed25519.holds(key, message(self.payload), sig) for who, sig in self.signatures)


def message(payload: bytes) -> bytes:
    """What is signed."""
    return b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload


def read(data: bytes, where: str) -> Signed:
    """A signed document from the bytes of its envelope."""
    return opened(canonical.read(data, where), data, where)


def opened(envelope: Any, data: bytes, where: str) -> Signed:
    """A signed document from its envelope, whose canonical bytes are `data`."""
    ENVELOPE(envelope, where)
    signers = [signature["keyid"] for signature in envelope["signatures"]]
    require(len(set(signers)) == len(signers), where, "no keyid twice")
    payload = texts.from_base64(envelope["payload"])
    statement = canonical.read(payload, f"{where}: payload")
    OUTLINE(statement, f"{where}: statement")
    signatures = tuple((s["keyid"], texts.from_base64(s["sig"])) for s in envelope["signatures"])
    kind = statement["predicateType"]
    return Signed(data, payload, kind, statement["predicate"], statement["subject"], signatures)


def known(document: Signed, shapes: dict[str, shape.Shape], where: str) -> str:
    """The kind, without prefix and version, of a document of one of these kinds; its predicate has that kind's members."""
    for kind, check in shapes.items():
        if document.kind == f"{URN}{kind}:v1":
            check(document.predicate, f"{where}: {kind}")
            return kind
    raise Unknown(where, "a kind that this version knows", ascii(document.kind[:200]))


def about(document: Signed, subjects: list[tuple[str, str]], where: str) -> None:
    """The subject is the one that follows from the predicate: names, and digests as 64 hex digits."""
    follows = [{"digest": {"sha256": digest}, "name": name} for name, digest in subjects]
    require(document.subject == follows, where, "the subject that follows from the predicate", document.subject)
