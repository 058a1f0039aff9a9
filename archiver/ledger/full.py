"""What stands in the records: each unpacked and parsed, its block, its payload and its text against what was stated. Level full.

Called for records whose stored bytes are right already. What was imported may declare digests of its own that never were those of its
bytes; that is told and fails nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import Damaged, Unreadable
from archiver.fetch import framing
from archiver.ledger.problems import Damage
from archiver.manifest.fixity import KnownRecord
from archiver.model.digest import Digest
from archiver.warc.read import Record, record_at

_STEP = 1 << 18

_ANSWERS = """
select x.record_id, x.block_sha256, x.payload_sha256, c.source
from records r join exchanges x on x.record_id = r.record_id join captures c on c.sequence = x.sequence
where r.warc = ? and r.kind in ('response', 'resource')
"""
_TEXTS = """
select t.record_id, g.text_sha256 from records r join conversions t on t.record_id = r.record_id
join readings g on g.payload_sha256 = t.payload_sha256 where r.warc = ?
"""
_REMOVED = "select payload_sha256 from withdrawals where removed"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is stated of an answer: the digests of its block and its payload, and whether we fetched it."""

    block: str
    payload: str
    fetched: bool


def parsed(
    connection: sqlite3.Connection, archive: Path, warc: str, records: Iterable[KnownRecord], *, log: bool
) -> Iterator[Damage]:
    """What is wrong in these records of a file."""
    answers = {row[0]: _Answer(row[1], row[2], row[3] == "fetch") for row in connection.execute(_ANSWERS, (warc,))}
    removed = {row[0] for row in connection.execute(_REMOVED)} if log else set()
    texts: dict[str, set[str]] = {}
    for record_id, text in connection.execute(_TEXTS, (warc,)) if log else ():
        texts.setdefault(record_id, set()).add(text)
    for known in records:
        try:
            with record_at(archive, known.location) as record:
                for code, message in _wrong(record, known, answers.get(known.record_id), removed, texts):
                    yield Damage(code, known.capture_id, warc, known.location.offset, message)
        except (Damaged, OSError) as why:
            yield Damage("record-unreadable", known.capture_id, warc, known.location.offset, str(why))


def _wrong(
    record: Record, known: KnownRecord, answer: _Answer | None, removed: set[str], texts: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    if (record.record_id, record.kind) != (known.record_id, known.kind):
        yield (
            "record-header",
            f"the {record.kind} record {record.record_id} stands where {known.kind} {known.record_id} should",
        )
        return
    declared = _declared(record)
    block, same = _digests(record, declared)
    if declared is not None and same != declared.value:
        fetched = answer is not None and answer.fetched
        yield ("block-digest" if fetched else "declared-digest"), "its block is not what its header says"
    if answer is not None and answer.payload not in removed:
        if block != answer.block:
            yield "block-digest", "its block is not the one that was stated"
        elif _payload(record, block) != answer.payload:
            yield "payload-digest", "its payload is not the one that was stated"
    if (said := texts.get(record.record_id)) and block not in said:
        yield "text-digest", "its text is not one that was stated of this payload"


def _declared(record: Record) -> Digest | None:
    """The digest that a record's header gives of its block, where it is of a kind that is known here."""
    value = record.header("WARC-Block-Digest")
    try:
        return None if value is None else Digest.parse(value)
    except ValueError:
        return None


def _digests(record: Record, declared: Digest | None) -> tuple[str, bytes]:
    """The SHA-256 of a record's block in hex, and its digest of the kind that the header has."""
    sha = hashlib.sha256()
    other = None
    if declared is not None and declared.algorithm != "sha256":
        other = hashlib.new(declared.algorithm, usedforsecurity=False)
    while piece := record.block.read(_STEP):
        sha.update(piece)
        if other is not None:
            other.update(piece)
    record.block.seek(0)
    return sha.hexdigest(), (other or sha).digest()


def _payload(record: Record, block: str) -> str:
    """The SHA-256 of the body without its transfer coding, in hex; of what is no message, that of the block."""
    if record.kind == "resource" or not record.block_length:
        return block
    try:
        return framing.body_sha256(record.block)
    except Unreadable:
        return ""
