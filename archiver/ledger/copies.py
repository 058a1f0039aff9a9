"""Another copy of the same archive: where it says something else, and bytes from it for those that are lost here.

    logs(ours, theirs)                      the first leaf that is not the same
    bytes_of(archive, copy, known, ...)     the records of a file, there, by the digests that are kept here
    put_file(archive, copy, name, ...)      a file that is no WARC file (a checkpoint, an anchor), where that is the right one
    put_back(archive, copy, known, ...)     a file made whole: from its own bytes, and the other copy's where those are harmed

1. A byte is taken from the other copy only in a whole record, and only where that has the digest kept here. Nothing else of it is believed.
2. A file is written beside the one there is, synced, and then put in its place: at any moment one of the two is there whole.
3. Where a record is right in neither, the file stays as it is.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archiver import plain
from archiver.errors import Damaged
from archiver.ledger.anchors import LONGEST
from archiver.ledger.files import sha256_at
from archiver.ledger.problems import Damage
from archiver.manifest.fixity import KnownFile, KnownRecord
from archiver.model.citation import Json
from archiver.model.text import counted
from archiver.warc import withdrawn
from archiver.warc.read import record_at

_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """A file, and how many of its records, of so many bytes, came from the other copy; or why it stays as it is."""

    warc: str
    records: int = 0
    octets: int = 0
    why_not: str = ""

    def as_json(self) -> dict[str, Json]:
        """A row of `repaired` in `verify --json`."""
        return {"warc": self.warc, "records": self.records, "bytes": self.octets, "why_not": self.why_not or None}

    def __str__(self) -> str:
        records = f"{counted(self.records, 'record')}, " if self.records else ""
        return self.why_not or f"{records}{self.octets} bytes, put back from another copy of the archive"


def logs(ours: sqlite3.Connection, theirs: sqlite3.Connection) -> Iterator[Damage]:
    """Where the logs part, or which is the longer one."""
    sql = "select sequence, leaf from log order by sequence"
    here, there = ours.execute(sql), theirs.execute(sql)
    while True:
        one, other = here.fetchone(), there.fetchone()
        if one is None and other is None:
            return
        if one is None or other is None:
            which = "this copy does" if one is None else "the other copy does"
            place = f"log {(one or other)[0]}"
            yield Damage("copy-behind", None, None, None, f"{which} not have the statements from here on yet", place)
            return
        if tuple(one) != tuple(other):
            what = "the other copy has another statement from here on: one of the two is a fork; what comes behind was not compared"
            if one[0] == other[0] == 1:
                what = "that is another log: it is no copy of this archive"
            yield Damage("copy-log", None, None, None, what, f"log {min(one[0], other[0])}")
            return


def bytes_of(
    archive: Path, copy: Path, known: KnownFile, expected: Sequence[KnownRecord], end: int | None
) -> Iterator[Damage]:
    """The records of a file that the other copy (its folder of WARC files) has otherwise. `end`: where the file ends by what is known
    there; None where nothing is, and it ends where it ends.
    """
    if end == 0:  # it was begun here since
        return
    try:
        with (copy / known.name).open("rb") as stream:
            for record in expected:
                at = record.location
                if at.offset >= (os.fstat(stream.fileno()).st_size if end is None else end):
                    if end is None:
                        what = "the other copy's file does not have the records from here on yet"
                        yield Damage("copy-behind", None, known.name, at.offset, what)
                    return
                found = sha256_at(stream, at.offset, at.length, _nobody)
                if found == at.stored.value:
                    continue
                if found == _withdrawn(archive, record):
                    what = "the copy still holds bytes that were withdrawn here"
                    yield Damage("copy-withdrawn", record.capture_id, known.name, at.offset, what)
                else:
                    what = f"the {record.kind} record {record.record_id} has not the bytes there that were written"
                    yield Damage("copy-record", record.capture_id, known.name, at.offset, what)
    except OSError as why:
        yield Damage("copy-missing", None, known.name, None, f"the other copy's file cannot be read: {why.strerror}")


def _withdrawn(archive: Path, known: KnownRecord) -> bytes | None:
    """The digest of what stood here before it was withdrawn, where it was."""
    if known.kind != "metadata":
        return None
    try:
        with record_at(archive, known.location) as record:
            before = withdrawn.was(record)
    except (Damaged, OSError):  # it is told of this copy
        return None
    return None if before is None else before.location.stored.value


def put_file(
    archive: Path, copy: Path, name: str, is_right: Callable[[bytes], bool], *, sync_folder: Callable[[Path], None]
) -> Restored:
    """Put a small file (`name` is its path below the folder of WARC files) in its place, if the other copy has the right one. The write
    lock must be held. Raises OSError for what the disk does not take.
    """
    path = archive / name
    try:
        content = plain.read(copy / name, LONGEST)
    except OSError as why:
        return Restored(name, why_not=f"it cannot be read in the other copy: {why.strerror}")
    if not is_right(content):
        return Restored(name, why_not="the other copy has another one, or none that is right")
    path.parent.mkdir(exist_ok=True)
    plain.put(path, [content])
    sync_folder(path.parent)
    return Restored(name, octets=len(content))


def put_back(
    archive: Path,
    copy: Path,
    known: KnownFile,
    expected: Sequence[KnownRecord],
    *,
    sync: Callable[[int], None],
    sync_folder: Callable[[Path], None],
) -> Restored:
    """Make a file whole again. The write lock must be held. Raises OSError for what the disk does not take."""
    path, draft = archive / known.name, archive / f".{known.name}.repair"
    with ExitStack() as opened:
        sources: list[BinaryIO] = []
        for place in (path, copy / known.name):
            with suppress(OSError):
                sources.append(opened.enter_context(place.open("rb")))
        own = sources[0] if sources and sources[0].name == str(path) else None
        new = opened.enter_context(draft.open("w+b"))
        try:
            restored = _assembled(new, own, sources, known, expected)
            if restored.why_not:
                return restored
            new.flush()
            os.fchmod(new.fileno(), 0o644 if own is None else os.fstat(own.fileno()).st_mode & 0o777)
            sync(new.fileno())
            draft.replace(path)
            sync_folder(archive)
        finally:
            draft.unlink(missing_ok=True)
    return restored


def _assembled(
    new: BinaryIO, own: BinaryIO | None, sources: Sequence[BinaryIO], known: KnownFile, expected: Sequence[KnownRecord]
) -> Restored:
    records = octets = end = 0
    for record in expected:
        at = record.location
        if at.offset != end:
            return Restored(
                known.name,
                why_not=f"at {end} stand bytes that no record accounts for, and nobody knows of which digest",
            )
        end += at.length
        for source in sources:
            new.seek(at.offset)
            new.truncate()
            if sha256_at(source, at.offset, at.length, new.write) == at.stored.value:
                records, octets = (records, octets) if source is own else (records + 1, octets + at.length)
                break
        else:
            what = f"the {record.kind} record at {at.offset} is right in neither copy"
            return Restored(known.name, why_not=what)
    if (
        own is not None and not known.sealed and records < len(expected)
    ):  # what another process left behind the known end
        own.seek(end)
        while piece := own.read(_STEP):
            new.write(piece)
    return Restored(known.name, records, octets)


def _nobody(_piece: bytes) -> None:
    """Takes no piece."""
