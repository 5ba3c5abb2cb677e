"""Receipts (SPEC.md section 10) with the action and the decision in them (section 9)."""

from dataclasses import dataclass
from typing import Any, Final

from . import canonical, shape, signed, texts, trust
from .commitment import STATE
from .contract import ROLLBACK
from .refused import require

U32: Final = shape.number(0, 2**32 - 1)
APPROVAL: Final = shape.record({"expires_seconds": U32, "group": shape.name, "quorum": U32})
LONGEST: Final = 4 * 2**20

CODES: Final = (
    "SYSTEM_FROZEN AGENT_KILLED PRINCIPAL_INACTIVE CAPABILITY_UNKNOWN NO_POLICY_DEFINED POLICY_HASH_MISMATCH "
    "MANDATE_OUTSIDE_VALIDITY ERR_CONNECTOR_CONTRACT_DRIFT TENANT_ISOLATION MISSING_REQUIREMENT "
    "CAPABILITY_ROLLBACK_PLAN_INVALID SCHEMA_VIOLATION PRECONDITION_FAILED PER_CALL_LIMIT BUDGET_EXCEEDED "
    "PRG_EVALUATION_ERROR POLICY_VIOLATION EFFECT_OUT_OF_SCOPE APPROVAL_REQUIRED APPROVAL_REJECTED "
    "APPROVER_NOT_DISTINCT APPROVAL_TIMEOUT READBACK_MISMATCH PERMIT_EXPIRED PROVIDER_ERROR IDEMPOTENCY_CONFLICT"
).split()
CODE: Final = shape.word(*CODES)

VALUES: Final = shape.mapping(shape.identifier, shape.scalar)
FOREIGN: Final = shape.record({"foreign": shape.digest})
CITATION: Final = shape.record({"receipt": shape.digest, "seq": shape.count})
SOURCE: Final = shape.word("observed", "attested")
OPERATION: Final = shape.text
SET: Final = shape.tagged(open=shape.scalar, sealed=shape.record({"conforms": shape.boolean}), foreign=shape.digest)
RECORD: Final = shape.record(
    {
        "after": shape.or_null(STATE),
        "before": shape.or_null(STATE),
        "key": shape.tagged(open=VALUES, foreign=shape.digest),
        "owner": shape.either(shape.word("tenant", "absent", "unobserved"), FOREIGN),
    }
)
ACTION: Final = shape.record(
    {
        "agent": shape.name,
        "connector": shape.name,
        "id": shape.name,
        "on_behalf_of": shape.or_null(shape.text),
        "operation": shape.text,
        "reason": shape.text,
        "records": shape.array(RECORD),
        "schema": shape.word("matches", "drifted", "unobserved"),
        "set": shape.mapping(shape.string(None), SET),
        "source": SOURCE,
        "table": shape.text,
        "tenant": shape.name,
        "undoes": shape.or_null(CITATION),
    }
)
VOTE: Final = shape.record({"approve": shape.boolean, "approver": shape.text, "at": shape.time, "group": shape.name})
RESUMED: Final = shape.record(
    {
        "decision": CITATION,
        "envelope": shape.or_null(shape.digest),
        "expires_at": shape.time,
        "needed": APPROVAL,
        "votes": shape.array(VOTE),
    }
)
VERDICT: Final = shape.word("ALLOW", "DENY", "ESCALATE")
ORIGINAL: Final = shape.record(
    {
        "connector": shape.name,
        "decision": CITATION,
        "operation": shape.text,
        "records": shape.array(
            shape.record(
                {
                    "after": shape.or_null(shape.digest),
                    "before": shape.or_null(shape.digest),
                    "key": shape.tagged(open=VALUES, foreign=shape.digest),
                }
            )
        ),
        "rollback": shape.or_null(ROLLBACK),
        "table": shape.text,
        "until": shape.or_null(shape.time),
        "verdict": VERDICT,
    }
)
STANDING: Final = shape.record(
    {
        "agent": shape.word("active", "suspended", "unknown"),
        "approval": shape.or_null(RESUMED),
        "contract": shape.or_null(shape.digest),
        "envelope": shape.or_null(shape.digest),
        "portal_frozen": shape.boolean,
        "spent": shape.mapping(shape.name, shape.count),
        "tenant_frozen": shape.boolean,
    },
    {"undoes": ORIGINAL},
)
FACT: Final = shape.or_null(shape.text)
DECISION: Final = shape.record(
    {
        "approval": shape.or_null(APPROVAL),
        "reasons": shape.array(shape.record({"allowed": FACT, "at": FACT, "code": CODE, "found": FACT, "rule": FACT})),
        "rollback": shape.or_null(ROLLBACK),
        "rules": shape.array(shape.text),
        "verdict": VERDICT,
    }
)
ENTRY: Final = shape.record(
    {"engine": shape.text, "log": shape.name, "seq": shape.count, "tenant": shape.name, "time": shape.time}
)
PERMIT: Final = shape.record({"action": shape.digest, "expires_at": shape.time, "id": shape.name})
EFFECT: Final = shape.record({"after": shape.or_null(shape.digest), "before": shape.or_null(shape.digest), "key": VALUES})
SUBJECT: Final = shape.either(shape.word("tenant", "portal"), shape.record({"agent": shape.name}))

KINDS: Final[dict[str, shape.Shape]] = {
    "activation": shape.record(
        {
            "by": shape.text,
            "changes": shape.array(shape.text),
            "connector": shape.name,
            "digest": shape.digest,
            "document": shape.word("contract", "envelope"),
            "entry": ENTRY,
            "previous": shape.or_null(shape.digest),
            "proposed_by": shape.or_null(shape.text),
            "reason": shape.text,
        }
    ),
    "approval": shape.record(
        {
            "approve": shape.boolean,
            "approver": shape.text,
            "decision": CITATION,
            "entry": ENTRY,
            "group": shape.name,
            "reason": shape.text,
        }
    ),
    "decision": shape.record(
        {
            "action": ACTION,
            "decision": DECISION,
            "entry": ENTRY,
            "idempotency": shape.or_null(shape.digest),
            "law": shape.number(0, 2**32 - 1),
            "permit": shape.or_null(PERMIT),
            "standing": STANDING,
        }
    ),
    "key": shape.record(
        {
            "change": shape.word("added", "rotated", "revoked"),
            "entry": ENTRY,
            "key": trust.KEY,
            "reason": shape.text,
        }
    ),
    "notice": shape.record(
        {
            "actor": shape.digest,
            "connector": shape.name,
            "entry": ENTRY,
            "operation": shape.text,
            "records": shape.array(VALUES),
            "table": shape.text,
        }
    ),
    "outcome": shape.record(
        {
            "code": shape.or_null(CODE),
            "decision": CITATION,
            "entry": ENTRY,
            "permit": shape.name,
            "records": shape.array(EFFECT),
            "source": SOURCE,
            "status": shape.word("COMMITTED", "NOT_APPLIED", "FAILED"),
        }
    ),
    "standing": shape.record(
        {
            "by": shape.text,
            "entry": ENTRY,
            "reason": shape.text,
            "state": shape.word("active", "stopped"),
            "subject": SUBJECT,
        }
    ),
}


@dataclass(frozen=True)
class Receipt:
    """One receipt: its kind, what it says, and the signed document that it is."""

    kind: str
    says: Any
    document: signed.Signed
    digest: str
    seq: int
    at: int

    @property
    def citation(self) -> dict[str, Any]:
        """By what others cite it."""
        return {"receipt": self.digest, "seq": self.seq}

    @property
    def verdict(self) -> str | None:
        """A decision's verdict."""
        return str(self.says["decision"]["verdict"]) if self.kind == "decision" else None


def read(data: bytes, where: str) -> Receipt:
    """A receipt from its line."""
    require(len(data) <= LONGEST, where, f"at most {LONGEST} bytes", len(data))
    return of(signed.read(data, where), where)


def of(document: signed.Signed, where: str) -> Receipt:
    """The receipt that a signed document is."""
    kind = signed.known(document, KINDS, where)
    says = document.predicate
    signed.about(document, [_subject(kind, says, where)], where)
    require(len(document.signatures) == 1, where, "one signature", len(document.signatures))
    entry = says["entry"]
    return Receipt(kind, says, document, texts.digest(document.data), entry["seq"], texts.time(entry["time"]))


def _subject(kind: str, says: Any, where: str) -> tuple[str, str]:
    if kind == "activation":
        return "document", says["digest"].removeprefix("sha256:")
    if kind in ("approval", "outcome"):
        return "decision", says["decision"]["receipt"].removeprefix("sha256:")
    if kind == "key":
        return "key", trust.read_key(says["key"], f"{where}: key").keyid
    member = {"decision": "action", "notice": "records", "standing": "subject"}[kind]
    name = "standing" if kind == "standing" else member
    return name, texts.sha256(canonical.write(says[member])).hex()
