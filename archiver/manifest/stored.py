"""Which records an ID or address stands for, and the text that was drawn from it. Read-only."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archiver.manifest.fixity import location
from archiver.manifest.lookup import by_url
from archiver.model.capture import RecordLocation
from archiver.model.url import key


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture's records: its own, the one that holds its payload, and its statement."""

    capture_id: str
    url: str
    record: RecordLocation
    holder: RecordLocation
    statement: RecordLocation
    document_id: str | None


def find(connection: sqlite3.Connection, what: str) -> Stored | None:
    """By capture ID, by the ID of any of its records, by document ID, or by address: the newest capture."""
    address = key(what) if "://" in what else ""
    if address:
        documents = by_url(connection, what)
        what = documents[0] if documents else ""
    row = connection.execute(
        "select * from captures where capture_id = :w or document_id = :w or statement_id = :w or (:w = '' and url_key = :address)"
        " or sequence in (select sequence from exchanges where record_id = :w or request_id = :w)"
        " order by captured_at desc, sequence desc limit 1",
        {"w": what.lower().removeprefix("urn:uuid:"), "address": address},
    ).fetchone()
    if row is None:
        return None
    records = [location(connection, row[name]) for name in ("capture_id", "statement_id")]
    holder = location(connection, row["revisit_of"] or row["capture_id"])
    if records[0] is None or records[1] is None or holder is None:
        return None
    return Stored(
        row["capture_id"], row["url"], records[0].location, holder.location, records[1].location, row["document_id"]
    )


def text_of(connection: sqlite3.Connection, stored: Stored) -> str | None:
    """The main text of the document that a capture is one of."""
    row = connection.execute(
        "select t.text from documents d join texts t on t.id = d.text_id where d.id = ?", (stored.document_id,)
    ).fetchone()
    return None if row is None else str(row[0])
