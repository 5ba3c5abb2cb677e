"""The two Cedar texts that an envelope and its contract give (SPEC.md section 8).

They are made here, not evaluated: what the generated policies say is asked by `question`, from section 7 alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from .contract import OPERATIONS
from .refused import require

TESTS: Final = {"at_least": ">=", "at_most": "<=", "equal": "==", "not_equal": "!="}
BY_HAND: Final = "// Written by hand: cedar/1, cedar/2 and so on, in order of appearance."
UNSEEN: Final = re.compile("[\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]")
TOKEN: Final = re.compile(r'//[^\n]*|"(?:[^"\\]|\\.)*+"|[(\[{]|[)\]}]|\?(?:principal|resource)|;', re.DOTALL)


def schema(contract: Any) -> str:
    """The schema of a contract."""
    blocks = ["entity Agent;\n"]
    for name, table in sorted(contract["tables"].items()):
        blocks.extend(_types(name, table))
    return "\n".join(blocks)


def policies(envelope: Any, contract: Any) -> str:
    """The policies of an envelope."""
    text = "".join(_policy(rule, contract["tables"][rule["table"]]) + "\n" for rule in envelope["rules"])
    if envelope["cedar"] is None:
        return text
    return f"{text}{BY_HAND}\n{envelope['cedar']}"


def admit(written: str, where: str) -> None:
    """What can be said of hand-written policies without a Cedar parser: size, characters, nesting, number, templates."""
    hidden = UNSEEN.findall(written) + [sign for sign in written if _controls(sign)]
    require(not hidden, where, "no invisible or direction characters", hidden)
    depth = ends = 0
    for token in TOKEN.findall(written):
        require(not token.startswith("?"), where, "no templates", token)
        depth += (token in "([{") - (token in ")]}")
        ends += token == ";"
        require(depth <= 32, where, "at most 32 levels", "more")
    require(ends <= 200, where, "at most 200 policies", ends)


def literal(text: str) -> str:
    """A string literal in printable ASCII."""
    return '"' + "".join(_sign(sign) for sign in text) + '"'


def _controls(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" and sign not in "\n\r\t"


def _sign(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    return sign if " " <= sign <= "~" else f"\\u{{{ord(sign):x}}}"


def _types(name: str, table: Any) -> Iterator[str]:
    columns = sorted(table["columns"].items())
    open_ones = [f"{literal(column)}?: {_type(facts['type'])},\n" for column, facts in columns if facts["class"] == "open"]
    attributes = "".join(f"  {line}" for line in open_ones)
    within = "".join(f"    {line}" for line in open_ones)
    yield f"entity Table_{name} = {{\n{attributes}}};\n"
    yield (
        f'type Write_{name} = {{\n  "columns": Set<String>,\n  "rows": Long,\n'
        f'  "set": {{\n{within}  }},\n}};\n'
    )
    for operation in OPERATIONS:
        if operation in table["operations"]:
            yield (
                f'action "{name}.{operation}:auto", "{name}.{operation}:with_approval" appliesTo {{\n'
                f"  principal: [Agent],\n  resource: [Table_{name}],\n  context: Write_{name},\n}};\n"
            )


def _type(kind: str) -> str:
    return {"boolean": "Bool", "integer": "Long"}.get(kind, "String")


def _policy(rule: Any, table: Any) -> str:
    kinds = ("with_approval",) if rule["effect"] == "ask" else ("auto", "with_approval")
    matched = [name for name in OPERATIONS if name in table["operations"] and _among(name, rule["operations"])]
    actions = [f'    Action::"{rule["table"]}.{name}:{kind}"' for name in matched for kind in kinds]
    effect = "forbid" if rule["effect"] == "never" else "permit"
    scope = "  principal,\n  action in [\n" + ",\n".join(actions) + "\n  ],\n  resource\n"
    conditions = list(_conditions(rule, table))
    when = "\nwhen {\n  " + " &&\n  ".join(conditions) + "\n}" if conditions else ""
    return f"@id({literal(rule['id'])})\n{effect} (\n{scope}){when};\n"


def _among(name: str, names: list[str] | None) -> bool:
    return names is None or name in names


def _conditions(rule: Any, table: Any) -> Iterator[str]:
    if rule["max_rows"] is not None:
        yield f"context.rows <= {rule['max_rows']}"
    if rule["agents"] is not None:
        agents = [f"Agent::{literal(agent)}" for agent in rule["agents"]]
        yield f"principal == {agents[0]}" if len(agents) == 1 else f"[{', '.join(agents)}].contains(principal)"
    if rule["columns"] is not None:
        contains = "containsAny" if rule["effect"] == "never" else "containsAll"
        yield f"[{', '.join(literal(column) for column in rule['columns'])}].{contains}(context.columns)"
    for condition in rule["when"]:
        yield _condition(condition, table["columns"][condition["column"]]["type"])


def _condition(condition: Any, kind: str) -> str:
    of = "resource" if condition["of"] == "before" else "context.set"
    column = literal(condition["column"])
    (test, constant), = condition["is"].items()
    if test == "one_of":
        values = ", ".join(_constant(value, kind) for value in constant)
        return f"{of} has {column} && [{values}].contains({of}[{column}])"
    return f"{of} has {column} && {of}[{column}] {TESTS[test]} {_constant(constant, kind)}"


def _constant(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if kind == "integer" else literal(value)
