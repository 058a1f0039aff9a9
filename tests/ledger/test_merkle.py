"""The tree: the known vectors, the definitions of RFC 6962 beside it, and proofs that somebody forged."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.ledger import merkle
from archiver.model.log import leaf_hash

#: The entries that the tests of certificate transparency logs are made of, and the root over the first one, two, and so on.
ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
#: Their proofs: (leaf, of how many), and (old size, new size).
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

#: The trees that are forged for have up to so many leaves; every definition is compared up to SMALL.
MOST, SMALL = 300, 70
FORGERIES = 20_000


# ── RFC 6962, 2.1, word for word: of entries, not of hashes ──


def entry(number: int) -> bytes:
    return b"entry %d" % number


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def below(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


@cache
def mth(begin: int, end: int) -> bytes:
    """MTH(D[begin:end])."""
    n = end - begin
    if n == 0:
        return sha256(b"")
    if n == 1:
        return sha256(b"\x00" + entry(begin))
    k = below(n)
    return sha256(b"\x01" + mth(begin, begin + k) + mth(begin + k, end))


def path(m: int, begin: int, end: int) -> list[bytes]:
    """PATH(m, D[begin:end])."""
    n = end - begin
    if n == 1:
        return []
    k = below(n)
    if m < k:
        return [*path(m, begin, begin + k), mth(begin + k, end)]
    return [*path(m - k, begin + k, end), mth(begin, begin + k)]


def subproof(m: int, begin: int, end: int, *, known: bool) -> list[bytes]:
    """SUBPROOF(m, D[begin:end], b); PROOF(m, D[n]) is SUBPROOF(m, D[n], true)."""
    n = end - begin
    if m == n:
        return [] if known else [mth(begin, end)]
    k = below(n)
    if m <= k:
        return [*subproof(m, begin, begin + k, known=known), mth(begin + k, end)]
    return [*subproof(m - k, begin + k, end, known=False), mth(begin, begin + k)]


def nodes(level: int, index: int) -> bytes:
    return mth(index << level, (index + 1) << level)


def of_vectors(level: int, index: int) -> bytes:
    return merkle.tree_root(leaf_hash(one).value for one in ENTRIES[index << level : (index + 1) << level])


# ── what must hold ──


def test_the_root_of_a_log_without_leaves_is_the_hash_of_nothing() -> None:
    assert merkle.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.tree_root([]) == merkle.Frontier().root() == merkle.range_root(nodes, 0, 0) == merkle.EMPTY


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size: int) -> None:
    leaves = [leaf_hash(one).value for one in ENTRIES[:size]]
    assert merkle.tree_root(leaves).hex() == merkle.range_root(of_vectors, 0, size).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_known_inclusion_proofs_come_out_and_hold(index: int, size: int) -> None:
    proof = merkle.inclusion(of_vectors, index, size)
    assert [one.hex() for one in proof] == INCLUSION[index, size]
    assert merkle.included(leaf_hash(ENTRIES[index]).value, index, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_known_consistency_proofs_come_out_and_hold(old: int, new: int) -> None:
    proof = merkle.consistency(of_vectors, old, new)
    assert [one.hex() for one in proof] == CONSISTENCY[old, new]
    assert merkle.consistent(old, bytes.fromhex(ROOTS[old - 1]), new, bytes.fromhex(ROOTS[new - 1]), proof)


def test_every_root_and_proof_of_a_small_tree_is_as_it_is_defined() -> None:
    front = merkle.Frontier()
    for size in range(1, SMALL + 1):
        front.add(mth(size - 1, size))
        root = mth(0, size)
        assert (front.size, front.root(), merkle.range_root(nodes, 0, size)) == (size, root, root)
        for index in range(size):
            proof = merkle.inclusion(nodes, index, size)
            assert list(proof) == path(index, 0, size)
            assert merkle.included(mth(index, index + 1), index, size, proof, root)
        for old in range(1, size + 1):
            proof = merkle.consistency(nodes, old, size)
            assert list(proof) == subproof(old, 0, size, known=True)
            assert merkle.consistent(old, mth(0, old), size, root, proof)


@settings(max_examples=60)
@given(st.integers(1, 3000), st.data())
def test_every_proof_of_a_larger_tree_is_as_it_is_defined(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert merkle.range_root(nodes, 0, size) == mth(0, size)
    within, grown = merkle.inclusion(nodes, index, size), merkle.consistency(nodes, old, size)
    assert list(within) == path(index, 0, size)
    assert list(grown) == subproof(old, 0, size, known=True)
    assert merkle.included(mth(index, index + 1), index, size, within, mth(0, size))
    assert merkle.consistent(old, mth(0, old), size, mth(0, size), grown)


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=8), max_size=200))
def test_the_root_after_each_leaf_is_the_root_over_all_of_them(entries: list[bytes]) -> None:
    front, leaves = merkle.Frontier(), [leaf_hash(one).value for one in entries]
    for size, leaf in enumerate(leaves, 1):
        front.add(leaf)
        assert front.root() == merkle.tree_root(leaves[:size])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (4, 4), (9, 4)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(nodes, index, size)
    assert not merkle.included(mth(0, 1), index, size, (), mth(0, 1))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (-1, 3), (4, 3)])
def test_there_is_no_proof_that_a_tree_begins_with_a_larger_one_or_with_none(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        merkle.consistency(nodes, old, new)
    assert not merkle.consistent(old, merkle.EMPTY, new, mth(0, 3), ())


def test_a_node_is_no_entry() -> None:
    """What two leaves are hashed into is not what their 64 bytes are hashed into as an entry of their own."""
    left, right = mth(0, 1), mth(1, 2)
    assert leaf_hash(left + right).value != merkle.node_hash(left, right)
    assert leaf_hash(b"\x01" + left + right).value != merkle.node_hash(left, right)


def test_a_size_is_worth_what_vouches_for_it() -> None:
    """Why a size and a root are taken from one checkpoint: of four leaves two nodes are, by the root alone, as good as two leaves."""
    assert merkle.included(mth(0, 2), 0, 2, (mth(2, 4),), mth(0, 4))
    assert not merkle.included(mth(0, 2), 0, 4, (mth(2, 4),), mth(0, 4))


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_what_is_not_as_long_as_a_hash_is_none(length: int) -> None:
    short, proof, root = bytes(length), merkle.inclusion(nodes, 2, 5), mth(0, 5)
    assert not merkle.included(short, 2, 5, proof, root)
    assert not merkle.included(mth(2, 3), 2, 5, (*proof[:-1], short), root)
    assert not merkle.included(mth(2, 3), 2, 5, proof, short)
    assert not merkle.consistent(3, short, 5, root, merkle.consistency(nodes, 3, 5))
    assert not merkle.consistent(5, short, 5, short, ())


def test_a_proof_of_any_length_ends() -> None:
    endless = (bytes(32),) * 10_000
    assert not merkle.included(mth(0, 1), 2**52, 2**53 - 1, endless, mth(0, 4))
    assert not merkle.consistent(2**52, mth(0, 1), 2**53 - 1, mth(0, 4), endless)


# ── forgeries: whoever checks has a size and the root that goes with it; all else is the forger's ──


@dataclass(frozen=True)
class Claimed:
    """What is handed in. Of an inclusion `hash` is a leaf's and `at` its index; of a consistency they are the old root and size."""

    hash: bytes
    at: int
    size: int
    root: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Kind:
    """One of the two kinds of proofs: one that holds, made for a place and a size; and whether one is accepted."""

    honest: Callable[[int, int], Claimed]
    accepted: Callable[[Claimed], bool]

    def some(self, chance: random.Random) -> Claimed:
        size = chance.randint(2, MOST)
        return self.honest(chance.randint(1, size - 1), size)


def _within(index: int, size: int) -> Claimed:
    return Claimed(mth(index, index + 1), index, size, mth(0, size), merkle.inclusion(nodes, index, size))


def _grown(old: int, new: int) -> Claimed:
    return Claimed(mth(0, old), old, new, mth(0, new), merkle.consistency(nodes, old, new))


KINDS = {
    "inclusion": Kind(_within, lambda one: merkle.included(one.hash, one.at, one.size, one.proof, one.root)),
    "consistency": Kind(_grown, lambda one: merkle.consistent(one.at, one.hash, one.size, one.root, one.proof)),
}


def _flipped(chance: random.Random, value: bytes) -> bytes:
    at = chance.randrange(8 * len(value))
    return bytes(byte ^ (at // 8 == place) << at % 8 for place, byte in enumerate(value))


def _proof_bit(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    at = chance.randrange(len(one.proof))
    return replace(one, proof=(*one.proof[:at], _flipped(chance, one.proof[at]), *one.proof[at + 1 :]))


def _hash_bit(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    return replace(one, hash=_flipped(chance, one.hash))


def _root_bit(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    return replace(one, root=_flipped(chance, one.root))


def _another_place(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    return replace(one, at=chance.choice([one.at - 1, one.at + 1, one.at ^ 1, chance.randrange(2 * MOST), -one.at]))


def _another_tree(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    size = chance.choice([one.size - 1, one.size + 1, chance.randint(1, MOST)])
    return replace(one, size=size, root=mth(0, size))


def _another_hash(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    place = chance.randrange(MOST)
    return replace(one, hash=chance.choice([mth(place, place + 1), mth(0, place), one.root, one.proof[0]]))


def _another_proof(chance: random.Random, one: Claimed, kind: Kind) -> Claimed:
    return replace(one, proof=kind.some(chance).proof)


def _proof_of_a_neighbour(chance: random.Random, one: Claimed, kind: Kind) -> Claimed:
    return replace(one, proof=kind.honest(max(1, one.at + chance.choice([-2, -1])), one.size).proof)


def _dropped(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    at = chance.randrange(len(one.proof))
    return replace(one, proof=(*one.proof[:at], *one.proof[at + 1 :]))


def _added(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    at, more = chance.randint(0, len(one.proof)), chance.choice([*one.proof, one.hash, one.root, chance.randbytes(32)])
    return replace(one, proof=(*one.proof[:at], more, *one.proof[at:]))


def _reordered(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    return replace(one, proof=tuple(chance.sample(one.proof, len(one.proof))))


def _invented(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    return replace(one, proof=tuple(chance.randbytes(32) for _ in range(chance.randint(0, 12))))


def _another_length(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    *most, last = one.proof
    return replace(one, proof=(*most, chance.choice([last[:-1], last + b"\0", last + last, b""])))


def _node_for_a_leaf(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    """A node on the way up, with the rest of the way: the second preimage that a tree without two kinds of hashes would have."""
    level = chance.randint(1, 3)
    place = one.at >> level
    end = min((place + 1) << level, one.size)
    return replace(one, hash=mth(place << level, end), at=chance.choice([one.at, place]), proof=one.proof[level:])


def _tree_of_nodes(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    """As if the nodes above so many leaves were the leaves, of a log of as many of those."""
    level = chance.randint(1, 2)
    size, place = -(-one.size >> level), one.at >> level
    node = mth(place << level, min((place + 1) << level, one.size))
    return Claimed(node, place, size, mth(0, size), one.proof[level:])


def _below_a_leaf(chance: random.Random, one: Claimed, _kind: Kind) -> Claimed:
    """A way that goes on below a leaf, into what its hash is made of."""
    return replace(one, hash=leaf_hash(one.hash).value, at=2 * one.at, proof=(chance.randbytes(32), *one.proof))


FORGERS: list[Callable[[random.Random, Claimed, Kind], Claimed]] = [
    _proof_bit, _hash_bit, _root_bit, _another_place, _another_tree, _another_hash, _another_proof, _proof_of_a_neighbour, _dropped,
    _added, _reordered, _invented, _another_length, _node_for_a_leaf, _tree_of_nodes, _below_a_leaf,
]  # fmt: skip


def forgeries(kind: Kind, seed: int) -> Iterator[tuple[str, Claimed]]:
    """Without end: by each forger in turn, but for what came out true and whole."""
    chance = random.Random(seed)
    for forge in cycle(FORGERS):
        forged = forge(chance, kind.some(chance), kind)
        least, most = (0, forged.size - 1) if kind.honest is _within else (1, forged.size)
        if not least <= forged.at <= most or forged != kind.honest(forged.at, forged.size):
            yield forge.__name__, forged


@pytest.mark.parametrize("name", KINDS)
def test_no_forged_proof_is_accepted(name: str) -> None:
    kind, chance = KINDS[name], random.Random(1)
    assert all(kind.accepted(kind.some(chance)) for _ in range(1000))
    tried = list(islice(forgeries(kind, 6962), FORGERIES))
    assert min(Counter(how for how, _ in tried).values()) > FORGERIES / len(FORGERS) / 3
    assert [(how, forged) for how, forged in tried if kind.accepted(forged)] == []
