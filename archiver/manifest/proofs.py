"""What a proof packet needs to know beside the log: where the statements are that speak of a capture. Read-only."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archiver.manifest.fixity import location
from archiver.model.capture import Capture, RecordLocation
from archiver.model.digest import Digest


@dataclass(frozen=True, slots=True)
class Stating:
    """A statement by its sequence number, its UUID and its place."""

    sequence: int
    statement_id: str
    place: RecordLocation


def of_capture(connection: sqlite3.Connection, capture_id: str) -> Stating | None:
    """The statement of a capture."""
    return _first(connection, "select sequence, statement_id from captures where capture_id = ?", capture_id)


def of_reading(connection: sqlite3.Connection, document_id: str, payload: Digest) -> Stating | None:
    """The last statement of what a document was read as from this payload."""
    sql = "select sequence, statement_id from readings where document_id = ? and payload_sha256 = ? order by sequence desc limit 1"
    return _first(connection, sql, document_id, payload.hex)


def of_withdrawal(connection: sqlite3.Connection, capture: Capture) -> Stating | None:
    """The first statement that withdraws what a capture holds; where that was withdrawn before it came, the first of those."""
    sql = (
        "select w.sequence, w.statement_id from captures c join withdrawals w using (payload_sha256) where c.capture_id = ?"
        " and (c.payload_length > 0 or w.capture_id = c.capture_id) order by w.sequence < c.sequence, w.sequence limit 1"
    )
    return _first(connection, sql, capture.capture_id)


def of_anchors(connection: sqlite3.Connection, least: int) -> list[tuple[int, Stating]]:
    """The size of each checkpoint of so many leaves at least that somebody else has seen, and the statement that says so."""
    rows = connection.execute(
        "select size, sequence, statement_id from anchors where size >= ? order by size, sequence", (least,)
    ).fetchall()
    found = ((int(row[0]), _stating(connection, row[1], row[2])) for row in rows)
    return [(size, one) for size, one in found if one is not None]


def of_keys(connection: sqlite3.Connection) -> list[Stating]:
    """The statement of every key of the log, in turn; empty where one is not there."""
    rows = connection.execute("select sequence, statement_id from keys order by sequence").fetchall()
    found = [_stating(connection, *row) for row in rows]
    return [one for one in found if one is not None] if all(found) else []


def naming(connection: sqlite3.Connection, certificate: Digest) -> Stating | None:
    """The first capture that names a certificate: its DER was written with that one."""
    sql = (
        "select sequence, statement_id from captures where sequence ="
        " (select min(sequence) from exchanges where tls_chain like '%' || ? || '%')"
    )
    return _first(connection, sql, certificate.hex)


def _first(connection: sqlite3.Connection, sql: str, *parameters: object) -> Stating | None:
    row = connection.execute(sql, parameters).fetchone()
    return None if row is None else _stating(connection, row[0], row[1])


def _stating(connection: sqlite3.Connection, sequence: int, statement_id: str) -> Stating | None:
    known = location(connection, statement_id)
    return None if known is None else Stating(int(sequence), statement_id, known.location)
