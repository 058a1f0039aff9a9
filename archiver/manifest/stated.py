"""The rows of what is stated that is no capture, and of what is noted and stated nowhere: part of transaction 1."""

from __future__ import annotations

import sqlite3
from typing import assert_never

from archiver.manifest.records import add_record, as_json, insert
from archiver.model.agent import Naming
from archiver.model.capture import StoredRecord
from archiver.model.date import stamp
from archiver.model.event import Attempt, Event, Reading, Seal, Withdrawal
from archiver.model.lineage import Decision
from archiver.model.log import Anchor, KeyChange
from archiver.model.statement import Stated
from archiver.model.url import key


def add_stated(connection: sqlite3.Connection, stated: Stated) -> None:
    """The records that were written with it, and a row of what it says."""
    for other in stated.others:
        add_record(connection, other)
    add_record(connection, StoredRecord(stated.statement_id, "metadata", stated.statement))
    where = {"sequence": stated.sequence, "statement_id": stated.statement_id}
    match stated.fact:
        case Attempt() as attempt:
            add_attempt(connection, attempt, stated.sequence, stated.statement_id)
        case Event() as event:
            add_event(connection, event, stated.sequence, stated.statement_id)
        case Seal() as seal:
            _add_seal(connection, seal, stated.sequence, stated.statement_id)
        case Naming() as naming:
            insert(connection, "namings", {
                **where, "at": stamp(naming.at), "by": naming.by, "because": naming.because, "publisher": naming.publisher,
                "names": as_json(naming.names), "hosts": as_json(naming.hosts),
            })  # fmt: skip
        case Decision() as decision:
            insert(connection, "decisions", {
                **where, "at": stamp(decision.at), "by": decision.by, "because": decision.because, "url": decision.url,
                "url_key": key(decision.url), "ruling": str(decision.ruling), "source_url": decision.source,
                "source_key": decision.source and key(decision.source), "publisher": decision.publisher,
            })  # fmt: skip
        case Reading() as reading:
            insert(connection, "readings", {
                **where, "at": stamp(reading.at), "document_id": reading.document_id, "url": reading.url,
                "payload_sha256": reading.payload.hex, "rules": reading.rules, "claims": reading.claims,
                "claims_sha256": reading.claims_digest.hex, "text_sha256": reading.text and reading.text.hex,
            })  # fmt: skip
        case Withdrawal() as withdrawal:
            insert(connection, "withdrawals", {
                **where, "at": stamp(withdrawal.at), "by": withdrawal.by, "because": withdrawal.because,
                "capture_id": withdrawal.capture_id, "payload_sha256": withdrawal.payload.hex, "removed": int(withdrawal.removed),
            })  # fmt: skip
        case KeyChange() as change:
            insert(connection, "keys", {
                **where, "at": stamp(change.at), "key": change.key, "because": change.because, "endorsement": change.endorsement,
            })  # fmt: skip
        case Anchor() as anchor:
            insert(connection, "anchors", {
                **where, "kind": anchor.kind, "whom": anchor.whom, "at": stamp(anchor.at), "size": anchor.size,
                "root": anchor.root.hex, "name": anchor.name, "sha256": anchor.digest.hex,
                "said_at": anchor.said_at and stamp(anchor.said_at), "note": anchor.note,
            })  # fmt: skip
        case _:
            assert_never(stated.fact)


def add_attempt(
    connection: sqlite3.Connection, attempt: Attempt, sequence: int | None = None, statement_id: str | None = None
) -> None:
    """An attempt, of a capture that states itself or with a statement of its own."""
    insert(connection, "attempts", {
        "url": attempt.url, "url_key": key(attempt.url), "at": stamp(attempt.at), "outcome": attempt.outcome,
        "problems": as_json(attempt.problems), "message": attempt.message, "final_url": attempt.final_url,
        "capture_id": attempt.capture_id, "purpose": attempt.purpose, "sequence": sequence, "statement_id": statement_id,
    })  # fmt: skip


def add_event(
    connection: sqlite3.Connection, event: Event, sequence: int | None = None, statement_id: str | None = None
) -> None:
    """Something that was done, stated or (such as a check) not."""
    insert(connection, "events", {
        "kind": event.kind, "at": stamp(event.at), "outcome": event.outcome, "detail": event.detail, "subject": event.subject,
        "sequence": sequence, "statement_id": statement_id,
    })  # fmt: skip


def _add_seal(connection: sqlite3.Connection, seal: Seal, sequence: int, statement_id: str) -> None:
    said = Event("seal", seal.at, "sealed", f"{seal.length} bytes, {seal.digest}", seal.warc)
    add_event(connection, said, sequence, statement_id)
    connection.execute("update warcs set sealed = 1, sha256 = ? where name = ?", (seal.digest.hex, seal.warc))
