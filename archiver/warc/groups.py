"""The groups of a WARC file of ours: what each append wrote, and what states it. The way back from bytes to statements.

    for group in groups(path, start): ...              # up to the first bytes that belong to none: recovery
    for group in salvaged(path): ...                   # every group that is whole, on both sides of damage: rebuilding

A group is whole when its statement, which is the last of it, names exactly the records before it, each by id, kind, place, length
and digest of its stored bytes (texts may stand among them unnamed, and what opens a file that was begun for one). A statement that came in with somebody else's file names
other places, and so ends no group.

What was withdrawn stands for the record that was there, where a statement names that one (warc.withdrawn).

Past damage the next gzip member that begins a record is searched for, and what a page holds may look like one. It is not
believed for that: a statement counts only where it names this file and the very places where its records stand; one that names
none does not count behind the record that an import's group begins with (ingest.warc, rule 4), since it may have come with it.

Does not own: what is done with groups, with what is none, or about damage (recover, rebuilding).
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archiver.errors import Unreadable
from archiver.model.capture import Capture, RecordLocation, StoredRecord, StoredText
from archiver.model.event import Reading
from archiver.model.statement import LIMIT, Stated, Statement, decode
from archiver.warc import withdrawn
from archiver.warc.layout import GZIP, STATEMENT_TYPE
from archiver.warc.read import Broken, Record, members, uuid_of

_MAGIC = b"\x1f\x8b\x08"
_FIRST_LINE = b"WARC/1."
_STEP = 1024 * 1024
#: So many compressed bytes hold the first line of a record.
_LOOK = 512


@dataclass(frozen=True, slots=True)
class Group:
    """What one append wrote: a statement and the records of its group, itself the last. Or, with `statement` None, texts that stand
    behind the last statement of a file. `texts` are those of ours among the records: what an import brought is none.
    """

    statement: Statement | None
    records: tuple[StoredRecord, ...]
    texts: tuple[StoredText, ...] = ()

    @property
    def begin(self) -> int:
        """The offset of its first record."""
        return self.records[0].location.offset

    @property
    def end(self) -> int:
        """The offset behind its last record."""
        last = self.records[-1].location
        return last.offset + last.length


def groups(path: Path, start: int = 0) -> Iterator[Group]:
    """The whole groups from offset `start` on, up to the first bytes that belong to none. Raises nothing."""
    return _groups(path, start, past_damage=False)


def salvaged(path: Path) -> Iterator[Group]:
    """Every whole group of a file, whatever stands between them. Raises nothing; what cannot be read is what no group covers."""
    return _groups(path, 0, past_damage=True)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A record as it stands in the file; `was` is what it says that stood there, before that was withdrawn."""

    stored: StoredRecord
    text: StoredText | None = None
    was: StoredRecord | None = None
    guards: bool = False  # whether an import's group begins with it

    @property
    def is_text(self) -> bool:
        """Whether it is a text, or was one."""
        return self.text is not None or (self.was is not None and self.was.kind == "conversion")

    def among(self, named: frozenset[StoredRecord]) -> StoredRecord:
        """What it is for a statement that names these. Of an imported file's records those are named that stand there."""
        return self.stored if self.was is None or self.stored in named else self.was


def _groups(path: Path, start: int, *, past_damage: bool) -> Iterator[Group]:
    pending: list[_Standing] = []
    at: int | None = start
    while at is not None:
        broken = at
        try:
            for record in members(path, at):
                broken = record.offset
                pending.append(_standing(path, record))
                broken = record.offset + record.length
                statement = _statement(record, pending[-1].stored)
                named = frozenset[StoredRecord]() if statement is None else _named(statement)
                begin = None if statement is None else _begin(named, pending)
                if begin == 0 or (begin and past_damage and (named or not any(one.guards for one in pending))):
                    yield from (_group(None, [one]) for one in pending[:begin] if one.is_text)
                    yield _group(statement, pending[begin:])
                    pending = []
            at = None
        except (Broken, Unreadable):
            at = _next_member(path, broken + 1) if past_damage else None
    texts = list(itertools.takewhile(lambda one: one.is_text or one.stored.kind == "warcinfo", pending))
    if any(one.is_text for one in texts):
        yield _group(None, texts)


def _group(statement: Statement | None, standing: list[_Standing]) -> Group:
    of_a_reading = isinstance(statement, Stated) and isinstance(statement.fact, Reading)
    foreign = frozenset[str]() if statement is None or of_a_reading else {one.record_id for one in statement.others}
    texts = tuple(one.text for one in standing if one.text is not None and one.stored.record_id not in foreign)
    named = frozenset[StoredRecord]() if statement is None else _named(statement)
    return Group(statement, tuple(one.among(named) for one in standing), texts)


def _standing(path: Path, record: Record) -> _Standing:
    if record.stored is None:
        raise Broken(path, record.offset, "the record does not fill a gzip member")
    at = RecordLocation(path.name, record.offset, record.length, record.stored)
    stored = StoredRecord(record.record_id, record.kind, at)
    refers, extractor = record.header("WARC-Refers-To"), record.header("X-Archiver-Extractor")
    if record.kind == "conversion" and refers and extractor:
        return _Standing(stored, StoredText(stored, uuid_of(refers), extractor))
    before = withdrawn.was(record)
    guards = record.kind == "metadata" and record.media_type == "application/warc-fields"
    return _Standing(
        stored, guards=guards, was=before and replace(before, location=replace(before.location, warc=path.name))
    )


def _statement(record: Record, here: StoredRecord) -> Statement | None:
    """The statement that a record holds, None where it holds none."""
    if record.kind != "metadata" or record.media_type != STATEMENT_TYPE or record.block_length > LIMIT:
        return None
    try:
        return decode(record.block.read(), here.record_id, here.location)
    except Unreadable:
        return None


def _named(statement: Statement) -> frozenset[StoredRecord]:
    """The records that a statement names."""
    named = set(statement.others)
    if isinstance(statement, Capture):
        for exchange in statement.exchanges:
            named.add(StoredRecord(exchange.record_id, exchange.kind, exchange.record))
            if exchange.request_id is not None and exchange.request is not None:
                named.add(StoredRecord(exchange.request_id, "request", exchange.request))
    return frozenset(named)


def _begin(named: frozenset[StoredRecord], pending: list[_Standing]) -> int | None:
    """Where among the records pending the group begins that a statement, the last of them, ends which names these. None where they are
    not those. What stands before is the rest of a group that is broken.
    """
    begin, found = len(pending) - 1, set[StoredRecord]()
    while begin and ((one := pending[begin - 1].among(named)) in named or _unnamed(one)):
        begin -= 1
        found.add(one)
    return begin if named <= found else None


def _unnamed(record: StoredRecord) -> bool:
    """Whether a record may stand in a group whose statement does not name it: a text, and the opening of a file begun for one."""
    return record.kind == "conversion" or (record.kind == "warcinfo" and record.location.offset == 0)


def _next_member(path: Path, start: int) -> int | None:
    """Where, from `start` on, the next gzip member stands that begins like a record."""
    try:
        with path.open("rb") as file:
            at = start
            while True:
                file.seek(at)
                piece = file.read(_STEP + _LOOK)
                last = len(piece) < _STEP + _LOOK
                found = piece.find(_MAGIC)
                while found >= 0 and (last or found < _STEP):
                    if _begins_a_record(piece[found : found + _LOOK]):
                        return at + found
                    found = piece.find(_MAGIC, found + 1)
                if last:
                    return None
                at += _STEP
    except OSError:
        return None


def _begins_a_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(GZIP).decompress(data, len(_FIRST_LINE)) == _FIRST_LINE
    except zlib.error:
        return False
