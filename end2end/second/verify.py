"""Verification in twelve steps, and the answer (SPEC.md sections 14 and 15)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from . import chain, effects, law, opening
from .pack import Known, Pack, Result
from .refused import Refused, Unknown

Step = Callable[[Pack], Result]
STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("Container", opening.container_holds),
    ("Manifest", opening.manifest_holds),
    ("Keys", opening.keys_hold),
    ("Receipts", chain.receipts_hold),
    ("Sequence", chain.sequence_holds),
    ("Log", chain.log_holds),
    ("Documents in force", law.documents_hold),
    ("Verdicts re-derived", law.verdicts_hold),
    ("Effects", effects.effects_hold),
    ("Approvals", law.approvals_hold),
    ("Rollbacks", law.rollbacks_hold),
    ("Consistency", chain.consistency_holds),
)
CODES: Final = {"verified": 0, "does_not_verify": 1, "could_not_check": 2, "signer_not_confirmed": 3, "incomplete": 4}


@dataclass(frozen=True)
class Answer:
    """Four answers kept apart, and the one state that they give."""

    results: tuple[Result, ...]
    signer: str
    completeness: str
    findings: tuple[dict[str, Any], ...]
    not_checked: tuple[str, ...]

    @property
    def integrity(self) -> str:
        """`broken`, `unknown` or `holds`; what only Cedar could say is unknown."""
        return _integrity({result.is_ for result in self.results})

    @property
    def state(self) -> str:
        """One of five states."""
        return _state(self.integrity, self.completeness, self.signer)

    @property
    def state_but_for_cedar(self) -> str:
        """The state if what only Cedar could say held: what a checker that has Cedar is compared with."""
        integrity = _integrity({result.is_ for result in self.results} - {"not_checked"})
        return _state(integrity, self.completeness, self.signer)

    @property
    def step(self) -> int | None:
        """The number of the first step that failed or could not be checked."""
        bad = (place + 1 for place, result in enumerate(self.results) if result.is_ in ("failed", "could_not_check"))
        return next(bad, None)

    @property
    def detail(self) -> str:
        """What the first step that failed or could not be checked says."""
        return self.results[self.step - 1].detail if self.step else "no step failed"

    def comparable(self) -> dict[str, Any]:
        """What two checkers must agree on; what only Cedar could say is taken as held."""
        return {
            "state": self.state_but_for_cedar,
            "step": self.step,
            "steps": ["held" if result.is_ == "not_checked" else result.is_ for result in self.results],
            "completeness": self.completeness,
            "findings": len(self.findings),
            "signer": self.signer,
        }

    def as_json(self) -> dict[str, Any]:
        """The report."""
        steps = [
            {"number": place + 1, "name": STEPS[place][0], "result": result.is_, "detail": result.detail}
            for place, result in enumerate(self.results)
        ]
        return {
            "state": self.state,
            "integrity": self.integrity,
            "signer": self.signer,
            "completeness": self.completeness,
            "findings": list(self.findings),
            "not_checked": list(self.not_checked),
            "steps": steps,
        }


def _integrity(results: set[str]) -> str:
    if "failed" in results:
        return "broken"
    return "unknown" if results & {"could_not_check", "not_reached", "not_checked"} else "holds"


def _state(integrity: str, completeness: str, signer: str) -> str:
    if integrity != "holds":
        return "does_not_verify" if integrity == "broken" else "could_not_check"
    if completeness in ("unproven", "unknown"):
        return "incomplete"
    return "verified" if signer == "confirmed" else "signer_not_confirmed"


def verify(data: bytes | memoryview, known: Known) -> Answer:
    """The answer for a pack's bytes and what its reader knows."""
    pack = Pack(data, known)
    results: list[Result] = []
    goes_on = True
    for _, step in STEPS:
        results.append(_taken(step, pack) if goes_on else Result("not_reached"))
        goes_on = results[-1].is_ not in ("failed", "could_not_check", "not_reached")
    return Answer(tuple(results), _signer(pack, results[2]), pack.completeness, tuple(pack.findings), tuple(pack.not_checked))


def _taken(step: Step, pack: Pack) -> Result:
    try:
        return step(pack)
    except Unknown as unknown:
        return Result("could_not_check", str(unknown))
    except Refused as refused:
        return Result("failed", str(refused))


def _signer(pack: Pack, keys: Result) -> str:
    if keys.is_ != "held":
        return "unknown"
    if pack.known.named is None:
        return "not_named"
    return "confirmed" if pack.signers <= pack.trusted else "other"
