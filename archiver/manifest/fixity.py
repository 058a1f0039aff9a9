"""What must be on disk: files and records with their digests, and which capture each record belongs to. Read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace

from archiver.manifest.schema import STATEMENT_TABLES
from archiver.model.capture import RecordLocation
from archiver.model.digest import Digest

_TABLES = "select name from sqlite_master where type = 'table'"
#: The records of a file; of each answer the capture and its statement, of each text the capture; which of them state something else.
_RECORDS = (
    "select r.*, c.capture_id, c.statement_id, f.statement_id is not null as states, coalesce({text}, {reading}) as read_from from records r"
    " left join exchanges e on e.record_id = r.record_id left join captures c on c.sequence = e.sequence"
    " left join ({others}) f on f.statement_id = r.record_id{readings}"
    " where r.warc = ? order by r.offset"
)
_TEXT = (
    "(select c.capture_id from conversions t join captures c on c.payload_sha256 = t.payload_sha256"
    " where t.record_id = r.record_id order by c.sequence limit 1)"
)
_READINGS = " left join readings g on g.statement_id = r.record_id"
_READING = "(select c.capture_id from captures c where c.payload_sha256 = g.payload_sha256 order by c.sequence limit 1)"


class Impossible(ValueError):
    """What stands in a row at `place` can be no digest: the manifest is damaged."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{text[:80]!r} is no SHA-256")
        self.place = place


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A WARC file: how many bytes of it are known to be whole, whether it is complete, and its digest once that is stated."""

    name: str
    committed: int
    sealed: bool
    digest: Digest | None = None


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A stored record, and the capture that it was written for where there is one.

    It is that of the group which the record stands in: from the statement before it to its own, which names its answer. So
    a certificate that later captures share is that of the one that brought it. A text, and what states how a
    page was read, is the first capture's of its payload. A warcinfo is the file's, and what states something else is nobody's.
    """

    record_id: str
    kind: str
    location: RecordLocation
    capture_id: str | None


def files(connection: sqlite3.Connection) -> list[KnownFile]:
    """Every WARC file of the archive, by name. Raises Impossible."""
    rows = connection.execute("select name, committed, sealed, sha256 from warcs order by name")
    return [
        KnownFile(row[0], row[1], bool(row[2]), None if row[3] is None else _digest(row[3], f"warcs {row[0]}"))
        for row in rows
    ]


def file(connection: sqlite3.Connection, name: str) -> KnownFile:
    """One of them, which must be known."""
    return next(known for known in files(connection) if known.name == name)


def first(connection: sqlite3.Connection, warc: str) -> str | None:
    """The record that a file begins with, by its UUID."""
    row = connection.execute("select record_id from records where warc = ? and offset = 0", (warc,)).fetchone()
    return None if row is None else str(row[0])


def records(connection: sqlite3.Connection, warc: str) -> Iterator[KnownRecord]:
    """The records of a file in the order in which they lie there. Raises Impossible."""
    tables = {row[0] for row in connection.execute(_TABLES)}  # a manifest of an earlier schema lacks some
    others = " union all ".join(
        f"select statement_id from {table} where statement_id is not null"  # noqa: S608 - names of ours
        for table in STATEMENT_TABLES
        if table in tables - {"captures"}
    )
    text = _TEXT if "conversions" in tables else "null"
    reading, readings = (_READING, _READINGS) if "readings" in tables else ("null", "")
    sql = _RECORDS.format(text=text, reading=reading, readings=readings, others=others)
    rows = connection.execute(sql, (warc,))
    rows.row_factory = sqlite3.Row
    group: list[KnownRecord] = []
    capture_id = statement_id = None  # of the capture whose answer stands in the group
    for row in rows:
        stored = _digest(row["stored_sha256"], f"records {row['record_id']}")
        at = RecordLocation(row["warc"], row["offset"], row["length"], stored)
        group.append(KnownRecord(row["record_id"], row["kind"], at, row["read_from"]))
        if row["capture_id"] is not None:
            capture_id, statement_id = row["capture_id"], row["statement_id"]
        if row["states"] or row["record_id"] == statement_id:
            yield from (_of(one, capture_id) for one in group)
            group, capture_id, statement_id = [], None, None
    yield from group


def _digest(text: str, place: str) -> Digest:
    try:
        return Digest.from_hex(text)
    except ValueError as why:
        raise Impossible(place, text) from why


def _of(record: KnownRecord, capture_id: str | None) -> KnownRecord:
    """A record of the group that a capture's statement ends, or (None) that of something else."""
    return record if record.kind == "warcinfo" or record.capture_id else replace(record, capture_id=capture_id)


def location(connection: sqlite3.Connection, record_id: str) -> KnownRecord | None:
    """Where a record lies, by its UUID."""
    row = connection.execute(
        "select record_id, kind, warc, offset, length, stored_sha256 from records where record_id = ?", (record_id,)
    ).fetchone()
    if row is None:
        return None
    return KnownRecord(row[0], row[1], RecordLocation(row[2], row[3], row[4], Digest.from_hex(row[5])), None)
