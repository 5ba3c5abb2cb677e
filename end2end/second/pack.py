"""A pack as far as the steps have read it (SPEC.md sections 13 and 14), and how a step ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .checkpoint import Checkpoint
from .receipt import Receipt
from .trust import Trust


@dataclass(frozen=True)
class Result:
    """How a step ended: `held`, `failed`, `could_not_check`, `not_present`, `not_reached`, or here `not_checked`.

    The last is this checker's own: everything held but what only Cedar could say.
    """

    is_: str
    detail: str = ""


@dataclass
class Known:
    """What the reader knows from elsewhere."""

    keys: tuple[str, ...] = ()
    trust: Trust | None = None
    since: Checkpoint | None = None

    @property
    def named(self) -> list[str] | None:
        """The keys that the reader named, as fingerprints or hex; none if there are none."""
        if not self.keys and self.trust is None:
            return None
        return [*self.keys, *(self.trust.keys if self.trust else ())]


@dataclass
class Cited:
    """An earlier receipt, and the proof that it is in the log."""

    receipt: Receipt
    proof: list[bytes]


@dataclass
class Pack:
    """What is known of a pack so far; each step adds to it."""

    data: bytes | memoryview
    known: Known
    files: dict[str, memoryview] = field(default_factory=dict)
    manifest: Any = None
    trust: Trust | None = None
    trusted: set[str] = field(default_factory=set)
    signers: set[str] = field(default_factory=set)
    manifest_signer: str = ""
    revoked: set[str] = field(default_factory=set)
    cited: list[Cited] = field(default_factory=list)
    range: list[Receipt] = field(default_factory=list)
    left: list[bytes] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    completeness: str = "unknown"
    documents: dict[str, Any] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)

    def receipts(self) -> Iterator[Receipt]:
        """The cited ones, then those of the range."""
        for cited in self.cited:
            yield cited.receipt
        yield from self.range

    def with_place(self) -> Iterator[tuple[Receipt, bool]]:
        """All receipts, each with whether it is of the range."""
        for cited in self.cited:
            yield cited.receipt, False
        for receipt in self.range:
            yield receipt, True

    def of_trust(self) -> Trust:
        """The trust document, which step 2 read."""
        assert self.trust is not None
        return self.trust
