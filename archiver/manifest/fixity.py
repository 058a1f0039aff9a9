"""What must be on disk: files and records with their digests, and which capture each record belongs to. Read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.model.capture import RecordLocation
from archiver.model.digest import Digest


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A WARC file: how many bytes of it are known to be whole."""

    name: str
    committed: int
    sealed: bool


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A stored record, and the capture that it was written for where there is one."""

    record_id: str
    kind: str
    location: RecordLocation
    capture_id: str | None


def files(connection: sqlite3.Connection) -> list[KnownFile]:
    """Every WARC file of the archive, by name."""
    rows = connection.execute("select name, committed, sealed from warcs order by name")
    return [KnownFile(row[0], row[1], bool(row[2])) for row in rows]


def records(connection: sqlite3.Connection, warc: str) -> Iterator[KnownRecord]:
    """The records of a file in the order in which they lie there."""
    rows = connection.execute(
        "select r.*, coalesce(x.capture_id, s.capture_id) as capture_id from records r"
        " left join (select e.record_id, c.capture_id from exchanges e join captures c on c.sequence = e.sequence"
        "            union select e.request_id, c.capture_id from exchanges e join captures c on c.sequence = e.sequence) x"
        "   on x.record_id = r.record_id"
        " left join captures s on s.statement_id = r.record_id"
        " where r.warc = ? order by r.offset",
        (warc,),
    )
    for row in rows:
        at = RecordLocation(row["warc"], row["offset"], row["length"], Digest.from_hex(row["stored_sha256"]))
        yield KnownRecord(row["record_id"], row["kind"], at, row["capture_id"])


def location(connection: sqlite3.Connection, record_id: str) -> KnownRecord | None:
    """Where a record lies, by its UUID."""
    row = connection.execute(
        "select record_id, kind, warc, offset, length, stored_sha256 from records where record_id = ?", (record_id,)
    ).fetchone()
    if row is None:
        return None
    return KnownRecord(row[0], row[1], RecordLocation(row[2], row[3], row[4], Digest.from_hex(row[5])), None)
