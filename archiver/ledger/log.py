"""The log of an archive: the tree over the hashes in its manifest, and the proofs about it, and what is kept of it.

    log = Log(connection)
    log.size, log.origin, log.root(size)
    log.inclusion(index, size), log.consistency(old, new)
    fill(connection)                    hashes over whole runs of leaves, kept so that no root is computed from all of them
    catch_up(manifest, archive)         the leaves of what was stated before there was a log
    binding(connection, archive)        the checkpoints that it has to go on from

A hash that is kept is believed here; whether it follows from the leaves is what verification computes. Raises Damaged where a
leaf is missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from archiver.errors import Damaged
from archiver.ledger import merkle
from archiver.ledger.checkpoints import FOLDER, Kept, backwards, files, readable
from archiver.ledger.keys import verifiers
from archiver.manifest import log as rows
from archiver.manifest.store import Manifest
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint, leaf_hash, origin_of
from archiver.signing.note import BadNote, Verifier
from archiver.warc.read import record_at

#: Kept are the hashes over 2^8, 2^16 ... leaves, as tlog-tiles has them.
TILE = 8
WIDTH = 1 << TILE

#: So many leaves are added in one transaction.
_LOT = 1000


class Log:
    """What the manifest behind `connection` holds of the log, as long as that connection is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return rows.size(self._connection)

    @property
    def origin(self) -> str:
        """The log's name."""
        return origin_of(Digest("sha256", self.nodes(0, 0)))

    def root(self, size: int | None = None) -> Digest:
        """Of the first `size` leaves, or of all."""
        return Digest("sha256", merkle.range_root(self.nodes, 0, self.size if size is None else size))

    def checkpoint(self) -> Checkpoint:
        """That there are so many leaves now, and under which root. There must be some."""
        size = self.size
        return Checkpoint(self.origin, size, self.root(size))

    def goes_on_from(self, was: Checkpoint) -> bool:
        """Whether its first leaves are those that a checkpoint is of."""
        return was.size <= self.size and self.root(was.size) == was.root

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """That a leaf is among the first `size`."""
        return merkle.inclusion(self.nodes, index, size)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """That the first `new` leaves begin with the first `old`."""
        return merkle.consistency(self.nodes, old, new)

    def nodes(self, level: int, index: int) -> bytes:
        """The hash over the 2^level leaves from index * 2^level on."""
        tile, height = divmod(level, TILE)
        return _over(self.hashes(tile, index << height, 1 << height))

    def hashes(self, tile: int, begin: int, count: int) -> list[bytes]:
        """So many hashes of a level of tiles from position `begin` on: each over 256^tile leaves, all of which there are."""
        if tile == 0:
            return self._leaves(begin, count)
        kept = _readable(rows.nodes(self._connection, tile, begin, begin + count))
        return [
            kept[position] if position in kept else _over(self.hashes(tile - 1, position * WIDTH, WIDTH))
            for position in range(begin, begin + count)
        ]

    def _leaves(self, begin: int, count: int) -> list[bytes]:
        found = _readable(rows.leaves(self._connection, begin, begin + count))
        if len(found) < count:
            missing = next(index for index in range(begin, begin + count) if index not in found)
            raise Damaged(
                f"the log has no leaf for statement {missing + 1}",
                advice="Its record cannot be read, or is lost: archiver verify says what is damaged.",
            )
        return list(found.values())


def _over(hashes: list[bytes]) -> bytes:
    """The hash over a complete subtree, of those of its nodes at one level."""
    while len(hashes) > 1:
        hashes = [merkle.node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _readable(found: Iterator[tuple[int, bytes]]) -> dict[int, bytes]:
    """Rows by their places. Raises Damaged where one holds no hash."""
    try:
        known = dict(found)
    except (ValueError, TypeError) as why:
        raise _no_hash() from why
    if any(len(value) != merkle.SIZE for value in known.values()):
        raise _no_hash()
    return known


def _no_hash() -> Damaged:
    return Damaged("a hash of the log cannot be read", advice="Run: archiver verify --level index")


def fill(connection: sqlite3.Connection) -> None:
    """Keep the hashes over whole runs of leaves that are not kept yet; in a transaction of the caller's."""
    log = Log(connection)
    tile, below = 1, log.size
    while whole := below // WIDTH:
        for position in range(rows.kept_nodes(connection, tile), whole):
            rows.keep_node(connection, tile, position, log.nodes(tile * TILE, position))
        tile, below = tile + 1, whole


def catch_up(manifest: Manifest, archive: Path) -> None:
    """Give a row to every checkpoint in the folder `archive`, and a leaf to every statement that has none, from its record there. The
    lock must be held. What cannot be read has none: then there is no root, and verification says where.
    """
    note_unknown(manifest, archive)
    # No hash over a run is kept before all of its leaves are there, so the rows of those need not be counted at every opening.
    whole = rows.kept_nodes(manifest.connection, 1) * WIDTH
    if whole + rows.count(manifest.connection, whole) == manifest.next_sequence() - 1:
        return
    last = 0
    while behind := rows.behind(manifest.connection, _LOT, last):
        with manifest.together():
            for last, known in behind:
                with suppress(Damaged), record_at(archive, known.location) as record:
                    rows.add_leaf(manifest.connection, last, leaf_hash(record.block.read()), known.record_id)


def binding(connection: sqlite3.Connection, archive: Path) -> Iterator[tuple[Checkpoint, Path]]:
    """The newest checkpoint in the folder `archive` that the log has to go on from, and the newest that the manifest knows: the file of
    that may be gone. Where the log names keys it is one that any of these signed, since whoever can write there can write the others;
    else one of this log, by its name or its size.
    """
    named = verifiers([change for _, change in rows.key_changes(connection)])
    ids = {key.signer for key in named}
    size, first = rows.size(connection), next(rows.leaves(connection, 0, 1), None)

    def ours(one: Checkpoint) -> bool:
        return one.size <= size or first is None or one.origin == origin_of(Digest("sha256", first[1]))

    for kept in backwards(archive):
        if _signed(kept, named) if named else ours(kept.checkpoint):
            yield kept.checkpoint, kept.path
            break
    for known, name, signers in rows.latest_checkpoints(connection):
        if ids & set(signers) if named else ours(known):
            yield known, archive / FOLDER / name
            break


def _signed(kept: Kept, by: Sequence[Verifier]) -> bool:
    try:
        return bool(kept.note.verified(by))
    except BadNote:
        return False


def note_unknown(manifest: Manifest, archive: Path) -> None:
    """Give a row to every checkpoint in the folder `archive` that has none. The lock must be held."""
    known = rows.checkpoint_names(manifest.connection)
    if unknown := [path for path in files(archive) if path.name not in known]:
        with manifest.together():
            note_checkpoints(manifest.connection, readable(unknown))


def note_checkpoints(connection: sqlite3.Connection, found: Iterable[Kept]) -> None:
    """Keep a row of each checkpoint that is on disk; in a transaction of the caller's."""
    for one in found:
        signers = tuple(signature.signer for signature in one.note.signatures)
        rows.keep_checkpoint(connection, one.checkpoint, one.path.name, signers)
