"""The Merkle tree of a log (SPEC.md section 12): RFC 6962, RFC 9162 section 2.1."""

from collections.abc import Iterator, Sequence

from .texts import sha256

EMPTY = sha256(b"")


def leaf(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data)


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right)


def perfect(begin: int, end: int) -> Iterator[int]:
    """The sizes of the perfect subtrees that make up [begin, end): at each place the largest that begins there and fits."""
    while begin < end:
        size = 1 << ((end - begin).bit_length() - 1)
        if begin:
            size = min(size, begin & -begin)
        yield size
        begin += size


class Tree:
    """A log's tree as far as it is known from the left: perfect subtrees, each at least as large as the next."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, bytes]] = []
        self.size = 0

    def add(self, size: int, root: bytes) -> None:
        """Adds a perfect subtree of so many leaves at the right."""
        self.size += size
        while self._parts and self._parts[-1][0] == size:
            root = node(self._parts.pop()[1], root)
            size *= 2
        self._parts.append((size, root))

    def root(self) -> bytes:
        """The root over all that was added."""
        if not self._parts:
            return EMPTY
        found = self._parts[-1][1]
        for _, left in reversed(self._parts[:-1]):
            found = node(left, found)
        return found


def included(index: int, size: int, hashed: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from a leaf's hash to the root (RFC 9162 section 2.1.3.2)."""
    if index >= size:
        return False
    fn, sn, found = index, size - 1, hashed
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node(step, found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def continues(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof leads from the root of `old` leaves to that of `new` (RFC 9162 section 2.1.4.2)."""
    if old > new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    return _leads(path, old - 1, new - 1, old_root, new_root)


def _leads(path: list[bytes], fn: int, sn: int, old_root: bytes, new_root: bytes) -> bool:
    if not path:
        return False
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node(step, first), node(step, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root
