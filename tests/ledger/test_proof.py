"""C2SP tlog-proof: one spelling, both directions; what is none is said to be none."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.ledger import merkle
from archiver.ledger.proof import MOST, BadProof, Proof
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint, leaf_hash
from archiver.signing.keys import Key
from archiver.signing.note import Note

KEY = Key.generate()


def proven(index: int, size: int, *, extra: bytes | None = None) -> tuple[Digest, Proof]:
    """A leaf of a log of that size, and its proof."""
    leaves = [leaf_hash(f"statement {number}".encode()) for number in range(size)]

    def nodes(level: int, place: int) -> bytes:
        count = 1 << level
        return merkle.tree_root(one.value for one in leaves[place * count : (place + 1) * count])

    checkpoint = Checkpoint("archiver/00", size, Digest("sha256", nodes_root(leaves)))
    note = Note(checkpoint.text).signed(KEY, "archiver/00")
    return leaves[index], Proof(index, merkle.inclusion(nodes, index, size), note, extra)


def nodes_root(leaves: list[Digest]) -> bytes:
    return merkle.tree_root(one.value for one in leaves)


@given(
    st.integers(1, 70).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))),
    st.binary(min_size=1) | st.none(),
)
def test_a_proof_is_read_as_it_was_written_and_holds_for_its_own_leaf_alone(
    place: tuple[int, int], extra: bytes | None
):
    leaf, proof = proven(*place, extra=extra)
    assert Proof.parse(proof.encode()) == proof
    assert Proof.parse(proof.encode()).encode() == proof.encode()
    assert proof.holds(leaf)
    assert not proof.holds(leaf_hash(b"another"))
    assert proof.note.verified([KEY.verifier("archiver/00")])


def test_it_is_spelled_as_the_specification_has_it():
    leaf, proof = proven(1, 3, extra=b"page")
    first, extra, index, sibling, *_, blank, origin, size, root, empty, signature, end = (
        proof.encode().decode().split("\n")
    )
    assert (first, extra, index, blank, empty, end) == (
        "c2sp.org/tlog-proof@v1",
        "extra cGFnZQ==",
        "index 1",
        "",
        "",
        "",
    )
    assert (origin, size) == ("archiver/00", "3")
    assert base64.b64decode(sibling) == hashlib.sha256(b"\0statement 0").digest()
    assert base64.b64decode(root) == proof.checkpoint.root.value
    assert signature.startswith("\N{EM DASH} archiver/00 ")
    assert proof.holds(leaf)


def test_a_log_of_one_leaf_needs_no_path():
    leaf, proof = proven(0, 1)
    assert proof.hashes == ()
    assert Proof.parse(proof.encode()).holds(leaf)


def spoiled() -> list[bytes]:
    good = proven(2, 7)[1].encode()
    lines = good.split(b"\n")
    return [
        b"",
        good[1:],
        good[:-1],
        good + b"\n",
        good.replace(b"@v1", b"@v2"),
        good.replace(b"index 2", b"index 02"),
        good.replace(b"index 2", b"index -2"),
        good.replace(b"index 2", b"index \xd9\xa2"),
        good.replace(b"index 2", b"index " + b"9" * 40),
        good.replace(b"index 2\n", b""),
        good.replace(b"index 2", b"extra \nindex 2"),
        good.replace(b"index 2", b"index 2\nextra AAAA"),
        good.replace(b"\n", b"\r\n"),
        good.replace(lines[2], lines[2][:-2]),
        good.replace(lines[2], lines[2][:-2] + b"B="),  # bits that are no hash's
        good.replace(lines[2], lines[2] + b"\n" + b"\n".join([lines[2]] * 70)),
        good.replace(lines[2], lines[2] + b" "),
        good.replace(b"\n7\n", b"\n07\n"),
        good.partition(b"\n\n")[0],
        good.partition(b"\n\n")[0] + b"\n\nnothing\n\n",
        good + b"\0" * MOST,
    ]


@pytest.mark.parametrize("data", spoiled())
def test_what_is_no_proof_is_refused(data: bytes):
    with pytest.raises(BadProof):
        Proof.parse(data)


@given(st.binary(max_size=400))
def test_nothing_else_is_ever_raised(data: bytes):
    for candidate in (data, b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + data, b"c2sp.org/tlog-proof@v1\n" + data):
        with suppress(BadProof):
            assert Proof.parse(candidate).encode() == candidate


def test_a_proof_holds_for_no_other_size_index_or_root():
    leaf, proof = proven(5, 9)
    for index in (4, 6, 5 + 16):
        assert not Proof(index, proof.hashes, proof.note).holds(leaf)
    for size in (8, 10, 4):
        other = Checkpoint("archiver/00", size, proof.checkpoint.root)
        held = Proof(5, proof.hashes, Note(other.text)).holds(leaf)
        assert not held or size == 10  # a tree of ten has the same path to leaf 5: the root tells them apart
    other = Checkpoint("archiver/00", 9, Digest.sha256(b"another"))
    assert not Proof(5, proof.hashes, Note(other.text)).holds(leaf)
