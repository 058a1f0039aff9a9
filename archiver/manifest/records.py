"""Rows that both transactions write: any row by its columns' names, and one a stored WARC record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from archiver.model.capture import StoredRecord, StoredText


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> int:
    """One row, by the names of its columns, which are ours and never a page's. Its rowid."""
    names = ", ".join(f'"{name}"' for name in row)
    cursor = connection.execute(
        f"insert into {table} ({names}) values ({', '.join('?' * len(row))})",  # noqa: S608 - names of this package
        tuple(row.values()),
    )
    return int(cursor.lastrowid or 0)


def add_record(connection: sqlite3.Connection, stored: StoredRecord) -> None:
    """One record's row, and the file's known end moved past it. A record that is known already stays as it is."""
    at = stored.location
    known = connection.execute("select 1 from warcs where name = ?", (at.warc,)).fetchone()
    if known is None:  # a file is begun when the one before it is full: that one is sealed
        connection.execute("update warcs set sealed = 1 where name < ?", (at.warc,))
    connection.execute(
        "insert into warcs (name, committed) values (?, ?) "
        "on conflict (name) do update set committed = max(committed, excluded.committed)",
        (at.warc, at.offset + at.length),
    )
    connection.execute(
        "insert or ignore into records (record_id, kind, warc, offset, length, stored_sha256) values (?, ?, ?, ?, ?, ?)",
        (stored.record_id, stored.kind, at.warc, at.offset, at.length, at.stored.hex),
    )


def add_conversion(connection: sqlite3.Connection, text: StoredText) -> None:
    """The row of a text that lies in the files, where the capture that it was read from is known."""
    connection.execute(
        "insert or ignore into conversions (record_id, payload_sha256, extractor)"
        " select ?, payload_sha256, ? from captures where capture_id = ?",
        (text.record.record_id, text.extractor, text.capture_id),
    )


def as_json(value: object) -> str:
    """A list as it stands in a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
