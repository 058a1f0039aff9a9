"""The nouns of the log: what a leaf is, what a checkpoint says, by whose key, and who else has seen one.

    leaf_hash(entry)         of the bytes of a statement, as RFC 6962 has it (2.1)
    Checkpoint               how many leaves there are, and the root over them, under the log's name
    KeyChange, Anchor        facts that are stated in the log themselves

Does not own: the tree (ledger.merkle), signatures (signing), what is on disk (ledger, vault).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from archiver.model.digest import Digest

_LEAF = b"\x00"

#: The kinds of anchors: a timestamp of an authority, a repository that others fetch, a witness of logs.
ANCHOR_KINDS = ("rfc3161", "git", "witness")

#: The longest text of a checkpoint, in characters, and the most leaves that one speaks of.
_LONGEST, _MOST = 4096, 2**53


def leaf_hash(entry: bytes) -> Digest:
    """The hash of a leaf: SHA-256 of a zero byte and the statement's bytes."""
    return Digest("sha256", hashlib.sha256(_LEAF + entry).digest())


def origin_of(first: Digest) -> str:
    """The name of the log whose first leaf has this hash. It needs no setting, and is the same in every copy."""
    return f"archiver/{first.hex[:16]}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """That the log `origin` has `size` leaves under `root`. Its text is what is signed (C2SP tlog-checkpoint, no extension lines)."""

    origin: str
    size: int
    root: Digest

    @property
    def text(self) -> str:
        """Three lines, each ended."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root.value).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From such a text, and from no other spelling of it. Raises ValueError."""
        lines = text.split("\n")
        if len(text) > _LONGEST or len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise ValueError("not the text of a checkpoint")
        origin, size, root, *_ = lines
        if not (size.isascii() and size.isdigit()) or str(int(size[:17])) != size or int(size) >= _MOST:
            raise ValueError("a checkpoint without a size")
        try:
            found = cls(origin, int(size), Digest("sha256", base64.b64decode(root, validate=True)))
        except binascii.Error as why:
            raise ValueError("a checkpoint without a root") from why
        if not text.startswith(found.text):  # base64 has more than one spelling of a hash
            raise ValueError("a checkpoint in another spelling than there is")
        return found


@dataclass(frozen=True, slots=True)
class KeyChange:
    """From here on checkpoints are signed with this key: `key` is its vkey (C2SP signed-note).

    `endorsement` is the signed note in which the key before says so; None for a log's first key, and where the one before is lost.
    """

    at: datetime
    key: str
    because: str = ""
    endorsement: str | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Somebody else has seen the checkpoint of `size` leaves: `whom` (an address or a name), by what stands in the file `name` of
    archive/anchors, which has that `digest`.

    `kind` is one of ANCHOR_KINDS. `said_at` is the time that they give, where they give one; `at` is ours.
    """

    kind: str
    whom: str
    at: datetime
    size: int
    root: Digest
    name: str
    digest: Digest
    said_at: datetime | None = None
    note: str = ""
