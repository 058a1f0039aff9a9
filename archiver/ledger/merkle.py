"""The tree over the log's leaves: RFC 6962, section 2.1, and the proofs of RFC 9162, sections 2.1.3 and 2.1.4. Pure: no I/O.

    root = tree_root(leaves)                                   of leaf hashes, in order
    front = Frontier(); front.add(leaf); front.root()          the same as they come: the root after each
    inclusion(nodes, index, size)                              proof that a leaf is in a tree
    consistency(nodes, old, new)                               proof that a tree begins with an earlier one
    included(...), consistent(...)                             whether a proof holds

`nodes(level, index)` gives the hash over the 2^level leaves from index * 2^level on, all of which there are. Whoever checks a proof
needs none: hashes that come from others are 32 bytes each, or the proof does not hold. Nothing is raised for a proof that is wrong.

A size and a root belong together: both come from one checkpoint whose signature holds. A root alone does not say of how many
leaves it is, and with a size of somebody's choice a node can be passed off as a leaf's hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

#: The hash over complete subtrees: of its level (0: a leaf) and its place among those of that level.
Nodes = Callable[[int, int], bytes]

SIZE = 32
_NODE = b"\x01"

#: The root of a log without leaves.
EMPTY = hashlib.sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others."""
    return hashlib.sha256(_NODE + left + right).digest()


class Frontier:
    """The complete subtrees at the right edge of a growing tree, the largest first: at most one of each size."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """One more leaf hash."""
        carried, size = leaf, self.size
        while size & 1:
            carried, size = node_hash(self._subtrees.pop(), carried), size >> 1
        self._subtrees.append(carried)
        self.size += 1

    def root(self) -> bytes:
        """Of all leaves so far."""
        if not self._subtrees:
            return EMPTY
        *rest, root = self._subtrees
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    front = Frontier()
    for leaf in leaves:
        front.add(leaf)
    return front.root()


def range_root(nodes: Nodes, begin: int, end: int) -> bytes:
    """The root over the leaves in [begin, end), where it is a subtree of the whole tree: `begin` is a multiple of a power of two
    that is not less than their number.
    """
    size = end - begin
    if size == 0:
        return EMPTY
    if size & (size - 1) == 0:
        return nodes(size.bit_length() - 1, begin // size)
    middle = begin + _left(size)
    return node_hash(range_root(nodes, begin, middle), range_root(nodes, middle, end))


def inclusion(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """The proof that leaf `index` is in the tree of the first `size` leaves: the hashes beside its path, from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    return _path(nodes, index, 0, size)


def consistency(nodes: Nodes, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the tree of the first `new` leaves begins with that of the first `old`."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with one of {old}")
    return () if old == new else _joint(nodes, old, 0, new, whole=True)


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that a leaf with this hash stands at `index` of the tree of `size` leaves with that root."""
    if not 0 <= index < size or any(len(one) != SIZE for one in (leaf, root, *proof)):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new` leaves with that root begins with the tree of `old` leaves with that one."""
    if not 0 < old <= new or any(len(one) != SIZE for one in (old_root, new_root, *proof)):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old & (old - 1) == 0:
        proof = (old_root, *proof)
    if not proof:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _left(size: int) -> int:
    """How many of so many leaves, more than one, are under the left node: the largest power of two below."""
    return 1 << ((size - 1).bit_length() - 1)


def _path(nodes: Nodes, index: int, begin: int, end: int) -> tuple[bytes, ...]:
    if end - begin == 1:
        return ()
    middle = begin + _left(end - begin)
    if index < middle:
        return (*_path(nodes, index, begin, middle), range_root(nodes, middle, end))
    return (*_path(nodes, index, middle, end), range_root(nodes, begin, middle))


def _joint(nodes: Nodes, old: int, begin: int, end: int, *, whole: bool) -> tuple[bytes, ...]:
    """RFC 6962's SUBPROOF; `whole`: the old tree is all that has been left out so far."""
    if old == end:
        return () if whole else (range_root(nodes, begin, end),)
    middle = begin + _left(end - begin)
    if old <= middle:
        return (*_joint(nodes, old, begin, middle, whole=whole), range_root(nodes, middle, end))
    return (*_joint(nodes, old, middle, end, whole=False), range_root(nodes, begin, middle))
