"""A capture's page as its WARC records hold it, and nothing of it that was not checked just now.

    read(holding, capture_id) -> Archived        raises NotFound (no such capture), NotShown

What is looked at, in this order:
1. that the capture is not withdrawn;
2. that its records lie in plain files of the folder: what a manifest says of places may be made up;
3. that the bytes of each record that is needed are those that the manifest has the SHA-256 of: its own, the one that holds its payload,
   and the one whose header came with that where the server said that nothing had changed;
4. that the SHA-256 of the payload is the one that was recorded.
Only then is anything decoded, within limits; what unpacks to more than is shown is not shown in part.

Does not own: how it is sent to a browser (replay).
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from archiver.browse.web import Holding
from archiver.errors import ArchiverError, Damaged, NotFound, Unreadable
from archiver.fetch import framing
from archiver.fetch.decode import answered, stored
from archiver.manifest.earlier import header_before
from archiver.manifest.fixity import KnownRecord, location
from archiver.manifest.withdrawals import withdrawn
from archiver.model.capture import NOT_MODIFIED, Limits, Payload
from archiver.model.text import plain, size
from archiver.warc.read import Record, record_at
from archiver.warc.withdrawn import was

#: The largest page that is shown, in bytes, unpacked: as much as a capture may have.
MOST = Limits().max_decoded_bytes
#: The largest record that is unpacked for it: chunks, each with its length before it, may take as much again.
_BLOCK = 2 * MOST

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,250}", re.ASCII)
_STEP = 1 << 18
_COPY = "A copy of the archive has it; what is wrong here, `archiver verify` tells."


class NotShown(ArchiverError):
    """Why a capture that there is is not shown, and the status of HTTP that says so: 410 withdrawn, 404 its bytes are not here, 403 too
    large, 500 they are not what they were, 503 they are not at hand.
    """

    def __init__(self, status: int, message: str, *, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.status = status


@dataclass(frozen=True, slots=True)
class Archived:
    """A page that was read and is what was recorded. `payload` is ready to be shown; `sha256` (hex) is that of the payload as it was
    sent, coded; `records` are those whose bytes were checked, the capture's own first, the one that holds the payload last.
    """

    payload: Payload
    sha256: str
    records: tuple[KnownRecord, ...]


def read(holding: Holding, capture_id: str) -> Archived:
    """The page of a capture. Raises NotFound, NotShown."""
    row = holding.connection.execute("select * from captures where capture_id = ?", (capture_id.lower(),)).fetchone()
    if row is None:
        raise NotFound(f"there is no capture {capture_id}", advice="The front door finds what the archive holds.")
    if (why := withdrawn(holding.connection, row["capture_id"])) is not None:
        raise NotShown(410, f"This capture was {why}", advice="What is stated of it stays, and what is concluded.")
    if holding.files is None:
        raise NotShown(404, "The WARC files of this archive are not here, only what is said of them", advice=_COPY)
    if row["payload_length"] > MOST:
        raise _too_large(row["payload_length"])
    with ExitStack() as opened:
        return _read(holding.connection, holding.files, row, opened)


def _read(connection: sqlite3.Connection, files: Path, row: sqlite3.Row, opened: ExitStack) -> Archived:
    own = _known(connection, row["capture_id"])
    holder = own if row["revisit_of"] is None else _known(connection, row["revisit_of"])
    head = own
    if row["revisit_of"] is not None and row["http_status"] == NOT_MODIFIED:
        before = header_before(connection, row["payload_sha256"], row["url"], row["sequence"])
        head = holder if before is None else before
    records = {one.record_id: one for one in (own, head, holder)}
    read = {name: opened.enter_context(_checked(files, one)) for name, one in records.items()}
    held = read[holder.record_id]
    if was(held) is not None:
        raise NotShown(410, "The record that held this page was withdrawn, and its bytes removed")
    if held.kind == "revisit":
        where = plain(held.header("WARC-Refers-To-Target-URI") or "the record does not say which")
        raise NotShown(
            404,
            "This capture refers to a payload that is not in this archive",
            advice=f"Import the file that holds it: {where}",
        )
    try:
        found = _payload_sha256(held)
        if found != row["payload_sha256"]:
            raise _other("the payload", row["payload_sha256"], found, holder)
        payload = _put_together(row, held, read[head.record_id])
    except Unreadable as why:
        raise NotShown(404, f"This record holds no answer that can be shown: {why}", advice=_by_hand(row)) from why
    if len(payload.content) > MOST or (len(payload.content) == MOST and "decode-limit" in payload.problems):
        raise _too_large(None)
    return Archived(payload, found, tuple({one.record_id: one for one in (own, head, holder)}.values()))


def _put_together(row: sqlite3.Row, held: Record, head: Record) -> Payload:
    """The payload, as it was read when it was captured: under the header that came with it, where that is another record's."""
    limits = Limits(max_decoded_bytes=MOST)
    if head is not held:
        # Others' revisits may hold no header.
        with suppress(Unreadable), closing(answered(head.block, held.kind, held.block)) as answer:
            return stored("response", row["url"], answer, limits=limits)
    held.block.seek(0)
    return stored(held.kind, row["url"], held.block, row["media_type"], limits)


def _payload_sha256(record: Record) -> str:
    """The SHA-256 of the body without its transfer coding, in hex; of what is no message, that of the block. Raises Unreadable."""
    if record.kind == "resource" or not record.block_length:
        digest = hashlib.sha256()
        while piece := record.block.read(_STEP):
            digest.update(piece)
        found = digest.hexdigest()
    else:
        found = framing.body_sha256(record.block)
    record.block.seek(0)
    return found


def _known(connection: sqlite3.Connection, record_id: str) -> KnownRecord:
    try:
        known = location(connection, record_id)
    except (ValueError, TypeError) as why:
        raise NotShown(500, f"What the manifest says of record {record_id} cannot be: {why}", advice=_COPY) from why
    if known is None:
        raise NotShown(500, f"The manifest does not say where record {record_id} lies", advice=_COPY)
    return known


def _checked(files: Path, known: KnownRecord) -> Record:
    """The record that lies there, whose stored bytes are the recorded ones. Raises NotShown."""
    place = known.location
    path = _inside(files, place.warc)
    try:
        record = record_at(files, place, max_block=_BLOCK)
    except (Damaged, OSError, OverflowError, ValueError) as why:
        raise _damaged(path, known, str(why)) from why
    if (record.record_id, record.kind) != (known.record_id, known.kind):
        record.close()
        raise NotShown(
            500,
            f"The {plain(record.kind)} record {record.record_id} lies where {known.kind} {known.record_id} should",
            advice=_COPY,
        )
    return record


def _inside(files: Path, name: str) -> Path:
    """A plain file of the folder, by its name. What is written in a manifest must not lead anywhere else."""
    path = files / name if _NAME.fullmatch(name) else None
    if path is None or (path.is_symlink() and Path(os.path.realpath(path)).parent != files.resolve()):
        raise NotShown(500, f"{plain(name)[:120]!r} is no WARC file of this archive", advice=_COPY)
    if not path.is_file():
        raise NotShown(503, f"The file {name} is not at hand here", advice=_COPY)
    return path


def _damaged(path: Path, known: KnownRecord, why: str) -> NotShown:
    """What is there instead, by its digest; and why it could not be read where the bytes are the right ones."""
    place, digest = known.location, hashlib.sha256()
    with suppress(OSError, OverflowError, ValueError), path.open("rb") as file:
        file.seek(place.offset)
        left = place.length
        while left > 0 and (piece := file.read(min(left, _STEP))):
            digest.update(piece)
            left -= len(piece)
    if digest.hexdigest() == place.stored.hex:
        return NotShown(500, f"The record cannot be read, though its bytes are the recorded ones: {why}", advice=_COPY)
    return _other("the stored bytes", place.stored.hex, digest.hexdigest(), known)


def _other(what: str, expected: str, found: str, known: KnownRecord) -> NotShown:
    place = known.location
    return NotShown(
        500,
        f"This page is not shown: {what} are not those that were recorded. Expected SHA-256 {expected}, found {found}"
        f" ({place.warc}, at byte {place.offset}, {place.length} bytes)",
        advice=_COPY,
    )


def _too_large(octets: int | None) -> NotShown:
    told = f"has {size(octets)}" if octets is not None else f"unpacks to more than {size(MOST)}"
    return NotShown(
        403,
        f"This page {told}: up to {size(MOST)} are shown here, and nothing in part",
        advice="To have all of it: archiver show --payload CAPTURE",
    )


def _by_hand(row: sqlite3.Row) -> str:
    return f"The record as it is stored: archiver show --record {row['capture_id']}"
