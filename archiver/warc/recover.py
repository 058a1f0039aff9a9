"""What a crash left at the end of a file: whole groups are adopted, the rest is moved aside. Nothing is deleted.

    with store.locked():
        recovered = recover(store, journal)            # at open, and before any append after another process ended
        for group in recovered.groups: manifest.record(group.statement)

Bytes past the known end are one or more groups: what one append wrote, its statement last. A group is whole when its statement
can be read, has the next sequence number, and names exactly the records that stand before it, each by id, place, length and
digest of its stored bytes (conversion records, which are drawn again where they are missing, may stand between). A statement
out of an imported file names other places, so it ends no group; nor does one that a body merely contains, since bodies are
not searched.

A file that is shorter than known is damage, and never "repaired". Rebuilding a manifest reads the same groups (`groups`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiverError, Damaged, Unreadable
from archiver.model.capture import Capture, RecordLocation, StoredRecord
from archiver.model.statement import LIMIT, Statement, decode
from archiver.warc.layout import STATEMENT_TYPE
from archiver.warc.read import Broken, Record, members
from archiver.warc.store import Journal, WarcStore


@dataclass(frozen=True, slots=True)
class Group:
    """What one append wrote: a statement and the records of its group, itself the last, which ends at offset `end`."""

    statement: Statement
    records: tuple[StoredRecord, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """Groups to adopt, in order, and the files that hold what could not be."""

    groups: tuple[Group, ...] = ()
    torn: tuple[Path, ...] = ()


def recover(store: WarcStore, journal: Journal) -> Recovered:
    """Look past the known end of the archive's files. The lock must be held until the caller has recorded the groups.

    The open file is cut back to the end of its last whole group; a new file without a whole group is moved aside. Raises
    Damaged for a file that is gone or shorter than known, and for a file of whole groups that are not the next ones: this
    manifest is not (or no longer) that of these files.
    """
    sequence = journal.next_sequence()
    adopted: list[Group] = []
    torn: list[Path] = []
    for path, known in _tails(store, journal):
        found: list[Group] = []
        for group in groups(path, known):
            if group.statement.sequence != sequence:
                if known == 0 and not found:
                    raise _stranger(path)
                break
            found.append(group)
            sequence += 1
        end = found[-1].end if found else known
        if path.stat().st_size > end or end == 0:
            torn.append(_move_aside(store, path, end))
        if found:
            _make_durable(store, path)
        adopted += found
    return Recovered(tuple(adopted), tuple(torn))


def groups(path: Path, start: int = 0) -> Iterator[Group]:
    """The whole groups from offset `start` on, up to the first bytes that belong to none. Raises nothing."""
    pending: list[StoredRecord] = []
    try:
        for record in members(path, start):
            if record.stored is None:
                return
            at = RecordLocation(path.name, record.offset, record.length, record.stored)
            here = StoredRecord(record.record_id, record.kind, at)
            pending.append(here)
            statement = _statement(record, here)
            if statement is not None and _names(statement, pending[:-1]):
                yield Group(statement, tuple(pending), at.offset + at.length)
                pending = []
    except (Broken, Unreadable):
        return


def _statement(record: Record, here: StoredRecord) -> Statement | None:
    """The statement that a record holds, None where it holds none."""
    if record.kind != "metadata" or record.media_type != STATEMENT_TYPE or record.block_length > LIMIT:
        return None
    try:
        return decode(record.block.read(), here.record_id, here.location)
    except Unreadable:
        return None


def _names(statement: Statement, records: list[StoredRecord]) -> bool:
    """Whether a statement names these records and no others; conversion records need no name."""
    named = set(statement.others)
    if isinstance(statement, Capture):
        for exchange in statement.exchanges:
            named.add(StoredRecord(exchange.record_id, exchange.kind, exchange.record))
            if exchange.request_id is not None and exchange.request is not None:
                named.add(StoredRecord(exchange.request_id, "request", exchange.request))
    standing = set(records)
    return named <= standing and all(record.kind == "conversion" for record in standing - named)


def _tails(store: WarcStore, journal: Journal) -> Iterator[tuple[Path, int]]:
    """The files with bytes past their known end, and that end: the open one, then those that nobody knows of."""
    name = journal.open_warc()
    for path in store.files():
        known = journal.committed(path.name)
        size = path.stat().st_size
        if known is not None and size < known:
            raise Damaged(
                f"{path} has {size} bytes where {known} are known: its end is lost",
                advice="Put it back from a copy of the archive; then run: archiver verify",
            )
        if known is None or (path.name == name and size > known):
            yield path, known or 0
    if name is not None:
        store.size(name)  # which says so where the file is gone


def _stranger(path: Path) -> ArchiverError:
    return Damaged(
        f"{path} holds captures that the manifest does not know and that are not its next ones",
        advice="The manifest is older than the WARC files, or another archive's. Run: archiver rebuild",
    )


def _move_aside(store: WarcStore, path: Path, end: int) -> Path:
    """Put what stands from `end` on into a file beside, durably, and cut it off; from 0 on, that is the whole file."""
    aside = path.with_name(f"{path.name}.torn-{end}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.torn-{end}-{number}")
    if end == 0:
        path.rename(aside)
        store.sync_folder(store.folder)
        return aside
    with path.open("r+b") as file:
        file.seek(end)
        with aside.open("xb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            store.sync(copy.fileno())
        store.sync_folder(store.folder)
        file.truncate(end)
        store.sync(file.fileno())
    return aside


def _make_durable(store: WarcStore, path: Path) -> None:
    """What is adopted may have been written and never synced."""
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        store.sync(fd)
    finally:
        os.close(fd)
    store.sync_folder(store.folder)
