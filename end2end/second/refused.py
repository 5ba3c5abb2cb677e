"""Why something is not what SPEC.md says: where, what was expected, what was found."""

from typing import NoReturn


class Refused(Exception):
    """Something that SPEC.md does not admit."""

    def __init__(self, where: str, expected: str, found: str = "") -> None:
        super().__init__(f"{where}: expected {expected}" + (f", found {found}" if found else ""))
        self.where = where
        self.expected = expected
        self.found = found


class Unknown(Refused):
    """Something that cannot be checked: a container or a version that this checker does not know (sections 13, 17)."""


def refuse(where: str, expected: str, found: object = "") -> NoReturn:
    """Raises Refused; what was found is hostile, so it is cut and shown as ASCII."""
    raise Refused(where, expected, shown(found))


def require(holds: bool, where: str, expected: str, found: object = "") -> None:
    """Raises Refused unless it holds."""
    if not holds:
        refuse(where, expected, found)


def shown(found: object) -> str:
    """Hostile text made harmless: printable ASCII of at most 200 characters."""
    text = found if isinstance(found, str) else str(found)
    return ascii(text[:200])[1:-1]
