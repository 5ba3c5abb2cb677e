"""Ed25519 as SPEC.md section 3 wants it: strict, whatever the package admits.

The package compares the encoding of `[S]B - [k]A` with `R` and refuses an `S` that is not reduced. What it does not
look at is done here: that the key is a point, and that neither key nor `R` is of small order.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

P: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE: Final = pow(2, (P - 1) // 4, P)


def is_key(key: bytes) -> bool:
    """Whether the bytes are a point of the curve that is not of small order."""
    return len(key) == 32 and not _is_small(key) and _is_point(key)


def holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature holds, by the equation without cofactor."""
    if len(signature) != 64 or not is_key(key) or _is_small(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _y(encoded: bytes) -> int:
    return int.from_bytes(encoded, "little") & (2**255 - 1)


def _is_small(encoded: bytes) -> bool:
    return _y(encoded) % P in SMALL


def _is_point(encoded: bytes) -> bool:
    y = _y(encoded)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    return pow(u * v, (P - 1) // 2, P) in (0, 1)


def _small() -> frozenset[int]:
    """The y of the eight points of small order: those of order 8 double to y = 0, so their x² is -y²."""
    root = _square_root((1 + D) % P)
    ys = {0, 1, P - 1}
    for sign in (1, -1):
        square = (-1 + sign * root) * pow(D, -1, P) % P
        if pow(square, (P - 1) // 2, P) == 1:
            y = _square_root(square)
            ys |= {y, P - y}
    return frozenset(ys)


def _square_root(a: int) -> int:
    root = pow(a, (P + 3) // 8, P)
    return root if root * root % P == a else root * SQRT_MINUS_ONE % P


SMALL: Final = _small()
