"""Proofs that stand by themselves (C2SP tlog-proof): a leaf's place, the hashes beside its path, the checkpoint that they lead to.

    proof = Proof(index, hashes, note)      proof.encode()
    proof = Proof.parse(data)               raises BadProof
    proof.holds(leaf)                       whether they lead from this leaf to the checkpoint's root

1. There is one spelling of a proof: what is read is written again byte for byte.
2. A proof has no more hashes than a tree can have levels, and a note of the size that notes have.
3. `extra` is nobody's word: it is read, kept and believed in nothing.

Does not own: what a leaf says, whose the checkpoint's signatures are (signing.note), the tree (merkle).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field

from archiver.ledger import merkle
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint
from archiver.signing.note import MOST_BYTES, BadNote, Note

FIRST_LINE = "c2sp.org/tlog-proof@v1"

#: A tree of 2^53 leaves has no more levels; what else a proof may hold is short.
MOST_HASHES = 64
#: The longest `extra`, in characters, and the largest proof, in bytes.
_EXTRA = 8192
MOST = MOST_BYTES + _EXTRA + MOST_HASHES * 64

_INDEX = re.compile(r"index (0|[1-9]\d{0,15})", re.ASCII)


class BadProof(ValueError):
    """What is no proof."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That the leaf at `index` is in the tree of the checkpoint in `note`; `hashes` are 32 bytes each, the leaf's sibling first."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None
    checkpoint: Checkpoint = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.hashes) > MOST_HASHES or any(len(one) != merkle.SIZE for one in self.hashes):
            raise BadProof("a proof of hashes that are none, or of more than a tree has levels")
        if self.extra is not None and not self.extra:
            raise BadProof("a proof with something extra that is nothing")
        try:
            object.__setattr__(self, "checkpoint", Checkpoint.parse(self.note.text))
        except ValueError as why:
            raise BadProof(str(why)) from why

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """From the bytes of a proof. Raises BadProof."""
        if len(data) > MOST:
            raise BadProof(f"a proof of more than {MOST} bytes")
        head, blank, rest = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
            note = Note.parse(rest)
        except UnicodeDecodeError as why:
            raise BadProof("a proof with other characters than base64 has") from why
        except BadNote as why:
            raise BadProof(f"what should be the checkpoint is not: {why}") from why
        if not blank or lines.pop(0) != FIRST_LINE:
            raise BadProof("this does not begin as a proof does")
        extra = _decoded(lines.pop(0)[len("extra ") :]) if lines and lines[0].startswith("extra ") else None
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None:
            raise BadProof("a proof that does not say which leaf it is of")
        return cls(int(index[1]), tuple(map(_decoded, lines)), note, extra)

    def encode(self) -> bytes:
        """The bytes of the proof."""
        extra = [] if self.extra is None else [f"extra {_encoded(self.extra)}"]
        lines = [FIRST_LINE, *extra, f"index {self.index}", *map(_encoded, self.hashes)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.note.encode()

    def holds(self, leaf: Digest) -> bool:
        """Whether a leaf with this hash stands at the index, by the checkpoint's root."""
        return merkle.included(leaf.value, self.index, self.checkpoint.size, self.hashes, self.checkpoint.root.value)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as why:
        raise BadProof("a line of a proof that is no base64") from why
    if _encoded(data) != text:
        raise BadProof("a line of a proof in another spelling than there is")
    return data
