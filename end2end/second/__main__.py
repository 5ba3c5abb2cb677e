"""Checks EvidencePacks in Python, from SPEC.md alone: a second opinion on the first implementation.

    python3 -m second verify FILE [--key FINGERPRINT]… [--trust FILE] [--since FILE] [--json]
    python3 -m second vectors FOLDER
"""

import argparse
import json
import mmap
import sys
from pathlib import Path

from . import checkpoint, container, trust, vectors
from .pack import Known
from .refused import Refused
from .verify import CODES, STEPS, Answer, verify

SIGNS = {"held": "held", "failed": "FAILED", "could_not_check": "could not check", "not_present": "not present"}
STATES = {
    "verified": "Verified",
    "does_not_verify": "Does not verify",
    "could_not_check": "Could not check",
    "signer_not_confirmed": "Intact, signer not confirmed",
    "incomplete": "Incomplete",
}


def main() -> int:
    """The command; its exit code is that of section 15."""
    arguments = _parser().parse_args()
    if arguments.command == "vectors":
        return _vectors(arguments.folder)
    try:
        known = Known(tuple(arguments.key), _trust(arguments.trust), _since(arguments.since))
        answer = _checked(arguments.file, known)
    except (OSError, Refused) as error:
        print(f"Could not check: {error}", file=sys.stderr)
        return CODES["could_not_check"]
    print(json.dumps(answer.as_json(), indent=2) if arguments.json else _text(answer))
    return CODES[answer.state]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="second", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("verify", help="check a pack in twelve steps")
    one.add_argument("file", type=Path, help="the pack")
    one.add_argument("--key", action="append", default=[], help="a fingerprint that came by another way than the pack")
    one.add_argument("--trust", type=Path, help="a trust document that came by another way than the pack")
    one.add_argument("--since", type=Path, help="the checkpoint that was kept from last time, or its pack")
    one.add_argument("--json", action="store_true", help="print the answer as JSON")
    every = commands.add_parser("vectors", help="check every vector of a folder")
    every.add_argument("folder", type=Path)
    return parser


def _checked(file: Path, known: Known) -> Answer:
    with file.open("rb") as opened:
        if not opened.seek(0, 2):
            return verify(b"", known)
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
            view = memoryview(data)
            try:
                return verify(view, known)
            finally:
                del view


def _trust(file: Path | None) -> trust.Trust | None:
    return None if file is None else trust.read(file.read_bytes(), str(file))


def _since(file: Path | None) -> checkpoint.Checkpoint | None:
    if file is None:
        return None
    data = file.read_bytes()
    if data.startswith(b"PK"):
        data = bytes(container.read(data).get("checkpoint", b""))
    return checkpoint.read(data, str(file))


def _text(answer: Answer) -> str:
    lines = [f"{STATES[answer.state]}.", ""]
    for place, result in enumerate(answer.results):
        said = SIGNS.get(result.is_, result.is_.replace("_", " "))
        lines.append(f"{place + 1:3}  {STEPS[place][0]:20} {said:16} {result.detail}".rstrip())
    lines += ["", f"Integrity: {answer.integrity}.", f"Signer: {answer.signer.replace('_', ' ')}."]
    lines.append(f"Completeness: {answer.completeness}.")
    lines += [f"Finding: {json.dumps(finding)}" for finding in answer.findings]
    lines += [f"Not checked: {note}" for note in answer.not_checked]
    return "\n".join(lines)


def _vectors(folder: Path) -> int:
    agree = differ = 0
    for name, difference in vectors.differences(folder):
        if difference:
            print(f"{name}: {difference}")
        differ += bool(difference)
        agree += not difference
    print(f"{agree} agree, {differ} differ")
    return 1 if differ or not agree else 0


if __name__ == "__main__":
    sys.exit(main())
