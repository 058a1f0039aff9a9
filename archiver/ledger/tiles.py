"""The log as files that anybody can serve and check without asking us: the layout of C2SP tlog-tiles.

    written = write_tiles(connection, archive, folder)

    FOLDER/checkpoint                        the newest checkpoint, as it stands in archive/checkpoints
    FOLDER/tile/0/x001/234                   256 hashes of leaves; one level up, of such tiles
    FOLDER/tile/0/x001/235.p/17              the last of a level, as wide as it is
    FOLDER/tile/entries/x001/234             the statements themselves, each behind its length: only where they are asked for

1. A file appears whole or not at all, and the checkpoint last: what it speaks of is there.
2. A full tile is written once. A partial one stays until the full one is there.
3. What is published goes on: a checkpoint never takes the place of one that it does not continue.

The hashes say nothing of what was archived. The statements do: addresses, times, notes, decisions and who took them.

Does not own: checkpoints (ledger.checkpoints), who is told of the folder.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from archiver import plain
from archiver.errors import Damaged, NotFound, UsageError
from archiver.ledger import checkpoints
from archiver.ledger.log import TILE, WIDTH, Log
from archiver.manifest import log as rows
from archiver.manifest.fixity import location
from archiver.model.log import Checkpoint, leaf_hash
from archiver.model.statement import LIMIT
from archiver.warc.read import record_at

CHECKPOINT = "checkpoint"

#: What stands where a tile's level does, in the path of a bundle of statements.
ENTRIES = "entries"


@dataclass(frozen=True, slots=True)
class Published:
    """What stands in the folder now, and how many tiles and bundles were written for it."""

    checkpoint: Checkpoint
    files: int


def tile_path(level: int | str, index: int, width: int = WIDTH) -> PurePosixPath:
    """Where a tile is: number 1,234,067 of level 0 at tile/0/x001/x234/067."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    path = PurePosixPath("tile", str(level), *(f"x{part}" for part in above), last)
    return path if width == WIDTH else path.with_name(f"{last}.p") / str(width)


def write_tiles(connection: sqlite3.Connection, archive: Path, folder: Path, *, entries: bool = False) -> Published:
    """Bring `folder` up to the newest checkpoint in `archive`, the folder of the WARC files; the archive's lock must be held.

    `entries`: the statements too. Raises NotFound where there is no checkpoint yet, Damaged where log and checkpoint do not go
    together or a statement cannot be read, UsageError where the folder holds another log, OSError.
    """
    newest = checkpoints.newest(archive)
    if newest is None:
        raise NotFound(
            "the log has no checkpoint yet", advice="Every command that writes to the archive ends with one."
        )
    log, new = Log(connection), newest.checkpoint
    if log.size < new.size or log.root(new.size) != new.root:
        raise Damaged(f"the log is not the one that {newest.path} is of", advice="Run: archiver verify --level index")
    _check_published(log, new, folder / CHECKPOINT)
    files = 0
    for path, (level, index, width) in _missing(folder, new.size):
        _write(path, b"".join(log.hashes(level, index * WIDTH, width)))
        files += 1
    for path, (_, index, width) in _missing(folder, new.size, ENTRIES) if entries else ():
        _write(path, _bundle(log, archive, connection, index * WIDTH, width))
        files += 1
    _write(folder / CHECKPOINT, newest.note.encode())
    return Published(new, files)


def _check_published(log: Log, new: Checkpoint, path: Path) -> None:
    """Rule 3."""
    try:
        old = checkpoints.read(path).checkpoint
    except FileNotFoundError:
        return
    except ValueError as why:
        raise UsageError(f"{path} is no checkpoint: {why}", advice="Publish into another folder.") from why
    if old.origin != new.origin:
        raise UsageError(
            f"{path} is of another log, {old.origin}", advice="Publish each archive's log into a folder of its own."
        )
    if old.size > new.size or log.root(old.size) != old.root:
        raise Damaged(
            f"the log does not go on from {path}, which was published",
            advice="Nothing was published. Run: archiver verify --level index",
        )


def _missing(folder: Path, size: int, kind: str = "") -> Iterator[tuple[Path, tuple[int, int, int]]]:
    """Of the tiles of so many leaves those that are not in the folder: level, index and width; of a `kind`, in place of those of
    level 0. Once one is written that is full, those that were partial before it are of no use.
    """
    for level, index, width in _tiles(size):
        if kind and level:
            return
        path = folder / tile_path(kind or level, index, width)
        if path.exists():
            continue
        yield path, (level, index, width)
        if width == WIDTH:
            shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)


def _tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, index and width of every tile of so many leaves."""
    level = 0
    while hashes := size >> level * TILE:
        for begin in range(0, hashes, WIDTH):
            yield level, begin // WIDTH, min(WIDTH, hashes - begin)
        level += 1


def _bundle(log: Log, archive: Path, connection: sqlite3.Connection, begin: int, count: int) -> bytes:
    """The statements of so many leaves, each behind its length in two bytes, the higher one first."""
    hashes, found = log.hashes(0, begin, count), bytearray()
    for index, statement_id in rows.statement_ids(connection, begin, begin + count):
        known = None if statement_id is None else location(connection, statement_id)
        if known is None:
            raise Damaged(
                f"statement {index + 1} is lost: only its hash is left", advice="Publish without the statements."
            )
        with record_at(archive, known.location) as record:
            entry = record.block.read(LIMIT + 1)
        if leaf_hash(entry).value != hashes[index - begin]:
            raise Damaged(
                f"statement {index + 1} is not the one of the log", advice="Run: archiver verify --level index"
            )
        found += len(entry).to_bytes(2) + entry
    return bytes(found)


def _write(path: Path, data: bytes) -> None:
    """Rule 1. The names in a folder are not synced: what a loss of power takes is missing, and written the next time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain.put(path, [data])
